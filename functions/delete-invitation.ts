import { isRefusal } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/http.ts'
import { changeInvitation, ofLife } from '../shared/table/invitations.ts'
import { keys, parseInvitationId } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'

export const handler = action('delete-invitation', {}, async ({ caller, params, clock, admit }) => {
  const { id = '' } = params
  const ref = parseInvitationId(id)
  const [found, there] = await read(keys.user(caller.accountId, caller.userId), ref && keys.invitation(ref))
  const user = admit(found)
  if (isRefusal(user)) return user
  const deleted = await changeInvitation(user, clock, 'delete', { invitation: ofLife(there, id) })
  return isRefusal(deleted) ? deleted : { status: 204 }
})
