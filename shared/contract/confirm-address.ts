import * as z from 'zod'
import { answers, type Contract, describeAction, emptyAnswer } from './contract.ts'

export const confirmAddress = {
  name: 'confirm-address',
  method: 'POST',
  path: '/v1/confirmations',
  access: 'anyone',
  body: z
    .strictObject({
      token: z.string('A token is a text.').meta({
        description: 'The text after the `#` in the link of the confirmation e-mail.',
      }),
    })
    .meta({ id: 'Confirmation' }),
  answers: answers<{ 204: undefined }>(),
} as const satisfies Contract

export const documentation = describeAction(confirmAddress, {
  tag: 'Users',
  summary: 'Confirm an address',
  description:
    'Confirms an address with the token from the link of the confirmation e-mail. It needs no sign-in. Only the newest link works, once, for seven days. If another user has confirmed the address first, the answer is `email-taken`.',
  exampleBody: { token: 'q3W8nT0c1vYk6eJ4Zr9sHbXmP2uLdFgAa1JjZSNtYXk' },
  answers: [emptyAnswer(204, 'The address is confirmed.')],
  problems: ['invalid-field', 'not-found', 'email-taken', 'conflict'],
})
