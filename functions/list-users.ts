import { userView } from '../shared/answers/views.ts'
import { listUsers } from '../shared/contract/list-users.ts'
import { listAction } from '../shared/runtime/list.ts'
import type { ActiveUser } from '../shared/table/items.ts'
import { lists } from '../shared/table/keys.ts'
import { readList } from '../shared/table/read.ts'

export const handler = listAction(listUsers, {
  // The account's contacts that are users are the same list. Their cursors are not good here.
  list: ({ caller }) => `users ${lists.contactsOfKind(caller.accountId, 'user').name}`,
  page: ({ caller, query: { limit } }, after) =>
    readList<ActiveUser>(lists.contactsOfKind(caller.accountId, 'user'), { after, limit }),
  views: (users) => users.map(userView),
})
