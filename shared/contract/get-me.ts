import { answers, type Contract, describeAction, jsonAnswer } from './contract.ts'
import { ada } from './examples.ts'
import { type Me, me } from './shapes.ts'

export const getMe = {
  name: 'get-me',
  method: 'GET',
  path: '/v1/me',
  access: 'user',
  answers: answers<{ 200: Me }>(),
} as const satisfies Contract

export const documentation = describeAction(getMe, {
  tag: 'You',
  summary: 'Get yourself',
  description:
    'Returns your user and your account, and whether you are an administrator: a user with the profile `administrator` or `billing-administrator`. Only administrators can change partner relationships and users. Every user can read them.',
  answers: [
    jsonAnswer(200, 'Your user and account.', {
      schema: me,
      example: { user: ada, account: { id: 'acme', name: 'Acme' }, administrator: true },
    }),
  ],
  problems: [],
})
