import * as z from 'zod'
import { answers, type Contract, describeAction, pageAnswer } from './contract.ts'
import { happened } from './examples.ts'
import { page } from './fields.ts'
import { type Event, eventPage, type Page } from './shapes.ts'

export const listActivity = {
  name: 'list-activity',
  method: 'GET',
  path: '/v1/activity',
  access: 'user',
  query: z.strictObject(page),
  answers: answers<{ 200: Page<Event> }>(),
} as const satisfies Contract

export const documentation = describeAction(listActivity, {
  tag: 'Account log',
  summary: 'List the account log',
  description:
    'Lists events, newest first. Users of your account are named. Of the other side, you see the account.',
  answers: [pageAnswer('A page of events.', eventPage, happened)],
  problems: [],
})
