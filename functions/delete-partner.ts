import { accountPath } from '../shared/contract/requests.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/http.ts'
import { keys } from '../shared/table/keys.ts'
import { endPartnership } from '../shared/table/partners.ts'
import { read } from '../shared/table/read.ts'

export const handler = action(
  'delete-partner',
  { path: accountPath },
  async ({ caller, params, clock, admit }) => {
    const { accountId: partnerId = '' } = params
    const [found, partnership] = await read(
      keys.user(caller.accountId, caller.userId),
      keys.partnership(caller.accountId, partnerId),
    )
    const user = admit(found)
    if (isRefusal(user)) return user
    return (await endPartnership(user, clock, partnership)) ?? { status: 204 }
  },
)
