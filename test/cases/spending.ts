import { world } from '../kit/accounts.ts'
import { call, inShort } from '../kit/call.ts'
import { type Cost, measure } from '../kit/measure.ts'
import type { Case } from './case.ts'

/** Round trips that come one after the other, for every action and whatever comes of it. */
export const maxRoundTrips = 2

/** Items that a list reads beside those it returns: the caller, its account, and one to know whether there are more. */
export const listConstant = 5

export type Spending = Case & {
  answered: string
  cost: Cost
  returned: number
  /** The items that may be read, for a list. */
  maxItemsRead: number | undefined
  /** Round trips, at most. */
  allowed: number
  over: boolean
}

/** Runs one case in accounts of its own, and measures the request that it is about. */
export async function spend(one: Case): Promise<Spending> {
  const request = await one.prepare(await world())
  const { result, cost } = await measure(() => call(one.action, request))
  const returned = (result.body.items as unknown[] | undefined)?.length ?? 0
  const maxItemsRead = one.readsPerItem && one.readsPerItem * returned + listConstant
  const allowed = maxRoundTrips + (one.losesRace ? 1 : 0)
  const over = cost.roundTrips > allowed || (maxItemsRead !== undefined && cost.itemsRead > maxItemsRead)
  return { ...one, answered: inShort(result), cost, returned, maxItemsRead, allowed, over }
}
