import { isRefusal } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/http.ts'
import { byId, partnerView } from '../shared/runtime/views.ts'
import { changeInvitation, ofLife } from '../shared/table/invitations.ts'
import { keys, parseInvitationId } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'

export const handler = action('accept-invitation', {}, async ({ caller, params, clock, admit }) => {
  const { accountId, userId } = caller
  const { id = '' } = params
  const ref = parseInvitationId(id)
  const [found, there, pair, senderAccount] = await read(
    keys.user(accountId, userId),
    ref && keys.invitation(ref),
    ref && keys.pair(ref.sender, accountId),
    ref && keys.account(ref.sender),
  )
  const user = admit(found)
  if (isRefusal(user)) return user
  const accepted = await changeInvitation(user, clock, 'accept', { invitation: ofLife(there, id), pair })
  if (isRefusal(accepted)) return accepted
  const { sender, updatedAt: since } = accepted
  const body = partnerView({ accountId, partnerId: sender, sender, since }, byId(senderAccount))
  return { status: 200, body }
})
