import { asCsv, prefersCsv } from '../shared/answers/csv.ts'
import { byId, contactView } from '../shared/answers/views.ts'
import { listContacts } from '../shared/contract/list-contacts.ts'
import { wordsOf } from '../shared/domain/contacts.ts'
import { listAction } from '../shared/runtime/list.ts'
import { contactList, findContacts } from '../shared/table/contacts.ts'
import { keys } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'

const pageSize = 25
/** The contacts in a part of CSV: what one query reads, at most 1 MB, so that a part stays below Lambda's limit of 6 MB. */
const partSize = 2_000

export const handler = listAction(listContacts, {
  list: ({ caller, query: { kind, accountId, q } }) => {
    const { name } = contactList(caller.accountId, { kind, accountId })
    return JSON.stringify([name, kind, accountId, wordsOf(q)])
  },
  page: ({ caller, headers, query: { cursor: _, limit, q, ...filter } }, after) =>
    findContacts(contactList(caller.accountId, filter), {
      after,
      limit: limit ?? (prefersCsv(headers.accept) ? partSize : pageSize),
      words: wordsOf(q),
    }),
  views: async (contacts, { user: { accountId: owner } }) => {
    const sources = [...new Set(contacts.map(({ accountId }) => accountId))]
    const [accounts, partnerships] = await Promise.all([
      read(...sources.map(keys.account)),
      read(...sources.map((source) => (source === owner ? undefined : keys.partnership(owner, source)))),
    ])
    const names = byId(...accounts)
    const bySource = new Map(sources.map((source, i) => [source, partnerships[i]]))
    return contacts.map((contact) => contactView(contact, names, bySource.get(contact.accountId)))
  },
  render: (views, { headers: { accept }, query: { cursor } }) => {
    const csv = prefersCsv(accept) ? asCsv(views, { header: cursor === undefined }) : undefined
    return { ...csv, headers: { ...csv?.headers, vary: 'Accept' } }
  },
})
