import { confirmAddress } from '../shared/contract/confirm-address.ts'
import { refuse } from '../shared/domain/refusals.ts'
import { publicAction } from '../shared/runtime/action.ts'
import { confirmAddress as writeConfirmation } from '../shared/table/confirmations.ts'
import { keys, parseConfirmationToken } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'

export const handler = publicAction(confirmAddress, async ({ body: { token }, clock }) => {
  const ref = parseConfirmationToken(token)
  if (!ref) return refuse('not-found')
  const { accountId, userId } = ref
  const [user, confirmation] = await read(keys.user(accountId, userId), keys.confirmation(accountId, userId))
  return (await writeConfirmation({ user, confirmation }, token, clock)) ?? { status: 204 }
})
