import { expect, it } from 'vitest'
import { decideSendConfirmation, waitsFor } from '../../shared/domain/confirmations.ts'

const now = '2026-11-23T23:59:00.000Z'
const unconfirmed = { email: 'a@acme', emailConfirmed: false }
const confirmed = { email: 'a@acme', emailConfirmed: true }
const pending = { ...confirmed, pendingEmail: 'b@acme' }

it.each([
  ['an unconfirmed address', unconfirmed, 'a@acme'],
  ['a pending address', pending, 'b@acme'],
])('a confirmation e-mail is sent again to %s', (_, user, sendTo) => {
  expect(decideSendConfirmation({ user, mayConfirm: true }, { now })).toEqual({ user, sendTo })
})

it('nobody waits for a confirmation that there is not', () => {
  expect([waitsFor(confirmed, undefined), waitsFor(unconfirmed, undefined)]).toEqual([false, false])
})

it.each([
  ['nobody', undefined],
  ['a removed user', { removed: true } as const],
  ['a user with nothing to confirm', confirmed],
])('it is not-found for %s, whatever was sent today', (_, user) => {
  for (const mayConfirm of [true, false])
    expect(decideSendConfirmation({ user, mayConfirm }, { now })).toMatchObject({ refusal: 'not-found' })
})

it('it is quota-exceeded until the next day, where the address had too many today', () => {
  expect(decideSendConfirmation({ user: pending, mayConfirm: false }, { now })).toMatchObject({
    refusal: 'quota-exceeded',
    retryAfter: 60,
  })
})
