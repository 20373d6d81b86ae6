import type { Me } from '../shared/contract/shapes.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { isAdministrator } from '../shared/domain/users.ts'
import { action } from '../shared/runtime/http.ts'
import { userView } from '../shared/runtime/views.ts'
import { keys } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'

export const handler = action('get-me', {}, async ({ caller: { accountId, userId }, admit }) => {
  const [found, account] = await read(keys.user(accountId, userId), keys.account(accountId))
  const user = admit(found)
  if (isRefusal(user)) return user
  const body: Me = {
    user: userView(user),
    account: { id: accountId, name: account?.name ?? accountId },
    administrator: isAdministrator(user.profile),
  }
  return { status: 200, body }
})
