import { answers, type Contract, describeAction, jsonAnswer } from './contract.ts'
import { received } from './examples.ts'
import { type Invitation, invitation } from './shapes.ts'

export const getInvitation = {
  name: 'get-invitation',
  method: 'GET',
  path: '/v1/invitations/{id}',
  access: 'user',
  answers: answers<{ 200: Invitation }>(),
} as const satisfies Contract

export const documentation = describeAction(getInvitation, {
  tag: 'Invitations',
  summary: 'Get an invitation',
  description:
    'Returns the invitation as your account sees it. `actions` says for each action of your side whether you can do it now.',
  parameters: { id: 'The invitation’s `id`.' },
  answers: [jsonAnswer(200, 'The invitation.', { schema: invitation, example: received })],
  problems: ['not-found'],
})
