import { byId, partnerView } from '../shared/answers/views.ts'
import { listPartners } from '../shared/contract/list-partners.ts'
import { listAction } from '../shared/runtime/list.ts'
import type { PartnershipItem } from '../shared/table/items.ts'
import { keys, lists } from '../shared/table/keys.ts'
import { read, readList } from '../shared/table/read.ts'

export const handler = listAction(listPartners, {
  list: ({ caller }) => lists.partners(caller.accountId).name,
  page: ({ caller, query: { limit } }, after) =>
    readList<PartnershipItem>(lists.partners(caller.accountId), { after, limit, newestFirst: true }),
  views: async (partnerships) => {
    const accounts = byId(...(await read(...partnerships.map(({ partnerId }) => keys.account(partnerId)))))
    return partnerships.map((partnership) => partnerView(partnership, accounts))
  },
})
