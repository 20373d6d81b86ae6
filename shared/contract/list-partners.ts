import * as z from 'zod'
import { answers, type Contract, describeAction, pageAnswer } from './contract.ts'
import { globex } from './examples.ts'
import { page } from './fields.ts'
import { type Page, type Partner, partnerPage } from './shapes.ts'

export const listPartners = {
  name: 'list-partners',
  method: 'GET',
  path: '/v1/partners',
  access: 'user',
  query: z.strictObject(page),
  answers: answers<{ 200: Page<Partner> }>(),
} as const satisfies Contract

export const documentation = describeAction(listPartners, {
  tag: 'Partners',
  summary: 'List partners',
  description: 'Lists partners, newest first.',
  answers: [pageAnswer('A page of partners.', partnerPage, globex)],
  problems: [],
})
