import { accountPath } from '../shared/contract/requests.ts'
import { livePartnership } from '../shared/domain/contacts.ts'
import { isRefusal, refuse } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/http.ts'
import { byId, partnerView } from '../shared/runtime/views.ts'
import { keys } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'

export const handler = action(
  'get-partner',
  { path: accountPath },
  async ({ caller: { accountId, userId }, params, admit }) => {
    const { accountId: partnerId = '' } = params
    const [found, there, partner] = await read(
      keys.user(accountId, userId),
      keys.partnership(accountId, partnerId),
      keys.account(partnerId),
    )
    const user = admit(found)
    if (isRefusal(user)) return user
    const partnership = livePartnership(there)
    return partnership ? { status: 200, body: partnerView(partnership, byId(partner)) } : refuse('not-found')
  },
)
