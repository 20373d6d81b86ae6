import { byId, invitationView } from '../shared/answers/views.ts'
import { rejectInvitation } from '../shared/contract/reject-invitation.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { environment, requireNumber } from '../shared/environment.ts'
import { action } from '../shared/runtime/action.ts'
import { changeInvitation, invitationWithId } from '../shared/table/invitations.ts'
import { keys, parseInvitationId } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'

const invitationDays = requireNumber(environment.invitationDays)

export const handler = action(rejectInvitation, {
  read: ({ caller, params }) => {
    const ref = parseInvitationId(params.id)
    return [ref && keys.invitation(ref), keys.account(caller.accountId), ref && keys.account(ref.sender)]
  },
  perform: async ({ user, params, clock, context, items: [found, account, senderAccount] }) => {
    const invitation = invitationWithId(found, params.id)
    const [rejected, [inviter]] = await Promise.all([
      changeInvitation({ invitation }, 'reject', { ...context, invitationDays }),
      read(invitation && keys.user(invitation.sender, invitation.sentBy)),
    ])
    if (isRefusal(rejected)) return rejected
    return {
      status: 200,
      body: invitationView(
        rejected,
        { accounts: byId(account, senderAccount), inviter },
        { user, now: clock.now, invitationDays },
      ),
    }
  },
})
