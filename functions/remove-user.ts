import { ownUserPath } from '../shared/contract/requests.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/http.ts'
import { keys } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'
import { removeUser } from '../shared/table/users.ts'

export const handler = action(
  'remove-user',
  { path: ownUserPath },
  async ({ caller, params, clock, admit }) => {
    const { accountId, userId } = caller
    const { id = '' } = params
    const [found, there] = await read(keys.user(accountId, userId), keys.user(accountId, id))
    const by = admit(found)
    if (isRefusal(by)) return by
    return (await removeUser(by, clock, there)) ?? { status: 204 }
  },
)
