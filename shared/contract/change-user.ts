import * as z from 'zod'
import { answers, type Contract, describeAction, jsonAnswer } from './contract.ts'
import { may } from './examples.ts'
import { email, hostId, locale, name, profile } from './fields.ts'
import { type User, user } from './shapes.ts'

export const changeUser = {
  name: 'change-user',
  method: 'PATCH',
  path: '/v1/users/{id}',
  access: 'administrator',
  params: z.object({ id: hostId }),
  body: z
    .strictObject({
      email: email.optional(),
      name: name.optional(),
      profile: profile.optional(),
      locale: locale.optional(),
    })
    .meta({ id: 'UserChange' }),
  answers: answers<{ 200: User }>(),
} as const satisfies Contract

export const documentation = describeAction(changeUser, {
  tag: 'Users',
  summary: 'Change a user',
  description:
    'Changes the given fields of a user of your account. A new address gets an e-mail with a link. If the current address is confirmed, it stays in use until somebody follows the link, and the new address is the `pendingEmail`. The last administrator keeps an administrator’s profile.',
  parameters: { id: 'The user’s `id`.' },
  exampleBody: { profile: 'administrator' },
  answers: [jsonAnswer(200, 'The user, as it is now.', { schema: user, example: may })],
  problems: ['invalid-email', 'invalid-field', 'not-found', 'email-taken', 'last-administrator', 'conflict'],
})
