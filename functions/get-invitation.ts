import { sideOf } from '../shared/domain/invitation.ts'
import { isRefusal, refuse } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/http.ts'
import { byId, invitationView, otherAccount } from '../shared/runtime/views.ts'
import { ofLife } from '../shared/table/invitations.ts'
import { keys, parseInvitationId } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'

export const handler = action(
  'get-invitation',
  {},
  async ({ caller: { accountId, userId }, params, admit }) => {
    const { id = '' } = params
    const ref = parseInvitationId(id)
    const [found, account, there, sender] = await read(
      keys.user(accountId, userId),
      keys.account(accountId),
      ref && keys.invitation(ref),
      ref && keys.account(ref.sender),
    )
    const user = admit(found)
    if (isRefusal(user)) return user
    const invitation = ofLife(there, id)
    if (!invitation || !sideOf(accountId, invitation)) return refuse('not-found')
    const other = otherAccount(accountId, invitation)
    const [recipient] = await read(other === invitation.recipient ? keys.account(other) : undefined)
    return { status: 200, body: invitationView(user, invitation, byId(account, sender, recipient)) }
  },
)
