import { sendInvitationBody } from '../shared/contract/requests.ts'
import { isRefusal, refuse } from '../shared/domain/refusals.ts'
import { environment, requireEnv } from '../shared/environment.ts'
import { action } from '../shared/runtime/http.ts'
import { byId, invitationAsSent } from '../shared/runtime/views.ts'
import { sendInvitation } from '../shared/table/invitations.ts'
import type { InvitationItem } from '../shared/table/items.ts'
import { keys } from '../shared/table/keys.ts'
import { addressQuotaKey, countUnknownAddress, quotaKey, quotaRefusal } from '../shared/table/quota.ts'
import { read } from '../shared/table/read.ts'
import { madeBefore } from '../shared/table/requests.ts'

const limits = {
  perDay: Number(requireEnv(environment.dailyInvitations)),
  perAddressAndDay: Number(requireEnv(environment.dailyInvitationsPerAddress)),
}

export const handler = action('send-invitation', { body: sendInvitationBody }, async (request) => {
  const { accountId, userId } = request.caller
  const { clock, body, once } = request
  const [[found, account, claim, quota, addressQuota], before] = await Promise.all([
    read(
      keys.user(accountId, userId),
      keys.account(accountId),
      keys.email(body.email),
      quotaKey(accountId, clock),
      addressQuotaKey(accountId, body.email, clock),
    ),
    madeBefore<InvitationItem>(once),
  ])
  const user = request.admit(found)
  if (isRefusal(user)) return user
  if (isRefusal(before)) return before
  const sent = (invitation: InvitationItem) => {
    const view = invitationAsSent(user, invitation, byId(account))
    return { status: 201 as const, body: view, headers: { location: `/v1/invitations/${view.id}` } }
  }
  if (before) return sent(before)
  const exceeded = quotaRefusal({ quota, addressQuota }, clock, limits)
  // The index that finds a repetition is a moment behind. The write, which then fails, finds it too.
  const mayBeRepeated = once && claim && claim.accountId !== accountId
  if (exceeded && !mayBeRepeated) return exceeded
  if (!claim) return countUnknownAddress(accountId, clock, limits)
  if (claim.accountId === accountId) return refuse('own-account')
  const invitation = await sendInvitation(user, clock, { sender: account, claim, limits, once })
  return isRefusal(invitation) ? invitation : sent(invitation)
})
