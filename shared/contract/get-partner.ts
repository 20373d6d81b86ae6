import * as z from 'zod'
import { answers, type Contract, describeAction, jsonAnswer } from './contract.ts'
import { globex } from './examples.ts'
import { hostId } from './fields.ts'
import { type Partner, partner } from './shapes.ts'

export const getPartner = {
  name: 'get-partner',
  method: 'GET',
  path: '/v1/partners/{accountId}',
  access: 'user',
  params: z.object({ accountId: hostId }),
  answers: answers<{ 200: Partner }>(),
} as const satisfies Contract

export const documentation = describeAction(getPartner, {
  tag: 'Partners',
  summary: 'Get a partner',
  description: 'Returns the partner. `initiatedBy` says which of the two accounts sent the invitation.',
  parameters: { accountId: 'The partner’s `accountId`.' },
  answers: [jsonAnswer(200, 'The partner.', { schema: partner, example: globex })],
  problems: ['invalid-field', 'not-found'],
})
