import { answers, type Contract, describeAction, jsonAnswer } from './contract.ts'
import { acme } from './examples.ts'
import { type Partner, partner } from './shapes.ts'

export const acceptInvitation = {
  name: 'accept-invitation',
  method: 'POST',
  path: '/v1/invitations/{id}/accept',
  access: 'administrator',
  answers: answers<{ 200: Partner }>(),
} as const satisfies Contract

export const documentation = describeAction(acceptInvitation, {
  tag: 'Invitations',
  summary: 'Accept an invitation',
  description:
    'Makes the two accounts partners, and removes all other invitations between them. Any administrator of the invited account can accept, whoever was invited. It is safe to accept twice.',
  parameters: { id: 'The invitation’s `id`.' },
  answers: [jsonAnswer(200, 'The partner.', { schema: partner, example: acme })],
  problems: ['not-found', 'not-the-recipient', 'invitation-not-pending', 'invitation-expired', 'conflict'],
})
