import { pageQuery } from '../shared/contract/requests.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/http.ts'
import { pageOf, positionOf } from '../shared/runtime/page.ts'
import { userView } from '../shared/runtime/views.ts'
import type { ActiveUser } from '../shared/table/items.ts'
import { keys, lists } from '../shared/table/keys.ts'
import { readList, readOne } from '../shared/table/read.ts'

export const handler = action('list-users', { query: pageQuery }, async ({ caller, query, self, admit }) => {
  const list = lists.contactsOfKind(caller.accountId, 'user')
  // The account's own contacts are the same list, asked for otherwise.
  const asked = `users ${list}`
  const from = positionOf(query.cursor, asked)
  if (isRefusal(from)) return from
  const [found, { items, next }] = await Promise.all([
    readOne(keys.user(caller.accountId, caller.userId)),
    readList<ActiveUser>('gsi2', list, { ...from, limit: query.limit }),
  ])
  const user = admit(found)
  return isRefusal(user) ? user : pageOf(self, asked, items.map(userView), next)
})
