import { addShareBody } from '../shared/contract/requests.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/http.ts'
import { byId, shareView } from '../shared/runtime/views.ts'
import type { ShareItem } from '../shared/table/items.ts'
import { keys } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'
import { madeBefore } from '../shared/table/requests.ts'
import { addShare, shareKey } from '../shared/table/shares.ts'

export const handler = action('add-share', { body: addShareBody }, async (request) => {
  const { accountId, userId } = request.caller
  const { body, clock, once } = request
  const [[found, partner, partnership, share], reused] = await Promise.all([
    read(
      keys.user(accountId, userId),
      keys.account(body.partnerAccountId),
      keys.partnership(accountId, body.partnerAccountId),
      shareKey(accountId, body),
    ),
    madeBefore<ShareItem>(once),
  ])
  const user = request.admit(found)
  if (isRefusal(user)) return user
  if (isRefusal(reused)) return reused
  const shared = await addShare(user, clock, body, { share, partnership }, once)
  if (isRefusal(shared)) return shared
  return { status: shared.status, body: shareView(shared.share, byId(partner)) }
})
