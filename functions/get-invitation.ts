import { byId, invitationView, otherAccount } from '../shared/answers/views.ts'
import { getInvitation } from '../shared/contract/get-invitation.ts'
import { seenFrom } from '../shared/domain/invitation.ts'
import { refuse } from '../shared/domain/refusals.ts'
import { environment, requireNumber } from '../shared/environment.ts'
import { action } from '../shared/runtime/action.ts'
import { invitationWithId } from '../shared/table/invitations.ts'
import { keys, parseInvitationId } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'

const invitationDays = requireNumber(environment.invitationDays)

export const handler = action(getInvitation, {
  read: ({ caller, params }) => {
    const ref = parseInvitationId(params.id)
    return [keys.account(caller.accountId), ref && keys.invitation(ref), ref && keys.account(ref.sender)]
  },
  perform: async ({ user, params, clock, items: [account, found, sender] }) => {
    const invitation = invitationWithId(found, params.id)
    const validity = { now: clock.now, invitationDays }
    const context = { accountId: user.accountId, ...validity }
    if (!invitation || !seenFrom(invitation, context)) return refuse('not-found')
    const other = otherAccount(invitation, context)
    const [recipient, inviter] = await read(
      other === invitation.recipient ? keys.account(other) : undefined,
      keys.user(invitation.sender, invitation.sentBy),
    )
    return {
      status: 200,
      body: invitationView(
        invitation,
        { accounts: byId(account, sender, recipient), inviter },
        { user, ...validity },
      ),
    }
  },
})
