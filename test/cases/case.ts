import type { RouteName } from '../../shared/contract/actions.ts'
import type { World } from '../kit/accounts.ts'
import type { Call } from '../kit/gateway-event.ts'

/** One possible answer of an action, and how to bring it about. */
export type Case = {
  action: RouteName
  name: string
  /** In short, such as "201" or "409 invitation-pending". */
  answer: string
  /** Prepares the accounts and returns the request to measure. */
  prepare(world: World): Promise<Call> | Call
  /** A list reads at most so many items for each item that it returns, plus a constant. */
  readsPerItem?: number
  /** One more round trip: the first transaction fails its condition, or the account gets its salt. */
  losesRace?: true
}

export type Row = [name: string, answer: string, prepare: Case['prepare'], losesRace?: true]

export const caseOf = (action: RouteName, [name, answer, prepare, losesRace]: Row): Case => ({
  action,
  name,
  answer,
  prepare,
  ...(losesRace && { losesRace }),
})
