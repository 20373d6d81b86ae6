import { answers, type Contract, describeAction, jsonAnswer } from './contract.ts'
import { type Changes, changes } from './shapes.ts'

export const getChanges = {
  name: 'get-changes',
  method: 'GET',
  path: '/v1/changes',
  access: 'user',
  answers: answers<{ 200: Changes }>(),
} as const satisfies Contract

export const documentation = describeAction(getChanges, {
  tag: 'Account log',
  summary: 'Find out whether something has changed',
  description:
    'Returns a text that changes with each new event in the account log. Ask it often, and read the lists again when it is another. Copied contacts are no events, and do not change it.',
  answers: [
    jsonAnswer(200, 'The state of the account log.', {
      schema: changes,
      example: { latest: 'pU3n0tNqW1c' },
      headers: ['ETag', 'Cache-Control'],
    }),
  ],
  problems: [],
})
