import { createHash } from 'node:crypto'
import { account } from '../test/kit/accounts.ts'
import { call } from '../test/kit/call.ts'
import { addUsers } from '../test/kit/fill.ts'
import { measure } from '../test/kit/measure.ts'

const sizes = [1_000, 10_000, 100_000]

/** Prints what it takes to export the contacts of an account, in parts: cost and bytes grow with the contacts alone. */
export default async function csv(): Promise<void> {
  const owner = await account()
  let there = 3
  const rows = []
  for (const size of sizes) {
    await addUsers(owner.id, there, size)
    there = size
    rows.push(await exportAll(owner.ada, size))
  }
  console.table(rows)
}

/** Reads all parts, one after the other, and throws unless they are the contacts, each once and in order. */
async function exportAll(by: Parameters<typeof call>[1]['by'], size: number) {
  const began = performance.now()
  const emails = new Set<string>()
  const digest = createHash('sha256')
  const totals = { parts: 0, bytes: 0, largest: 0, calls: 0, readUnits: 0, roundTrips: 0 }
  let cursor: string | undefined
  do {
    const query = { kind: 'user', ...(cursor && { cursor }) }
    const { result, cost } = await measure(() => call('list-contacts', { by, query, accept: 'text/csv' }))
    const text = String(result.text)
    totals.parts += 1
    totals.bytes += Buffer.byteLength(text)
    totals.largest = Math.max(totals.largest, Buffer.byteLength(text))
    totals.calls += cost.calls
    totals.readUnits += cost.readUnits
    totals.roundTrips = Math.max(totals.roundTrips, cost.roundTrips)
    digest.update(text)
    for (const [, email] of text.matchAll(/^"(?:[^"]|"")*","([^"]+@[^"]*)",/gm)) emails.add(email ?? '')
    cursor =
      new URL(/<(.*)>/.exec(String(result.headers.link ?? ''))?.[1] ?? '/', 'http://x').searchParams.get(
        'cursor',
      ) ?? undefined
  } while (cursor)
  if (emails.size !== size) throw new Error(`${emails.size} contacts instead of ${size}`)
  return {
    contacts: size,
    parts: totals.parts,
    kB: Math.round(totals.bytes / 1024),
    'largest part, kB': Math.round(totals.largest / 1024),
    'DynamoDB calls': totals.calls,
    'round trips of a part': totals.roundTrips,
    'RCU per 1,000': Math.round((totals.readUnits / size) * 1000),
    seconds: Number(((performance.now() - began) / 1000).toFixed(1)),
    digest: digest.digest('hex').slice(0, 8),
  }
}
