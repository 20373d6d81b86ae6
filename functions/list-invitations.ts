import { listInvitationsQuery } from '../shared/contract/requests.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/http.ts'
import { pageOf, positionOf } from '../shared/runtime/page.ts'
import { byId, invitationView, otherAccount } from '../shared/runtime/views.ts'
import type { InvitationItem } from '../shared/table/items.ts'
import { keys, lists } from '../shared/table/keys.ts'
import { read, readList } from '../shared/table/read.ts'

const indexes = { sent: ['gsi1', 'gsi2'], received: ['gsi3', 'gsi4'] } as const

export const handler = action('list-invitations', { query: listInvitationsQuery }, async (request) => {
  const { accountId, userId } = request.caller
  const { direction, status, limit, cursor } = request.query
  const [index, list] = status
    ? [indexes[direction][1], lists.invitationsOfStatus(direction, accountId, status)]
    : [indexes[direction][0], lists.invitations(direction, accountId)]
  const from = positionOf(cursor, list)
  if (isRefusal(from)) return from
  const [[found, account], { items, next }] = await Promise.all([
    read(keys.user(accountId, userId), keys.account(accountId)),
    readList<InvitationItem>(index, list, { ...from, limit, newestFirst: true }),
  ])
  const user = request.admit(found)
  if (isRefusal(user)) return user
  const others = items.flatMap((invitation) => otherAccount(accountId, invitation) ?? [])
  const accounts = byId(account, ...(await read(...others.map(keys.account))))
  const views = items.map((invitation) => invitationView(user, invitation, accounts))
  return pageOf(request.self, list, views, next)
})
