import { answers, type Contract, describeAction, emptyAnswer } from './contract.ts'

export const removeShare = {
  name: 'remove-share',
  method: 'DELETE',
  path: '/v1/shares/{id}',
  access: 'user',
  answers: answers<{ 204: undefined }>(),
} as const satisfies Contract

export const documentation = describeAction(removeShare, {
  tag: 'Shares',
  summary: 'Remove a share',
  description:
    'Removes a share. Any user of the account that shared the object can remove it, also after the partnership has ended. For the other account, the answer is `not-found`.',
  parameters: { id: 'The share’s `id`.' },
  answers: [emptyAnswer(204, 'The object is no longer shared.')],
  problems: ['not-found'],
})
