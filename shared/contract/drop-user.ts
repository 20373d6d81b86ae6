import * as z from 'zod'
import { answers, type Contract, describeAction, emptyAnswer } from './contract.ts'
import { highestVersion, hostId, hostVersion } from './fields.ts'

export const dropUser = {
  name: 'drop-user',
  method: 'DELETE',
  path: '/v1/directory/accounts/{accountId}/users/{userId}',
  access: 'host',
  params: z.object({ accountId: hostId, userId: hostId }),
  query: z.strictObject({
    version: z
      .string(highestVersion)
      .regex(/^\d{1,16}$/, highestVersion)
      .transform(Number)
      .pipe(hostVersion),
  }),
  answers: answers<{ 204: undefined }>(),
} as const satisfies Contract

export const documentation = describeAction(dropUser, {
  tag: 'Directory',
  summary: 'Remove a user',
  description:
    'Removes the user, and a moment later its contacts at partners. A user that does not exist is recorded as removed, so that an older call that arrives late changes nothing.',
  parameters: {
    accountId: 'The id of the account in the host product.',
    userId: 'The id of the user in the host product.',
  },
  answers: [emptyAnswer(204, 'The user is removed, or was changed with a higher version.')],
  problems: ['invalid-field', 'not-found', 'version-reused', 'conflict'],
})
