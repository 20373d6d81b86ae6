import { setTimeout as pause } from 'node:timers/promises'
import type { Context, ScheduledEvent } from 'aws-lambda'
import { beforeEach, expect, test, vi } from 'vitest'
import { handler } from '../../functions/reconcile-contacts.ts'
import { logger } from '../../shared/runtime/logger.ts'
import { copySnapshot } from '../../shared/table/copies.ts'
import { keys } from '../../shared/table/keys.ts'
import { readOne } from '../../shared/table/read.ts'
import { currentSlice, keepSlice, slices } from '../../shared/table/slices.ts'
import { account, partners } from '../kit/accounts.ts'
import { freshTable } from '../kit/fresh-table.ts'

// Nothing is under way here that the pause between two looks would be for.
vi.mock('node:timers/promises', () => ({ setTimeout: vi.fn() }))

const info = vi.spyOn(logger, 'info')
beforeEach(async () => {
  await freshTable()
  info.mockClear()
})

const functionName = 'reconcile-contacts-here'
/** An invocation that has so many milliseconds left. */
const inContext = (left: number) => ({ functionName, getRemainingTimeInMillis: () => left }) as Context
const scheduled = { source: 'aws.events' } as ScheduledEvent
const enough = 50_000

const recorded = () =>
  info.mock.calls.flatMap(([message, extra]) =>
    message === 'metric' ? [extra as Record<string, unknown>] : [],
  )

/** Two accounts whose contacts nobody has copied: three are missing on each side. */
async function apart() {
  const [acme, globex] = [await account(), await account()]
  await partners(acme, globex)
  return { acme, globex }
}

test('what an operator asks for is compared, repaired or not, and recorded nowhere', async () => {
  const { acme } = await apart()
  const missing = { live: 3, former: 0 }
  const asked = { accountId: acme.id, dryRun: true }
  expect(await handler(asked, inContext(enough))).toMatchObject({ drift: { missing }, repaired: 0 })
  expect(pause).toHaveBeenCalledWith(5_000)
  expect(await handler({ ...asked, dryRun: false }, inContext(enough))).toMatchObject({ repaired: 3 })
  expect(await handler(asked, inContext(enough))).toMatchObject({ drift: { missing: { live: 0 } } })
  expect(recorded()).toEqual([])
  expect(await readOne(keys.slice())).toBeUndefined()
})

test('without time left it answers with where it goes on', async () => {
  const { acme, globex } = await apart()
  await copySnapshot({ owner: acme.id, source: globex.id, epoch: 1 })
  const asked = { accountId: acme.id, dryRun: true }
  expect(await handler(asked, inContext(0))).toMatchObject({
    contacts: 1,
    next: { accountId: acme.id, partnerId: globex.id, userId: 'ada' },
  })
})

test('on schedule, slices come one a day, each goes on until it is done, and the drift is recorded', async () => {
  await apart()
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    for (let day = 1; day <= slices; day++) {
      vi.setSystemTime(`2026-11-${String(day).padStart(2, '0')}T10:00:00Z`)
      const accounts = []
      // Each invocation has time for one step alone.
      for (let done = false; !done; ) {
        const report = await handler(scheduled, inContext(0))
        accounts.push(report?.accounts)
        done = report?.next === undefined
      }
      expect(await readOne(keys.slice())).toMatchObject({ slice: day - 1, done: true })
      expect(await handler(scheduled, inContext(enough))).toBeNull()
    }
  } finally {
    vi.useRealTimers()
  }
  const drift = recorded().reduce((sum, { ContactDrift }) => sum + Number(ContactDrift), 0)
  expect(drift).toBe(6)
  expect(await handler({ slice: 0, slices: 1, dryRun: true }, inContext(enough))).toMatchObject({
    accounts: 2,
    contacts: 6,
    drift: { missing: { live: 0 } },
  })
}, 60_000)

test('the metric is in the form that CloudWatch reads from a log', async () => {
  await handler(scheduled, inContext(enough))
  expect(recorded()).toEqual([
    {
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: 'PartnerAccounts',
            Dimensions: [['FunctionName']],
            Metrics: [{ Name: 'ContactDrift', Unit: 'Count' }],
          },
        ],
      },
      FunctionName: functionName,
      ContactDrift: 0,
    },
  ])
})

test('after the last slice comes the first', async () => {
  await keepSlice({ type: 'slice', slice: slices - 1, day: '2026-11-23', done: true })
  expect(await currentSlice('2026-11-23')).toBeUndefined()
  expect(await currentSlice('2026-11-24')).toEqual({
    type: 'slice',
    slice: 0,
    day: '2026-11-24',
    done: false,
  })
})

test('a slice that takes more than a day is gone on with before the next begins', async () => {
  const begun = { type: 'slice' as const, slice: 3, day: '2026-11-23', done: false }
  await keepSlice({ ...begun, after: { accountId: 'acme', partnerId: 'globex' } })
  expect(await currentSlice('2026-11-24')).toMatchObject({ ...begun, after: { accountId: 'acme' } })
})
