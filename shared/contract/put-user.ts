import * as z from 'zod'
import { answers, type Contract, describeAction, jsonAnswer } from './contract.ts'
import { ada } from './examples.ts'
import { email, hostId, hostVersion, locale, name, profile } from './fields.ts'
import { type DirectoryUser, putDirectoryUser, type RemovedDirectoryUser } from './shapes.ts'

export const putUser = {
  name: 'put-user',
  method: 'PUT',
  path: '/v1/directory/accounts/{accountId}/users/{userId}',
  access: 'host',
  params: z.object({ accountId: hostId, userId: hostId }),
  body: z
    .strictObject({ email, name, profile, locale: locale.default('en'), version: hostVersion })
    .meta({ id: 'UserAtHost' }),
  answers: answers<{ 200: DirectoryUser | RemovedDirectoryUser }>(),
} as const satisfies Contract

export const documentation = describeAction(putUser, {
  tag: 'Directory',
  summary: 'Create or update a user',
  description:
    'Creates the user if it does not exist. Partners have the user among their contacts a moment later. The host’s word counts: the address is confirmed, and if another user had it, that user’s address is unconfirmed from then on. The host can remove an account’s last administrator.',
  parameters: {
    accountId: 'The id of the account in the host product.',
    userId: 'The id of the user in the host product.',
  },
  exampleBody: {
    email: 'ada@acme.example',
    name: 'Ada Lind',
    profile: 'administrator',
    locale: 'en',
    version: 12,
  },
  answers: [
    jsonAnswer(
      200,
      'The user, as it is now. If a removal with a higher version came first, the removed user with that version.',
      {
        schema: putDirectoryUser,
        example: { ...ada, accountId: 'acme', version: 12 },
        headers: ['X-Unchanged'],
      },
    ),
  ],
  problems: ['invalid-email', 'invalid-field', 'not-found', 'version-reused', 'conflict'],
})
