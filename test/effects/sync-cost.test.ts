import { expect, test } from 'vitest'
import { db } from '../../shared/table/client.ts'
import type { CopyItem, PartnershipItem } from '../../shared/table/items.ts'
import { keys } from '../../shared/table/keys.ts'
import { readOne } from '../../shared/table/read.ts'
import { reconcile } from '../../shared/table/reconcile.ts'
import { account } from '../kit/accounts.ts'
import { addPartners, partnerOf } from '../kit/fill.ts'
import { Lane } from '../kit/lane.ts'
import { measure } from '../kit/measure.ts'

const lane = new Lane()

/** A page takes three requests beside its copies: the users, the partnership, where to go on. */
const perPage = 3
const pageSize = 500

/** The contacts that there should be, and those that are not there or not yet. */
const differencesAt = async (accountId: string) => {
  const how = { dryRun: true, pause: async () => {}, hasTime: () => true }
  const { contacts, drift, underWay } = await reconcile({ accountId }, how)
  return { contacts, missing: drift.missing.live + underWay }
}

test('the cost of a snapshot depends only on the number of contacts: one write for each', async () => {
  const [owner, users] = [await account(), 510]
  const costs = []
  for (let i = 0; i < 2; i++) {
    const made = await partnerOf(owner, users)
    await addPartners(i === 0 ? owner.id : made.accountId, 510)
    lane.add(made)
    const { result: records, cost } = await measure(() => lane.drain())
    expect(records).toBe(2)
    costs.push(cost)
  }
  for (const { calls, writeUnits } of costs) {
    expect(calls).toBeLessThanOrEqual(users + 2 * perPage)
    // An item, its three index entries, and the item that starts the second page.
    expect(writeUnits).toBe(4 * users + 1)
  }
  // The second time, the owner had contacts and partners already, and the source had partners.
  expect(costs[1]).toMatchObject({ calls: costs[0]?.calls, writeUnits: costs[0]?.writeUnits })
  expect(await differencesAt(owner.id)).toEqual({ contacts: 2 * users, missing: 0 })
})

test('a user is copied to more partners than a page holds, with one write for each', async () => {
  const [hub, partners] = [await account(), 510]
  await addPartners(hub.id, partners)
  const max = await readOne(keys.user(hub.id, 'max'))
  if (!max) throw new Error('There is no user')
  lane.add(max)
  const { result: records, cost } = await measure(() => lane.drain())
  expect(records).toBe(2)
  expect(cost.calls).toBeLessThanOrEqual(partners + 2 * perPage)
  expect(cost.writeUnits).toBe(4 * partners + 1)
})

test('a small snapshot waits for at most one page of a large one', async () => {
  const large = await partnerOf(await account(), 2 * pageSize + 10)
  const small = await partnerOf(await account(), 3)
  lane.add(large)
  await lane.deliver()
  lane.add(small)
  const between: (PartnershipItem | CopyItem)[] = []
  for (let item = await lane.deliver(); item !== small; item = await lane.deliver())
    between.push(item as CopyItem)
  expect(between.length).toBeLessThanOrEqual(1)
  expect(await differencesAt(small.partnerId)).toEqual({ contacts: 3, missing: 0 })
  expect((await differencesAt(large.partnerId)).missing).toBeGreaterThan(0)
  await lane.drain()
  expect((await differencesAt(large.partnerId)).missing).toBe(0)
})

test('an interrupted snapshot continues, and repeats at most the rest of a page', async () => {
  const users = 510
  const made = await partnerOf(await account(), users)
  const stop = failingAt([1, 250, 499, 501, 1000])
  lane.add(made)
  const { cost } = await measure(() => lane.drain()).finally(stop)
  expect(await differencesAt(made.partnerId)).toEqual({ contacts: users, missing: 0 })
  // Five cuts, each of which had begun a page at most.
  expect(cost.calls).toBeLessThanOrEqual(users + 2 * perPage + 5 * (pageSize + perPage))
})

/** Has the copies fail that are the first, the 250th and so on of all that are tried. */
function failingAt(places: number[]): () => void {
  let tried = 0
  db.middlewareStack.add(
    (next) => async (args) => {
      const { Item } = args.input as { Item?: { type?: string } }
      if (Item?.type === 'contact' && places.includes(++tried)) throw new Error('It was cut off')
      return next(args)
    },
    { step: 'initialize', name: 'failing' },
  )
  return () => db.middlewareStack.remove('failing')
}
