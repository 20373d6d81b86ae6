import { isRefusal } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/http.ts'
import { byId, invitationView } from '../shared/runtime/views.ts'
import { changeInvitation, ofLife } from '../shared/table/invitations.ts'
import { keys, parseInvitationId } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'

export const handler = action('reject-invitation', {}, async ({ caller, params, clock, admit }) => {
  const { accountId, userId } = caller
  const { id = '' } = params
  const ref = parseInvitationId(id)
  const [found, there, account, senderAccount] = await read(
    keys.user(accountId, userId),
    ref && keys.invitation(ref),
    keys.account(accountId),
    ref && keys.account(ref.sender),
  )
  const user = admit(found)
  if (isRefusal(user)) return user
  const rejected = await changeInvitation(user, clock, 'reject', { invitation: ofLife(there, id) })
  if (isRefusal(rejected)) return rejected
  return { status: 200, body: invitationView(user, rejected, byId(account, senderAccount)) }
})
