import { byId, invitationAsSent } from '../shared/answers/views.ts'
import { sendInvitation } from '../shared/contract/send-invitation.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { environment, requireInvitationLimits, requireNumber } from '../shared/environment.ts'
import { action } from '../shared/runtime/action.ts'
import { sendInvitation as writeInvitation } from '../shared/table/invitations.ts'
import type { InvitationItem } from '../shared/table/items.ts'
import { keys } from '../shared/table/keys.ts'
import { addressQuotaKey, quotaKey } from '../shared/table/quota.ts'
import { madeBefore } from '../shared/table/requests.ts'

const limits = requireInvitationLimits()
const invitationDays = requireNumber(environment.invitationDays)

export const handler = action(sendInvitation, {
  read: ({ caller: { accountId }, body: { email }, clock }) => [
    keys.account(accountId),
    keys.email(email),
    quotaKey(accountId, clock),
    addressQuotaKey(accountId, email, clock),
  ],
  query: ({ idempotency }) => madeBefore<InvitationItem>(idempotency),
  perform: async ({ user, clock, context, idempotency, items, queried: before }) => {
    const [account, claim, quota, addressQuota] = items
    const state = { account, claim, quota, addressQuota }
    const invitation =
      before ?? (await writeInvitation(state, { limits, idempotency }, { ...context, invitationDays }))
    if (isRefusal(invitation)) return invitation
    const body = invitationAsSent(
      invitation,
      { accounts: byId(account), inviter: user },
      { user, now: clock.now, invitationDays },
    )
    return { status: 201, body, headers: { location: `/v1/invitations/${body.id}` } }
  },
})
