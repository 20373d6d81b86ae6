import { answers, type Contract, describeAction, jsonAnswer } from './contract.ts'
import { sent } from './examples.ts'
import { type Invitation, invitation } from './shapes.ts'

export const resendInvitation = {
  name: 'resend-invitation',
  method: 'POST',
  path: '/v1/invitations/{id}/resend',
  access: 'administrator',
  idempotent: true,
  answers: answers<{ 200: Invitation }>(),
} as const satisfies Contract

export const documentation = describeAction(resendInvitation, {
  tag: 'Invitations',
  summary: 'Send an invitation again',
  description:
    'Sends a pending or expired invitation again, or one to a former partner that has ended the partnership. The invitation gets a new `id`, a new `expiresAt` and another e-mail. The old `id` no longer exists. Each sending counts towards the limits of a day (UTC).',
  parameters: { id: 'The invitation’s `id`.' },
  answers: [jsonAnswer(200, 'The invitation, with its new `id`.', { schema: invitation, example: sent })],
  problems: [
    'not-found',
    'not-the-sender',
    'invitation-rejected',
    'already-partners',
    'quota-exceeded',
    'no-account-for-email',
    'conflict',
  ],
})
