import { deleteContact } from '../shared/contract/delete-contact.ts'
import { action } from '../shared/runtime/action.ts'
import { removeContact } from '../shared/table/contacts.ts'
import { keys, parseContactId } from '../shared/table/keys.ts'

export const handler = action(deleteContact, {
  read: ({ caller: { accountId: owner }, params }) => {
    const source = parseContactId(params.id)
    return [
      source?.accountId === owner ? keys.user(owner, source.userId) : undefined,
      source && keys.contact(owner, source.accountId, source.userId),
      source && keys.partnership(owner, source.accountId),
    ]
  },
  perform: async ({ context, items: [ownUser, contact, partnership] }) =>
    (await removeContact({ ownUser, contact, partnership }, context)) ?? { status: 204 },
})
