import { byId, otherEnd, shareView } from '../shared/answers/views.ts'
import { listShares } from '../shared/contract/list-shares.ts'
import { listAction } from '../shared/runtime/list.ts'
import type { ShareItem } from '../shared/table/items.ts'
import { keys, lists } from '../shared/table/keys.ts'
import { read, readList } from '../shared/table/read.ts'

export const handler = listAction(listShares, {
  list: ({ caller, query }) => lists.shares(caller.accountId, query).name,
  page: ({ caller, query }, after) =>
    readList<ShareItem>(lists.shares(caller.accountId, query), {
      after,
      limit: query.limit,
      newestFirst: true,
    }),
  views: async (shares) => {
    const accounts = byId(...(await read(...shares.map((share) => keys.account(otherEnd(share))))))
    return shares.map((share) => shareView(share, accounts))
  },
})
