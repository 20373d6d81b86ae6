import { deleteInvitation } from '../shared/contract/delete-invitation.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { environment, requireNumber } from '../shared/environment.ts'
import { action } from '../shared/runtime/action.ts'
import { changeInvitation, invitationWithId } from '../shared/table/invitations.ts'
import { keys, parseInvitationId } from '../shared/table/keys.ts'

const invitationDays = requireNumber(environment.invitationDays)

export const handler = action(deleteInvitation, {
  read: ({ params }) => {
    const ref = parseInvitationId(params.id)
    return [ref && keys.invitation(ref)]
  },
  perform: async ({ params, context, items: [found] }) => {
    const deleted = await changeInvitation({ invitation: invitationWithId(found, params.id) }, 'delete', {
      ...context,
      invitationDays,
    })
    return isRefusal(deleted) ? deleted : { status: 204 }
  },
})
