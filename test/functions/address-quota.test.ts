import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { beforeEach, expect, test } from 'vitest'
import { environment } from '../../shared/environment.ts'
import type { Account } from '../kit/accounts.ts'

process.env[environment.dailyInvitations] = '1000'
process.env[environment.dailyInvitationsPerAddress] = '3'
const { account, answer, send } = await import('../kit/accounts.ts')
const { call, inShort } = await import('../kit/call.ts')
const { MemoryTable } = await import('../kit/memory-table.ts')
const { db, tableName } = await import('../../shared/table/client.ts')

const invite = ({ ada }: Account, email: string) => call('send-invitation', { by: ada, body: { email } })

async function sendAndDelete({ ada }: Account, email: string, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) await answer('delete', ada, await send(ada, email))
}

const memory = new MemoryTable()
memory.use()
beforeEach(() => {
  memory.lag = 0
})

test('an account sends to one address three times a day; other addresses and accounts have their own three', async () => {
  const [acme, globex, initech] = [await account(), await account(), await account()]
  const { email } = globex.max
  await sendAndDelete(acme, email, 3)
  const fourth = await invite(acme, ` ${email.toUpperCase()} `)
  expect(inShort(fourth)).toBe('429 quota-exceeded')
  const seconds = Number(fourth.headers['retry-after'])
  expect(seconds).toBeGreaterThanOrEqual(1)
  expect(seconds).toBeLessThanOrEqual(86_400)
  expect(inShort(await invite(acme, globex.bill.email))).toBe('201')
  expect(inShort(await invite(initech, email))).toBe('201')
})

test('only invitations made count', async () => {
  const [acme, globex] = [await account(), await account()]
  const nobody = `nobody@${globex.id}.example`
  for (let i = 0; i < 4; i++) {
    expect(inShort(await invite(acme, nobody))).toBe('422 no-account-for-email')
    expect(inShort(await invite(acme, acme.max.email))).toBe('422 own-account')
  }
  const { email } = globex.max
  await sendAndDelete(acme, email, 2)
  const third = await send(acme.ada, email)
  await answer('delete', acme.ada, third)
  const { email: other } = globex.bill
  await send(acme.ada, other)
  for (let i = 0; i < 4; i++) expect(inShort(await invite(acme, other))).toBe('409 invitation-pending')
})

test('used up, it comes before what the table of states says', async () => {
  const [acme, globex] = [await account(), await account()]
  const { email } = globex.max
  await sendAndDelete(acme, email, 2)
  await send(acme.ada, email)
  expect(inShort(await invite(acme, email))).toBe('429 quota-exceeded')
  expect(inShort(await invite(acme, 'no address'))).toBe('422 invalid-email')
})

test.each([0, 3_600_000])(
  'the day’s last invitation can be repeated with its Idempotency-Key, where the index is %i ms behind',
  async (lag) => {
    const [acme, globex] = [await account(), await account()]
    const { email } = globex.max
    await sendAndDelete(acme, email, 2)
    memory.lag = lag
    const last = { by: acme.ada, body: { email }, key: 'last' }
    const sent = await call('send-invitation', last)
    expect(inShort(sent)).toBe('201')
    expect((await call('send-invitation', last)).body).toEqual(sent.body)
    const another = { ...last, key: 'another' }
    expect(inShort(await call('send-invitation', another))).toBe('429 quota-exceeded')
    const own = { ...another, body: { email: acme.max.email } }
    expect(inShort(await call('send-invitation', own))).toBe('422 own-account')
  },
)

test('the counters hold no address', async () => {
  const [acme, globex] = [await account(), await account()]
  await send(acme.ada, globex.max.email)
  const { Items = [] } = await db.send(new ScanCommand({ TableName: tableName }))
  const counters = Items.filter(({ type }) => type === 'quota')
  expect(counters.length).toBeGreaterThan(1)
  expect(JSON.stringify(counters)).not.toContain('max')
})
