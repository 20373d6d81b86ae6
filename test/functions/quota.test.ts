import { expect, test } from 'vitest'
import { environment } from '../../shared/environment.ts'
import type { Account } from '../kit/accounts.ts'

process.env[environment.dailyInvitations] = '2'
process.env[environment.dailyInvitationsPerAddress] = '1000'
const { account, send } = await import('../kit/accounts.ts')
const { call, inShort } = await import('../kit/call.ts')

const invite = async ({ ada }: Account, email: string) =>
  inShort(await call('send-invitation', { by: ada, body: { email } }))

test('invitations made count, and the answer says when to try again', async () => {
  const [acme, globex] = [await account(), await account()]
  await send(acme.ada, globex.ada.email)
  await send(acme.ada, globex.bill.email)
  const third = await call('send-invitation', { by: acme.bill, body: { email: globex.max.email } })
  expect(inShort(third)).toBe('429 quota-exceeded')
  const seconds = Number(third.headers['retry-after'])
  expect(seconds).toBeGreaterThanOrEqual(1)
  expect(seconds).toBeLessThanOrEqual(86_400)
  // The quota is per sender account.
  expect(await invite(globex, acme.ada.email)).toBe('201')
})

test('addresses not found count', async () => {
  const [acme, globex] = [await account(), await account()]
  for (let i = 0; i < 2; i++)
    expect(await invite(acme, `nobody-${i}@example.com`)).toBe('422 no-account-for-email')
  expect(await invite(acme, globex.ada.email)).toBe('429 quota-exceeded')
})

test('nothing else counts', async () => {
  const [acme, globex] = [await account(), await account()]
  expect(await invite(acme, globex.ada.email)).toBe('201')
  for (let i = 0; i < 3; i++) {
    expect(await invite(acme, acme.max.email)).toBe('422 own-account')
    expect(await invite(acme, globex.ada.email)).toBe('409 invitation-pending')
  }
  expect(await invite(acme, globex.max.email)).toBe('201')
})

test('once it is used up, it comes before no-account-for-email, own-account and what follows', async () => {
  const [acme, globex] = [await account(), await account()]
  await send(acme.ada, globex.ada.email)
  await send(acme.ada, globex.bill.email)
  for (const email of ['nobody@example.com', acme.max.email, globex.ada.email])
    expect(await invite(acme, email)).toBe('429 quota-exceeded')
  expect(await invite(acme, 'no address')).toBe('422 invalid-email')
})
