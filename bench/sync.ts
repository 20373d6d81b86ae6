import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { PartnershipItem, UserItem } from '../shared/table/items.ts'
import { keys } from '../shared/table/keys.ts'
import { readOne } from '../shared/table/read.ts'
import { reconcile } from '../shared/table/reconcile.ts'
import { type Account, account } from '../test/kit/accounts.ts'
import { addPartners, partnerOf } from '../test/kit/fill.ts'
import { Lane } from '../test/kit/lane.ts'
import { measure } from '../test/kit/measure.ts'

const sizes = [100, 1_000, 10_000]
const largest = 10_000
const partners = 1_000

/**
 * Prints what copying contacts takes: requests and capacity units for each contact, contacts a second here, memory; how a
 * small partnership fares in the middle of a large one; and what comparing takes.
 */
export default async function sync(): Promise<void> {
  const lane = new Lane()
  await copied(lane, 'nothing that is shown: it warms up', 100)
  const rows = []
  for (const size of sizes) rows.push(await copied(lane, `${size} users`, size))
  const busy = await account()
  await copied(lane, 'nothing that is shown: it fills the account', largest, busy)
  rows.push(await copied(lane, `1000 users, owner has ${largest} contacts`, 1_000, busy))
  rows.push(...(await changes(lane)))
  console.table(rows)
  console.log(
    'The floor is one write for each: 1 request, and 4 WCU, 1 of the item and 1 of each of its three index entries.',
  )
  console.log('Another name is another place in three indexes, which is two entries written in each: 7 WCU.')
  await inTheMiddle(lane)
  await compared(busy)
}

/** Copies a partnership with a new account of so many users. */
async function copied(lane: Lane, what: string, users: number, owner?: Account) {
  const to = owner ?? (await account())
  lane.add(await partnerOf(to, users))
  const row = await drained(lane, what, users)
  const { drift } = await comparing(to)
  if (drift.missing.live > 0) throw new Error(`${drift.missing.live} contacts are missing`)
  return row
}

/** What a user of an account of many partners takes to reach them, when it is new and with each change. */
async function changes(lane: Lane) {
  const hub = await account()
  await addPartners(hub.id, partners)
  const max = await readOne(keys.user(hub.id, 'max'))
  const states: [string, object][] = [
    ['a new user', {}],
    ['another name', { name: 'Somebody Else', version: 2 }],
    ['another address', { name: 'Somebody Else', email: 'else@example.com', version: 3 }],
  ]
  const rows = []
  for (const [what, change] of states) {
    lane.add({ ...max, ...change } as UserItem)
    rows.push(await drained(lane, `${what}, ${partners} partners`, partners))
  }
  return rows
}

/** Delivers all records, and says what it took for so many contacts. */
async function drained(lane: Lane, what: string, contacts: number) {
  const began = performance.now()
  let peak = 0
  const look = () => {
    peak = Math.max(peak, bytesInUse())
  }
  const { result: records, cost } = await measure(() => lane.drain(look))
  const seconds = (performance.now() - began) / 1000
  return {
    what,
    contacts,
    records,
    requests: cost.calls,
    'requests each': Number((cost.calls / contacts).toFixed(3)),
    'WCU each': Number((cost.writeUnits / contacts).toFixed(3)),
    'RCU each': Number((cost.readUnits / contacts).toFixed(3)),
    'a second, here': Math.round(contacts / seconds),
    'memory, MB': Number((peak / 2 ** 20).toFixed(1)),
  }
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Without what waits to be collected. */
function bytesInUse(): number {
  collect()
  return process.memoryUsage().heapUsed
}

/** Makes a small partnership when the first page of a large one has been copied, in the same lane. */
async function inTheMiddle(lane: Lane): Promise<void> {
  const [large, small] = [await partnerOf(await account(), 5_000), await partnerOf(await account(), 3)]
  lane.add(large)
  await lane.deliver()
  lane.add(small)
  const isSmall = (item: unknown) => (item as PartnershipItem | undefined)?.accountId === small.accountId
  let pages = 0
  while (!isSmall(await lane.deliver())) pages++
  const left = await lane.drain()
  console.log(
    `A partnership of 3 users, made in the middle of one of 5000, waited for ${pages} page of it; ${left} came after.`,
  )
}

const comparing = ({ id: accountId }: Account) =>
  reconcile({ accountId }, { dryRun: true, pause: async () => {}, hasTime: () => true })

async function compared(owner: Account): Promise<void> {
  const { result, cost } = await measure(() => comparing(owner))
  const { calls, readUnits } = cost
  console.log(
    `Comparing ${result.contacts} contacts took ${calls} requests and ${readUnits} RCU; ${JSON.stringify(result.drift)}`,
  )
}
