import * as z from 'zod'
import { answers, type Contract, describeAction, jsonAnswer } from './contract.ts'
import { spring } from './examples.ts'
import { hostId, readable, shareKind, webUrl } from './fields.ts'
import { type Share, share } from './shapes.ts'

export const addShare = {
  name: 'add-share',
  method: 'POST',
  path: '/v1/shares',
  access: 'user',
  body: z
    .strictObject({
      partnerAccountId: hostId.meta({ description: 'The partner’s `accountId`.' }),
      kind: shareKind,
      objectId: hostId.meta({ description: 'The id of the proof, file or folder in the host product.' }),
      title: readable('A title', 200),
      url: webUrl.optional(),
    })
    .meta({ id: 'NewShare' }),
  idempotent: true,
  answers: answers<{ 201: Share; 200: Share }>(),
} as const satisfies Contract

export const documentation = describeAction(addShare, {
  tag: 'Shares',
  summary: 'Share an object with a partner',
  description:
    'Shares an object with a partner. Any user can share, and both accounts list the share. Sharing the same object with the same partner again updates the title and link of the existing share.',
  exampleBody: {
    partnerAccountId: 'globex',
    kind: 'proof',
    objectId: 'proof-4711',
    title: 'Spring catalogue',
    url: 'https://proofs.acme.example/4711',
  },
  answers: [
    jsonAnswer(201, 'The new share.', { schema: share, example: spring }),
    jsonAnswer(200, 'The existing share, with the new title and link.', { schema: share, example: spring }),
  ],
  problems: ['invalid-field', 'not-partners', 'conflict'],
})
