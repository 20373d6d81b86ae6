import { isRefusal, refuse } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/http.ts'
import { removeContact } from '../shared/table/contacts.ts'
import { keys, parseContactId } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'

export const handler = action('delete-contact', {}, async ({ caller, params, clock, admit }) => {
  const { accountId: owner, userId } = caller
  const of = parseContactId(params.id ?? '')
  const [found, user, contact, partnership] = await read(
    keys.user(owner, userId),
    of && keys.user(owner, of.userId),
    of && keys.contact(owner, of.accountId, of.userId),
    of && keys.partnership(owner, of.accountId),
  )
  const by = admit(found)
  if (isRefusal(by)) return by
  // One's own users are contacts for as long as they are users.
  if (of?.accountId === owner) return refuse(user && !user.removed ? 'contact-is-live' : 'not-found')
  return (await removeContact(by, clock, { contact, partnership })) ?? { status: 204 }
})
