import * as z from 'zod'
import { answers, type Contract, describeAction, emptyAnswer } from './contract.ts'
import { hostId } from './fields.ts'

export const removeUser = {
  name: 'remove-user',
  method: 'DELETE',
  path: '/v1/users/{id}',
  access: 'administrator',
  params: z.object({ id: hostId }),
  answers: answers<{ 204: undefined }>(),
} as const satisfies Contract

export const documentation = describeAction(removeUser, {
  tag: 'Users',
  summary: 'Remove a user',
  description: 'Removes a user from your account, and a moment later from your partners’ contacts.',
  parameters: { id: 'The user’s `id`.' },
  answers: [emptyAnswer(204, 'Your account no longer has the user.')],
  problems: ['invalid-field', 'not-found', 'last-administrator', 'conflict'],
})
