import { byId, invitationAsSent } from '../shared/answers/views.ts'
import { sendInvitation } from '../shared/contract/send-invitation.ts'
import { isRefusal, refuse } from '../shared/domain/refusals.ts'
import { environment, requireEnv } from '../shared/environment.ts'
import { action } from '../shared/runtime/action.ts'
import { sendInvitation as writeInvitation } from '../shared/table/invitations.ts'
import type { InvitationItem } from '../shared/table/items.ts'
import { keys } from '../shared/table/keys.ts'
import { addressQuotaKey, countUnknownAddress, quotaKey, quotaRefusal } from '../shared/table/quota.ts'
import { madeBefore } from '../shared/table/requests.ts'

const limits = {
  perDay: Number(requireEnv(environment.dailyInvitations)),
  perAddressAndDay: Number(requireEnv(environment.dailyInvitationsPerAddress)),
}

export const handler = action(sendInvitation, {
  read: ({ caller: { accountId }, body: { email }, clock }) => [
    keys.account(accountId),
    keys.email(email),
    quotaKey(accountId, clock),
    addressQuotaKey(accountId, email, clock),
  ],
  query: ({ idempotency }) => madeBefore<InvitationItem>(idempotency),
  perform: async ({ user, clock, idempotency, items, queried: before }) => {
    const [account, claim, quota, addressQuota] = items
    const sent = (invitation: InvitationItem) => {
      const body = invitationAsSent(invitation, byId(account), { user, now: clock.now })
      return { status: 201 as const, body, headers: { location: `/v1/invitations/${body.id}` } }
    }
    if (isRefusal(before)) return before
    if (before) return sent(before)
    const exceeded = quotaRefusal({ quota, addressQuota }, clock, limits)
    // The index that finds a repeated request is a moment behind. The write, which then fails, finds it too.
    const mayBeRepeated = idempotency && claim && claim.accountId !== user.accountId
    if (exceeded && !mayBeRepeated) return exceeded
    if (!claim) return countUnknownAddress(user.accountId, clock, limits)
    if (claim.accountId === user.accountId) return refuse('own-account')
    const invitation = await writeInvitation(user, clock, {
      sender: account,
      claim,
      limits,
      idempotency,
    })
    return isRefusal(invitation) ? invitation : sent(invitation)
  },
})
