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
    'Returns a text that changes with each new event in the account log. Ask for it often. When it changes, read the lists again a second later, because they follow the log by a moment. It does not change with contacts that are copied, the title or link of a share, or the name of an account.',
  answers: [
    jsonAnswer(200, 'The state of the account log.', {
      schema: changes,
      example: { latest: 'qFbMJxlLWgcjkBRijztNfv' },
      headers: ['ETag', 'Cache-Control'],
    }),
  ],
  problems: [],
})
