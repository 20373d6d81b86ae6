import { confirmAddressBody } from '../shared/contract/requests.ts'
import { refuse } from '../shared/domain/refusals.ts'
import { publicAction } from '../shared/runtime/public.ts'
import { confirmAddress } from '../shared/table/confirmations.ts'
import { keys, parseConfirmationToken } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'

const input = { body: confirmAddressBody }

export const handler = publicAction('confirm-address', input, async ({ body, clock }) => {
  const ref = parseConfirmationToken(body.token)
  if (!ref) return refuse('not-found')
  const { accountId, userId } = ref
  const [user, confirmation] = await read(keys.user(accountId, userId), keys.confirmation(accountId, userId))
  return (await confirmAddress(body.token, clock, { user, confirmation })) ?? { status: 204 }
})
