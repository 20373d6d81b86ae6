import { byId, invitationView, otherAccount } from '../shared/answers/views.ts'
import { listInvitations } from '../shared/contract/list-invitations.ts'
import type { Request } from '../shared/runtime/action.ts'
import { listAction } from '../shared/runtime/list.ts'
import type { InvitationItem } from '../shared/table/items.ts'
import { keys, lists } from '../shared/table/keys.ts'
import { type IndexName, read, readList } from '../shared/table/read.ts'

const indexes = { sent: ['gsi1', 'gsi2'], received: ['gsi3', 'gsi4'] } as const

const listOf = ({
  caller: { accountId },
  query: { direction, status },
}: Request<typeof listInvitations>): [IndexName, string] =>
  status
    ? [indexes[direction][1], lists.invitationsOfStatus(direction, accountId, status)]
    : [indexes[direction][0], lists.invitations(direction, accountId)]

export const handler = listAction(listInvitations, {
  read: ({ caller }) => [keys.account(caller.accountId)],
  list: (request) => listOf(request)[1],
  page: (request, after) =>
    readList<InvitationItem>(...listOf(request), { after, limit: request.query.limit, newestFirst: true }),
  views: async (invitations, { user, items: [account] }) => {
    const others = invitations.flatMap((invitation) => otherAccount(user.accountId, invitation) ?? [])
    const accounts = byId(account, ...(await read(...others.map(keys.account))))
    return invitations.map((invitation) => invitationView(user, invitation, accounts))
  },
})
