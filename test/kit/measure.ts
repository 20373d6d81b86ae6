import { db } from '../../shared/table/client.ts'

/** What one piece of work cost at the SDK. A call that fails reports no consumed capacity. */
export type Cost = {
  calls: number
  /** Sequential round trips: calls that run side by side are one. */
  roundTrips: number
  readUnits: number
  writeUnits: number
  itemsRead: number
}

type Output = {
  Item?: object
  Items?: object[]
  ScannedCount?: number
  Responses?: Record<string, object[]>
  ConsumedCapacity?: Capacity | Capacity[]
}
type Capacity = { CapacityUnits?: number; ReadCapacityUnits?: number; WriteCapacityUnits?: number }

const nothing = (): Cost => ({ calls: 0, roundTrips: 0, readUnits: 0, writeUnits: 0, itemsRead: 0 })
const reads = /^(Get|BatchGet|Query)/

let cost = nothing()
/** The longest chain of calls, each begun after the one before it had ended, that has ended by now. */
let ended = 0

db.middlewareStack.add(
  (next, { commandName = '' }) =>
    async (args) => {
      const depth = ended + 1
      cost.calls++
      cost.roundTrips = Math.max(cost.roundTrips, depth)
      try {
        const result = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } })
        add(commandName, result.output as Output)
        return result
      } finally {
        ended = Math.max(ended, depth)
      }
    },
  { step: 'initialize', priority: 'high', name: 'measure' },
)

function add(commandName: string, { Item, ScannedCount, Responses, ConsumedCapacity }: Output): void {
  const answered = Object.values(Responses ?? {}).flat().length
  cost.itemsRead += (Item ? 1 : 0) + (ScannedCount ?? 0) + answered
  for (const { CapacityUnits = 0 } of [ConsumedCapacity ?? []].flat()) {
    if (reads.test(commandName)) cost.readUnits += CapacityUnits
    else cost.writeUnits += CapacityUnits
  }
}

/** Runs one piece of work, with no other beside it, and counts its calls of the table's client. */
export async function measure<T>(work: () => Promise<T>): Promise<{ result: T; cost: Cost }> {
  cost = nothing()
  ended = 0
  const result = await work()
  // What comes after is not part of it.
  return { result, cost: { ...cost } }
}
