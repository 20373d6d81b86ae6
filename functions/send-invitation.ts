import { sendInvitationBody } from '../shared/contract/requests.ts'
import { isRefusal, refuse } from '../shared/domain/refusals.ts'
import { environment, requireEnv } from '../shared/environment.ts'
import { action } from '../shared/runtime/http.ts'
import { byId, invitationAsSent } from '../shared/runtime/views.ts'
import { sendInvitation } from '../shared/table/invitations.ts'
import type { InvitationItem } from '../shared/table/items.ts'
import { keys } from '../shared/table/keys.ts'
import { countUnknownAddress, quotaKey, quotaRefusal } from '../shared/table/quota.ts'
import { read } from '../shared/table/read.ts'
import { madeBefore } from '../shared/table/requests.ts'

const dailyInvitations = Number(requireEnv(environment.dailyInvitations))

export const handler = action('send-invitation', { body: sendInvitationBody }, async (request) => {
  const { accountId, userId } = request.caller
  const { clock, body, once } = request
  const [[found, account, claim, quota], before] = await Promise.all([
    read(
      keys.user(accountId, userId),
      keys.account(accountId),
      keys.email(body.email),
      quotaKey(accountId, clock),
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
  const exceeded = quotaRefusal(quota, clock, dailyInvitations)
  if (exceeded) return exceeded
  if (!claim) return countUnknownAddress(accountId, clock, dailyInvitations)
  if (claim.accountId === accountId) return refuse('own-account')
  const invitation = await sendInvitation(user, clock, { sender: account, claim, dailyInvitations, once })
  return isRefusal(invitation) ? invitation : sent(invitation)
})
