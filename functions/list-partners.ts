import { pageQuery } from '../shared/contract/requests.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/http.ts'
import { pageOf, positionOf } from '../shared/runtime/page.ts'
import { byId, partnerView } from '../shared/runtime/views.ts'
import type { PartnershipItem } from '../shared/table/items.ts'
import { keys, lists } from '../shared/table/keys.ts'
import { read, readList, readOne } from '../shared/table/read.ts'

export const handler = action(
  'list-partners',
  { query: pageQuery },
  async ({ caller, query, self, admit }) => {
    const list = lists.partners(caller.accountId)
    const from = positionOf(query.cursor, list)
    if (isRefusal(from)) return from
    const [found, { items, next }] = await Promise.all([
      readOne(keys.user(caller.accountId, caller.userId)),
      readList<PartnershipItem>('gsi1', list, { ...from, limit: query.limit, newestFirst: true }),
    ])
    const user = admit(found)
    if (isRefusal(user)) return user
    const accounts = byId(...(await read(...items.map(({ partnerId }) => keys.account(partnerId)))))
    return pageOf(
      self,
      list,
      items.map((partnership) => partnerView(partnership, accounts)),
      next,
    )
  },
)
