import { byId, invitationAsSent } from '../shared/answers/views.ts'
import { resendInvitation } from '../shared/contract/resend-invitation.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { environment, requireInvitationLimits, requireNumber } from '../shared/environment.ts'
import { action } from '../shared/runtime/action.ts'
import { resendInvitation as sendAgain } from '../shared/table/invitations.ts'
import { keys, parseInvitationId } from '../shared/table/keys.ts'
import { quotaKey } from '../shared/table/quota.ts'

const limits = requireInvitationLimits()
const invitationDays = requireNumber(environment.invitationDays)

export const handler = action(resendInvitation, {
  read: ({ caller: { accountId }, params, clock }) => {
    const ref = parseInvitationId(params.id)
    return [keys.account(accountId), ref && keys.invitation(ref), quotaKey(accountId, clock)]
  },
  perform: async ({ user, params, clock, context, idempotency, items: [account, found, quota] }) => {
    const invitation = await sendAgain(
      { id: params.id, invitation: found, quota },
      { limits, idempotency },
      { ...context, invitationDays },
    )
    if (isRefusal(invitation)) return invitation
    const viewer = { user, now: clock.now, invitationDays }
    return {
      status: 200,
      body: invitationAsSent(invitation, { accounts: byId(account), inviter: user }, viewer),
    }
  },
})
