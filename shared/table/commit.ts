import { isRefusal, type Refusal, refuse } from '../domain/refusals.ts'
import { transact, type Write } from './transact.ts'

/** After so many changes by other commands in a row, a command gives up. */
const maxLostRaces = 8

/** The parts of a transaction: see `transact`. */
export type Transaction<Name extends string> = {
  conditional: Partial<Record<Name, Write>>
  unconditional?: Write[]
}

/** The items that failed conditions returned, by the name of the part. Undefined if there was no item. */
export type Failed<Name extends string> = Map<Name, unknown>

/** The state, with the items that failed conditions returned. The parts of the transaction have the names of the state's fields. */
export const latestState = <State extends object>(state: State, failed: Failed<string>): State => ({
  ...state,
  ...Object.fromEntries(failed),
})

/** The item that a failed condition returned, or else the known one. */
export const latest = <Name extends string, Item>(failed: Failed<Name>, name: Name, known: Item): Item =>
  failed.has(name) ? (failed.get(name) as Item) : known

/** A decision that changes nothing, because the command was done before. */
type Unchanged = { unchanged: unknown }

type Command<State, Decision, Name extends string> = {
  decide: (state: State) => Decision | Refusal
  /** The transaction that writes a change. Its conditions restate the facts behind the decision. */
  transaction: (change: Exclude<Decision, Unchanged>, state: State) => Transaction<Name>
  /** The state after failed conditions. */
  learn: (state: State, failed: Failed<Name>, change: Exclude<Decision, Unchanged>) => State
}

/**
 * Decides on the state that was read, and writes the change if the state is still so. If another command won the race,
 * decides again on the state that the failed conditions returned. Returns the decision and its state. Refusals: those
 * of `decide`; `conflict` after eight lost races; `conflict` or `unavailable` if the transaction is held up.
 */
export async function commit<State, Decision extends object, Name extends string>(
  read: State,
  { decide, transaction, learn }: Command<State, Decision, Name>,
): Promise<{ decision: Decision; state: State } | Refusal> {
  let state = read
  for (let lost = 0; lost < maxLostRaces; lost++) {
    const decision = decide(state)
    if (isRefusal(decision)) return decision
    if ('unchanged' in decision) return { decision, state }
    const change = decision as Exclude<Decision, Unchanged>
    const { conditional, unconditional } = transaction(change, state)
    const outcome = await transact(conditional, unconditional)
    if (isRefusal(outcome)) return outcome
    if (outcome.committed) return { decision, state }
    state = learn(state, outcome.failed, change)
  }
  return refuse('conflict')
}
