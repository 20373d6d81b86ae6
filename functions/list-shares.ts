import { listSharesQuery } from '../shared/contract/requests.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/http.ts'
import { pageOf, positionOf } from '../shared/runtime/page.ts'
import { byId, otherEnd, shareView } from '../shared/runtime/views.ts'
import type { ShareItem } from '../shared/table/items.ts'
import { keys } from '../shared/table/keys.ts'
import { read, readList, readOne } from '../shared/table/read.ts'
import { shareList } from '../shared/table/shares.ts'

export const handler = action('list-shares', { query: listSharesQuery }, async (request) => {
  const { accountId, userId } = request.caller
  const { limit, cursor, ...filter } = request.query
  const { index, list } = shareList(accountId, filter)
  const from = positionOf(cursor, list)
  if (isRefusal(from)) return from
  const [found, { items, next }] = await Promise.all([
    readOne(keys.user(accountId, userId)),
    readList<ShareItem>(index, list, { ...from, limit, newestFirst: true }),
  ])
  const user = request.admit(found)
  if (isRefusal(user)) return user
  const accounts = byId(...(await read(...items.map((share) => keys.account(otherEnd(share))))))
  const views = items.map((share) => shareView(share, accounts))
  return pageOf(request.self, list, views, next)
})
