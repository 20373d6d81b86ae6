import { deletePartner } from '../shared/contract/delete-partner.ts'
import { action } from '../shared/runtime/action.ts'
import { keys } from '../shared/table/keys.ts'
import { endPartnership } from '../shared/table/partners.ts'

export const handler = action(deletePartner, {
  read: ({ caller, params }) => [keys.partnership(caller.accountId, params.accountId)],
  perform: async ({ context, items: [partnership] }) =>
    (await endPartnership(partnership, context)) ?? { status: 204 },
})
