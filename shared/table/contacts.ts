import { type ContactState, decideRemoveContact, matches } from '../domain/contacts.ts'
import type { Context } from '../domain/context.ts'
import { isRefusal } from '../domain/refusals.ts'
import { commit, latestState } from './commit.ts'
import { contactEvent } from './events.ts'
import type { ActiveUser, ContactItem } from './items.ts'
import { keys, type List, lists } from './keys.ts'
import { type PageStart, readList } from './read.ts'

export type ListedContact = ActiveUser | Extract<ContactItem, { name: string }>

/** The list that shows an owner's contacts, all of them or of one kind or account. */
export function contactList(
  owner: string,
  { kind, accountId }: { kind?: 'user' | 'member' | undefined; accountId?: string | undefined },
): List {
  if (accountId === undefined) return kind ? lists.contactsOfKind(owner, kind) : lists.contacts(owner)
  if (accountId === owner && kind !== 'member') return lists.contactsOfKind(owner, 'user')
  // The list of the owner's own members is empty, and so is the list of users of another account.
  return lists.contactsFrom(owner, kind === 'user' ? owner : accountId)
}

/** Removes a contact, from what was read. Undefined when done. Refusals: those of `decideRemoveContact`. */
export async function removeContact(read: ContactState<ContactItem>, context: Context) {
  const done = await commit(read, {
    decide: decideRemoveContact<ContactItem>,
    transaction: ({ removed, tombstone }, { partnership }) => {
      const { owner, accountId, userId } = removed
      const contact: ContactItem = { type: 'contact', owner, accountId, userId, removed: true, ...tombstone }
      return {
        conditional: {
          partnership: {
            ConditionCheck: {
              Key: keys.partnership(owner, accountId),
              ConditionExpression: partnership
                ? 'epoch = :epoch AND attribute_exists(endedAt)'
                : 'attribute_not_exists(pk)',
              ...(partnership && { ExpressionAttributeValues: { ':epoch': partnership.epoch } }),
            },
          },
          contact: {
            Put: {
              Item: { ...keys.contact(owner, accountId, userId), ...contact },
              ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(removed)',
            },
          },
        },
        unconditional: [contactEvent(removed, context)],
      }
    },
    learn: latestState,
  })
  return isRefusal(done) ? done : undefined
}

/** The maximum of contacts that a search reads for a page. */
const maxSearched = 1_000

/** A page of an owner's contacts with all of the words. It can be short and still have a `next`. */
export async function findContacts(list: List, { after, limit, words }: PageStart & { words: string[] }) {
  if (words.length === 0) return readList<ListedContact>(list, { after, limit })
  const searched = await readList<ListedContact>(list, { after, limit: maxSearched })
  const matching = searched.items.filter((contact) => matches(contact, words))
  const items = matching.slice(0, limit)
  return { items, next: matching.length > limit ? items.at(-1)?.position : searched.next }
}
