import * as z from 'zod'
import { answers, type Contract, describeAction, emptyAnswer } from './contract.ts'
import { hostId } from './fields.ts'

export const sendConfirmation = {
  name: 'send-confirmation',
  method: 'POST',
  path: '/v1/users/{id}/confirmation',
  access: 'administrator',
  params: z.object({ id: hostId }),
  answers: answers<{ 202: undefined }>(),
} as const satisfies Contract

export const documentation = describeAction(sendConfirmation, {
  tag: 'Users',
  summary: 'Resend the confirmation e-mail',
  description:
    'Sends the e-mail to the user’s `pendingEmail`, or else to the unconfirmed `email`. The new link replaces the previous one. An account can send three of these e-mails to an address in one day (UTC). If the user has no address to confirm, the answer is `not-found`.',
  parameters: { id: 'The user’s `id`.' },
  answers: [emptyAnswer(202, 'The e-mail will be sent.')],
  problems: ['invalid-field', 'not-found', 'quota-exceeded', 'conflict'],
})
