import * as z from 'zod'
import { answers, type Contract, describeAction, pageAnswer } from './contract.ts'
import { ada } from './examples.ts'
import { page } from './fields.ts'
import { type Page, type User, userPage } from './shapes.ts'

export const listUsers = {
  name: 'list-users',
  method: 'GET',
  path: '/v1/users',
  access: 'user',
  query: z.strictObject(page),
  answers: answers<{ 200: Page<User> }>(),
} as const satisfies Contract

export const documentation = describeAction(listUsers, {
  tag: 'Users',
  summary: 'List users',
  description: 'Lists the users of your account by name, ignoring case and accents.',
  answers: [pageAnswer('A page of users.', userPage, ada)],
  problems: [],
})
