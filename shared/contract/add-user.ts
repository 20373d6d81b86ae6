import * as z from 'zod'
import { answers, type Contract, describeAction, jsonAnswer } from './contract.ts'
import { addedUser } from './examples.ts'
import { email, locale, name, profile } from './fields.ts'
import { type User, user } from './shapes.ts'

export const addUser = {
  name: 'add-user',
  method: 'POST',
  path: '/v1/users',
  access: 'administrator',
  body: z.strictObject({ email, name, profile, locale: locale.default('en') }).meta({ id: 'NewUser' }),
  idempotent: true,
  answers: answers<{ 201: User }>(),
} as const satisfies Contract

export const documentation = describeAction(addUser, {
  tag: 'Users',
  summary: 'Add a user',
  description:
    'Adds a user to your account. Your partners have the user among their contacts a moment later. The address is unconfirmed, and an e-mail with a link goes to it. Until somebody follows the link, the address can’t be invited and gets no other e-mail. An account uses each address once, confirmed or not. An account has at most a hundred administrators.',
  exampleBody: { email: 'may@acme.example', name: 'May Dahl', profile: 'manager', locale: 'sv' },
  answers: [jsonAnswer(201, 'The user, as added.', { schema: user, example: addedUser })],
  problems: ['invalid-email', 'invalid-field', 'email-taken', 'conflict'],
})
