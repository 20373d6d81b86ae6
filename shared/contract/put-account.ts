import * as z from 'zod'
import { answers, type Contract, describeAction, jsonAnswer } from './contract.ts'
import { hostId, hostVersion, name } from './fields.ts'
import { type Account, account } from './shapes.ts'

export const putAccount = {
  name: 'put-account',
  method: 'PUT',
  path: '/v1/directory/accounts/{accountId}',
  access: 'host',
  params: z.object({ accountId: hostId }),
  body: z.strictObject({ name, version: hostVersion }).meta({ id: 'AccountAtHost' }),
  answers: answers<{ 200: Account }>(),
} as const satisfies Contract

export const documentation = describeAction(putAccount, {
  tag: 'Directory',
  summary: 'Create or update an account',
  description: 'Creates the account if it does not exist.',
  parameters: { accountId: 'The id of the account in the host product.' },
  exampleBody: { name: 'Acme', version: 7 },
  answers: [
    jsonAnswer(200, 'The account, as it is now.', {
      schema: account,
      example: { id: 'acme', name: 'Acme', version: 7 },
    }),
  ],
  problems: ['invalid-field', 'version-reused', 'conflict'],
})
