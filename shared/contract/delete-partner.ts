import * as z from 'zod'
import { answers, type Contract, describeAction, emptyAnswer } from './contract.ts'
import { hostId } from './fields.ts'

export const deletePartner = {
  name: 'delete-partner',
  method: 'DELETE',
  path: '/v1/partners/{accountId}',
  access: 'administrator',
  params: z.object({ accountId: hostId }),
  answers: answers<{ 204: undefined }>(),
} as const satisfies Contract

export const documentation = describeAction(deletePartner, {
  tag: 'Partners',
  summary: 'End a partnership',
  description:
    'Ends the partnership for both accounts. If the account that accepted the invitation ends the partnership, the sender sees the invitation as rejected, and can send it again at once. Contacts and shares stay as they are, and no longer follow the former partner.',
  parameters: { accountId: 'The partner’s `accountId`.' },
  answers: [emptyAnswer(204, 'The two accounts are no longer partners.')],
  problems: ['invalid-field', 'not-found', 'conflict'],
})
