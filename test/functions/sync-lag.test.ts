import { beforeEach, expect, test, vi } from 'vitest'
import { handler } from '../../functions/sync-contacts.ts'
import { logger } from '../../shared/runtime/logger.ts'
import type { CopyItem } from '../../shared/table/items.ts'
import { keys } from '../../shared/table/keys.ts'
import { readOne } from '../../shared/table/read.ts'
import { account, end, partners } from '../kit/accounts.ts'
import { deliver, recordOf } from '../kit/deliver.ts'

const info = vi.spyOn(logger, 'info')
beforeEach(() => {
  info.mockClear()
})

/** The lag that is recorded when a record of this item has been handled, in milliseconds. */
async function lagOf(item: object, before?: object): Promise<number[]> {
  await deliver(handler, [recordOf(item, before)])
  return info.mock.calls.flatMap(([message, extra]) =>
    message === 'metric' && 'SyncLag' in (extra as object)
      ? [Number((extra as unknown as { SyncLag: number }).SyncLag)]
      : [],
  )
}

const ago = (milliseconds: number) => new Date(Date.now() - milliseconds).toISOString()
const hour = 3_600_000

async function twoPartners() {
  const [acme, globex] = [await account(), await account()]
  await partners(acme, globex)
  const [user, partnership] = [
    await readOne(keys.user(globex.id, 'max')),
    await readOne(keys.partnership(globex.id, acme.id)),
  ]
  return { acme, globex, user, partnership }
}

test('the lag of a user is from its change until its contacts are written', async () => {
  const { user } = await twoPartners()
  const [lag, ...more] = await lagOf({ ...user, changedAt: ago(hour) })
  expect(lag).toBeGreaterThanOrEqual(hour)
  expect(more).toEqual([])
  const Metrics = [{ Name: 'SyncLag', Unit: 'Milliseconds' }]
  expect(info.mock.lastCall?.[1]).toMatchObject({ _aws: { CloudWatchMetrics: [{ Metrics }] } })
})

test('the lag of a partnership is from its beginning', async () => {
  const { partnership } = await twoPartners()
  expect((await lagOf({ ...partnership, since: ago(hour) }))[0]).toBeGreaterThanOrEqual(hour)
})

test.each(['a user', 'a partnership'])('the lag of a later page is that of %s', async (what) => {
  const { acme, globex, user } = await twoPartners()
  const rest = { type: 'copy' as const, expires: 0, after: 'USER#b' }
  const { pk, sk } = keys.snapshot(acme.id, globex.id, 1, rest.after)
  const page =
    what === 'a user'
      ? { ...rest, after: 'PARTNER#a', user: { ...user, changedAt: ago(hour) } }
      : ({ ...rest, owner: acme.id, source: globex.id, epoch: 1, since: ago(hour) } satisfies CopyItem)
  expect((await lagOf({ ...page, pk, sk }))[0]).toBeGreaterThanOrEqual(hour)
})

test('a former partner that a change comes too late for gets the state before', async () => {
  const { acme, globex, user } = await twoPartners()
  await end(globex.ada, acme.id)
  const changed = { ...user, name: 'New', version: 2, changedAt: ago(-hour) }
  await lagOf(changed, user)
  const contact = await readOne(keys.contact(acme.id, globex.id, 'max'))
  expect(contact).toMatchObject({ name: globex.max.name, version: 1 })
})

test('a clock that is behind the one of the change makes no negative lag', async () => {
  const { user } = await twoPartners()
  expect(await lagOf({ ...user, changedAt: ago(-hour) })).toEqual([0])
})

test('what could not be copied has no lag yet', async () => {
  expect(await lagOf({ type: 'user', accountId: undefined, changedAt: ago(hour) })).toEqual([])
})
