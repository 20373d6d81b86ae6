import { byId, invitationView, otherAccount } from '../shared/answers/views.ts'
import { listInvitations } from '../shared/contract/list-invitations.ts'
import type { Request } from '../shared/runtime/action.ts'
import { listAction } from '../shared/runtime/list.ts'
import type { InvitationItem } from '../shared/table/items.ts'
import { keys, lists } from '../shared/table/keys.ts'
import { read, readList } from '../shared/table/read.ts'

const listOf = ({ caller, query: { direction, status } }: Request<typeof listInvitations>) =>
  lists.invitations(direction, caller.accountId, status)

export const handler = listAction(listInvitations, {
  read: ({ caller }) => [keys.account(caller.accountId)],
  list: (request) => listOf(request).name,
  page: (request, after) =>
    readList<InvitationItem>(listOf(request), { after, limit: request.query.limit, newestFirst: true }),
  views: async (invitations, { user, clock, items: [account] }) => {
    const others = invitations.flatMap((invitation) => otherAccount(user.accountId, invitation) ?? [])
    const accounts = byId(account, ...(await read(...others.map(keys.account))))
    return invitations.map((invitation) => invitationView(invitation, accounts, { user, now: clock.now }))
  },
})
