import { byId, invitationView, otherAccount } from '../shared/answers/views.ts'
import { listInvitations } from '../shared/contract/list-invitations.ts'
import { environment, requireNumber } from '../shared/environment.ts'
import { listAction } from '../shared/runtime/list.ts'
import { readInvitations } from '../shared/table/invitation-lists.ts'
import type { AccountItem, UserItem } from '../shared/table/items.ts'
import { keys, lists } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'

const invitationDays = requireNumber(environment.invitationDays)

export const handler = listAction(listInvitations, {
  read: ({ caller }) => [keys.account(caller.accountId)],
  list: ({ caller, query: { direction, status } }) =>
    lists.invitations(direction, caller.accountId, status).name,
  page: ({ caller: { accountId }, query: { direction, status, limit }, clock: { now } }, after) =>
    readInvitations({ accountId, direction, status }, { after, limit }, { now, invitationDays }),
  views: async (invitations, { user, clock: { now }, items: [account] }) => {
    const validity = { now, invitationDays }
    const others = invitations.flatMap(
      (invitation) => otherAccount(invitation, { accountId: user.accountId, ...validity }) ?? [],
    )
    const found = await read(
      ...others.map(keys.account),
      ...invitations.map(({ sender, sentBy }) => keys.user(sender, sentBy)),
    )
    const accounts = byId(account, ...(found.slice(0, others.length) as (AccountItem | undefined)[]))
    const inviters = found.slice(others.length) as (UserItem | undefined)[]
    return invitations.map((invitation, nth) =>
      invitationView(invitation, { accounts, inviter: inviters[nth] }, { user, ...validity }),
    )
  },
})
