import { answers, type Contract, describeAction, emptyAnswer } from './contract.ts'

export const deleteInvitation = {
  name: 'delete-invitation',
  method: 'DELETE',
  path: '/v1/invitations/{id}',
  access: 'administrator',
  answers: answers<{ 204: undefined }>(),
} as const satisfies Contract

export const documentation = describeAction(deleteInvitation, {
  tag: 'Invitations',
  summary: 'Delete an invitation',
  description:
    'The sender withdraws a pending invitation. The invited account ignores it: the sender sees it as rejected and gets no e-mail. The invited account deletes a rejected invitation first, and then the sender can delete it.',
  parameters: { id: 'The invitation’s `id`.' },
  answers: [emptyAnswer(204, 'Your account no longer has the invitation.')],
  problems: [
    'not-found',
    'recipient-must-delete-first',
    'already-partners',
    'invitation-expired',
    'conflict',
  ],
})
