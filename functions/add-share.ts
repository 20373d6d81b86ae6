import { byId, shareView } from '../shared/answers/views.ts'
import { addShare } from '../shared/contract/add-share.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/action.ts'
import type { ShareItem } from '../shared/table/items.ts'
import { keys } from '../shared/table/keys.ts'
import { madeBefore } from '../shared/table/requests.ts'
import { shareKey, addShare as writeShare } from '../shared/table/shares.ts'

export const handler = action(addShare, {
  read: ({ caller: { accountId }, body }) => [
    keys.account(body.partnerAccountId),
    keys.partnership(accountId, body.partnerAccountId),
    shareKey(accountId, body),
  ],
  query: ({ idempotency }) => madeBefore<ShareItem>(idempotency),
  perform: async ({ body, context, idempotency, items: [partner, partnership, share], queried }) => {
    if (isRefusal(queried)) return queried
    const shared = await writeShare({ share, partnership }, { fields: body, idempotency }, context)
    if (isRefusal(shared)) return shared
    return { status: shared.status, body: shareView(shared.share, byId(partner)) }
  },
})
