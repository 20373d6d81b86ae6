import * as z from 'zod'
import { answers, type Contract, describeAction, jsonAnswer } from './contract.ts'
import { sent } from './examples.ts'
import { email } from './fields.ts'
import { type Invitation, invitation } from './shapes.ts'

export const sendInvitation = {
  name: 'send-invitation',
  method: 'POST',
  path: '/v1/invitations',
  access: 'administrator',
  body: z.strictObject({ email }).meta({ id: 'NewInvitation' }),
  idempotent: true,
  answers: answers<{ 201: Invitation }>(),
} as const satisfies Contract

export const documentation = describeAction(sendInvitation, {
  tag: 'Invitations',
  summary: 'Invite an address',
  description:
    'Invites a user of another account to become partners, and sends them an e-mail. Each address has one invitation. After a rejection, the invited account deletes the invitation first, then your account deletes it, and then you can invite the address again. The number of invitations that an account can send in one day (UTC) is limited. Invitations to addresses that nobody has count too.',
  exampleBody: { email: 'bo@globex.example' },
  answers: [
    jsonAnswer(201, 'The invitation, as it was sent.', {
      schema: invitation,
      example: sent,
      headers: ['Location'],
    }),
  ],
  problems: [
    'invalid-email',
    'quota-exceeded',
    'no-account-for-email',
    'own-account',
    'already-partners',
    'invitation-pending',
    'invitation-rejected',
    'too-many-invitations',
    'conflict',
  ],
})
