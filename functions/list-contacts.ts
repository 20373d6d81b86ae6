import { listContactsQuery } from '../shared/contract/requests.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { admit } from '../shared/runtime/caller.ts'
import { action } from '../shared/runtime/http.ts'
import { pageOf, positionOf } from '../shared/runtime/page.ts'
import { byId, contactView } from '../shared/runtime/views.ts'
import { contactList, type ListedContact } from '../shared/table/contacts.ts'
import { keys } from '../shared/table/keys.ts'
import { read, readList, readOne } from '../shared/table/read.ts'

export const handler = action('list-contacts', { query: listContactsQuery }, async (request) => {
  const { accountId: owner, userId } = request.caller
  const { limit, cursor, ...filter } = request.query
  const { index, list } = contactList(owner, filter)
  const from = positionOf(cursor, list)
  if (isRefusal(from)) return from
  const [found, { items, next }] = await Promise.all([
    readOne(keys.user(owner, userId)),
    readList<ListedContact>(index, list, { ...from, limit }),
  ])
  const user = admit(found, 'user')
  if (isRefusal(user)) return user
  const sources = [...new Set(items.map(({ accountId }) => accountId))]
  const [accounts, partnerships] = await Promise.all([
    read(...sources.map(keys.account)),
    read(...sources.map((source) => (source === owner ? undefined : keys.partnership(owner, source)))),
  ])
  const bySource = new Map(sources.map((source, i) => [source, partnerships[i]]))
  const views = items.map((item) => contactView(item, byId(...accounts), bySource.get(item.accountId)))
  return pageOf(request.self, list, views, next)
})
