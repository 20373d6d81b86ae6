import { deleteContact } from '../shared/contract/delete-contact.ts'
import { refuse } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/action.ts'
import { removeContact } from '../shared/table/contacts.ts'
import { keys, parseContactId } from '../shared/table/keys.ts'

export const handler = action(deleteContact, {
  read: ({ caller: { accountId: owner }, params }) => {
    const source = parseContactId(params.id)
    return [
      source && keys.user(owner, source.userId),
      source && keys.contact(owner, source.accountId, source.userId),
      source && keys.partnership(owner, source.accountId),
    ]
  },
  perform: async ({ user: by, params, context, items: [user, contact, partnership] }) => {
    // The users of an account are its contacts for as long as they are users.
    if (parseContactId(params.id)?.accountId === by.accountId)
      return refuse(user && !user.removed ? 'contact-is-live' : 'not-found')
    return (await removeContact({ contact, partnership }, context)) ?? { status: 204 }
  },
})
