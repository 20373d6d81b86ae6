import * as z from 'zod'
import { answers, type Contract, describeAction, pageAnswer } from './contract.ts'
import { spring } from './examples.ts'
import { page, shareKind } from './fields.ts'
import { type Page, type Share, sharePage } from './shapes.ts'

export const listShares = {
  name: 'list-shares',
  method: 'GET',
  path: '/v1/shares',
  access: 'user',
  query: z.strictObject({
    direction: z.enum(['outgoing', 'incoming'], 'The direction is outgoing or incoming.').optional().meta({
      description: 'Only objects that your account has shared, or only objects shared with your account.',
    }),
    kind: shareKind.optional().meta({ description: 'Only shares of this kind.' }),
    ...page,
  }),
  answers: answers<{ 200: Page<Share> }>(),
} as const satisfies Contract

export const documentation = describeAction(listShares, {
  tag: 'Shares',
  summary: 'List shares',
  description: 'Lists shares, newest first. Shares of former partners stay listed.',
  answers: [pageAnswer('A page of shares.', sharePage, spring)],
  problems: [],
})
