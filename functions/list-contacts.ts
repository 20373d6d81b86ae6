import { listContactsQuery } from '../shared/contract/requests.ts'
import { wordsOf } from '../shared/domain/contacts.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { asCsv, prefersCsv } from '../shared/runtime/csv.ts'
import { action } from '../shared/runtime/http.ts'
import { pageOf, positionOf } from '../shared/runtime/page.ts'
import { byId, contactView } from '../shared/runtime/views.ts'
import { contactList, findContacts } from '../shared/table/contacts.ts'
import { keys } from '../shared/table/keys.ts'
import { read, readOne } from '../shared/table/read.ts'

const pageSize = 25
/** A part of CSV: what one query reads, at most 1 MB, and so a part well under the 6 MB that Lambda answers with. */
const partSize = 2_000

export const handler = action('list-contacts', { query: listContactsQuery }, async (request) => {
  const { accountId: owner, userId } = request.caller
  const { cursor, q, ...filter } = request.query
  const csv = prefersCsv(request.headers.accept)
  const limit = request.query.limit ?? (csv ? partSize : pageSize)
  const words = wordsOf(q)
  const contacts = contactList(owner, filter)
  const list = JSON.stringify([contacts.list, filter.kind, filter.accountId, words])
  const from = positionOf(cursor, list)
  if (isRefusal(from)) return from
  const [found, { items, next }] = await Promise.all([
    readOne(keys.user(owner, userId)),
    findContacts(contacts, { ...from, limit, words }),
  ])
  const user = request.admit(found)
  if (isRefusal(user)) return user
  const sources = [...new Set(items.map(({ accountId }) => accountId))]
  const [accounts, partnerships] = await Promise.all([
    read(...sources.map(keys.account)),
    read(...sources.map((source) => (source === owner ? undefined : keys.partnership(owner, source)))),
  ])
  const names = byId(...accounts)
  const bySource = new Map(sources.map((source, i) => [source, partnerships[i]]))
  const views = items.map((item) => contactView(item, names, bySource.get(item.accountId)))
  const page = pageOf(request.self, list, views, next)
  const answer = csv ? asCsv(page, views, { header: cursor === undefined }) : page
  return { ...answer, headers: { ...answer.headers, vary: 'Accept' } }
})
