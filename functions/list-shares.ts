import { byId, otherEnd, shareView } from '../shared/answers/views.ts'
import { listShares } from '../shared/contract/list-shares.ts'
import { listAction } from '../shared/runtime/list.ts'
import type { ShareItem } from '../shared/table/items.ts'
import { keys, lists } from '../shared/table/keys.ts'
import { read, readList } from '../shared/table/read.ts'

export const handler = listAction(listShares, {
  list: ({ caller, query: { direction, kind } }) => lists.shares(caller.accountId, direction, kind).name,
  page: ({ caller, query: { direction, kind, limit } }, after) =>
    readList<ShareItem>(lists.shares(caller.accountId, direction, kind), { after, limit, newestFirst: true }),
  views: async (shares) => {
    const accounts = byId(...(await read(...shares.map((share) => keys.account(otherEnd(share))))))
    return shares.map((share) => shareView(share, accounts))
  },
})
