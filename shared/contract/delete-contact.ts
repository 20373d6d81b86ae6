import { answers, type Contract, describeAction, emptyAnswer } from './contract.ts'

export const deleteContact = {
  name: 'delete-contact',
  method: 'DELETE',
  path: '/v1/contacts/{id}',
  access: 'administrator',
  answers: answers<{ 204: undefined }>(),
} as const satisfies Contract

export const documentation = describeAction(deleteContact, {
  tag: 'Contacts',
  summary: 'Remove a contact',
  description:
    'Removes a contact that a former partner left behind. It returns only with a new partnership. A live contact can’t be removed.',
  parameters: { id: 'The contact’s `id`.' },
  answers: [emptyAnswer(204, 'Your account no longer has the contact.')],
  problems: ['not-found', 'contact-is-live', 'conflict'],
})
