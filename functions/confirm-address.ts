import { confirmAddressBody } from '../shared/contract/requests.ts'
import { refuse } from '../shared/domain/refusals.ts'
import { publicAction } from '../shared/runtime/public.ts'
import { keys, parseConfirmationToken, tokenDigest } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'

export const handler = publicAction('confirm-address', { body: confirmAddressBody }, async ({ body }) => {
  const ref = parseConfirmationToken(body.token)
  if (!ref) return refuse('not-found')
  const { accountId, userId } = ref
  const [, confirmation] = await read(keys.user(accountId, userId), keys.confirmation(accountId, userId))
  if (confirmation?.digest !== tokenDigest(body.token)) return refuse('not-found')
  // No confirmation e-mail is sent yet, so no token is known.
  return refuse('not-found')
})
