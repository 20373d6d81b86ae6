import { byId, partnerView } from '../shared/answers/views.ts'
import { getPartner } from '../shared/contract/get-partner.ts'
import { livePartnership } from '../shared/domain/contacts.ts'
import { refuse } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/action.ts'
import { keys } from '../shared/table/keys.ts'

export const handler = action(getPartner, {
  read: ({ caller, params }) => [
    keys.partnership(caller.accountId, params.accountId),
    keys.account(params.accountId),
  ],
  perform: ({ items: [found, partner] }) => {
    const partnership = livePartnership(found)
    return partnership ? { status: 200, body: partnerView(partnership, byId(partner)) } : refuse('not-found')
  },
})
