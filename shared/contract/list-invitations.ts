import * as z from 'zod'
import { answers, type Contract, describeAction, pageAnswer } from './contract.ts'
import { received } from './examples.ts'
import { page } from './fields.ts'
import { type Invitation, invitationPage, type Page } from './shapes.ts'

export const listInvitations = {
  name: 'list-invitations',
  method: 'GET',
  path: '/v1/invitations',
  access: 'user',
  query: z.strictObject({
    direction: z
      .enum(['sent', 'received'], 'The direction is sent or received.')
      .meta({ description: 'Invitations that your account has sent, or has received.' }),
    status: z
      .enum(['pending', 'rejected', 'expired'], 'The status is pending, rejected or expired.')
      .optional()
      .meta({ description: 'Only invitations with this status.' }),
    ...page,
  }),
  answers: answers<{ 200: Page<Invitation> }>(),
} as const satisfies Contract

export const documentation = describeAction(listInvitations, {
  tag: 'Invitations',
  summary: 'List invitations',
  description:
    'Lists invitations, newest first. Accepted invitations are not listed: they are partners. Expired invitations are listed only for the account that sent them.',
  answers: [pageAnswer('A page of invitations.', invitationPage, received)],
  problems: [],
})
