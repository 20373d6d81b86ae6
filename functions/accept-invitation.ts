import { byId, partnerView } from '../shared/answers/views.ts'
import { acceptInvitation } from '../shared/contract/accept-invitation.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { environment, requireNumber } from '../shared/environment.ts'
import { action } from '../shared/runtime/action.ts'
import { changeInvitation, invitationWithId } from '../shared/table/invitations.ts'
import { keys, parseInvitationId } from '../shared/table/keys.ts'

const invitationDays = requireNumber(environment.invitationDays)

export const handler = action(acceptInvitation, {
  read: ({ caller, params }) => {
    const ref = parseInvitationId(params.id)
    return [
      ref && keys.invitation(ref),
      ref && keys.pair(ref.sender, caller.accountId),
      ref && keys.account(ref.sender),
    ]
  },
  perform: async ({ user, params, context, items: [invitation, pair, senderAccount] }) => {
    const accepted = await changeInvitation(
      { invitation: invitationWithId(invitation, params.id), pair },
      'accept',
      { ...context, invitationDays },
    )
    if (isRefusal(accepted)) return accepted
    const { sender, updatedAt: since } = accepted
    const partnership = { accountId: user.accountId, partnerId: sender, sender, since }
    return { status: 200, body: partnerView(partnership, byId(senderAccount)) }
  },
})
