import { answers, type Contract, describeAction, jsonAnswer } from './contract.ts'
import { rejected } from './examples.ts'
import { type Invitation, invitation } from './shapes.ts'

export const rejectInvitation = {
  name: 'reject-invitation',
  method: 'POST',
  path: '/v1/invitations/{id}/reject',
  access: 'administrator',
  answers: answers<{ 200: Invitation }>(),
} as const satisfies Contract

export const documentation = describeAction(rejectInvitation, {
  tag: 'Invitations',
  summary: 'Reject an invitation',
  description:
    'Shows the invitation as rejected to both sides, and sends an e-mail to the user who sent it. Any administrator of the invited account can reject. It is safe to reject twice.',
  parameters: { id: 'The invitation’s `id`.' },
  answers: [jsonAnswer(200, 'The rejected invitation.', { schema: invitation, example: rejected })],
  problems: ['not-found', 'not-the-recipient', 'invitation-not-pending', 'invitation-expired', 'conflict'],
})
