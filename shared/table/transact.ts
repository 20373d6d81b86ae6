import { type CancellationReason, TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { isRefusal, type Refusal, refuse } from '../domain/refusals.ts'
import { db, tableName } from './client.ts'
import { partitions } from './schema.ts'

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number]
type Unnamed<T> = T extends object ? Omit<T, 'TableName' | 'ReturnValuesOnConditionCheckFailure'> : T
/** One part of a transaction on the table. It returns the item if its condition fails. */
export type Write = { [Kind in keyof TransactItem]?: Unnamed<TransactItem[Kind]> }

/** `failed` has the parts whose condition failed, in their order, each with the existing item (undefined: none). */
export type Outcome<Name extends string> =
  | { committed: true }
  | { committed: false; failed: Map<Name, unknown> }
  | Refusal

/** How often a write is tried that other transactions hold up. */
export const attempts = 8

/** A random pause before a retry, of up to 20 ms, doubled each time, so that two transactions do not meet again. */
export const pause = (attempt: number) =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(20 * 2 ** attempt, 640)))

/**
 * Writes all parts or none. The order of the named parts is that of refusals: a failed condition decides only if no
 * part before it was held up. Else it tries again. If that lasts, contention is `conflict`, throttling `unavailable`.
 */
export async function transact<Name extends string>(
  named: Partial<Record<Name, Write>>,
  unconditional: Write[] = [],
): Promise<Outcome<Name>> {
  const names = Object.keys(named) as Name[]
  const parts = [...(Object.values(named) as Write[]), ...unconditional]
  refuseChangesOfLogs(parts)
  const TransactItems = parts.map(
    (part) =>
      Object.fromEntries(
        Object.entries(part).map(([kind, write]) => [
          kind,
          { ...write, TableName: tableName, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
        ]),
      ) as TransactItem,
  )
  let held: Refusal = refuse('conflict')
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await pause(attempt)
    try {
      await db.send(new TransactWriteCommand({ TransactItems }))
      return { committed: true }
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error
      const verdict = judge(names, error.CancellationReasons ?? [])
      if (!isRefusal(verdict)) return verdict
      held = verdict
    }
  }
  return held
}

/**
 * An entry of a log is added and never changed. Outside transactions, roles allow no write in a log. They can't
 * distinguish an addition from a replacement, so this function checks writes within transactions.
 */
function refuseChangesOfLogs(parts: Write[]): void {
  for (const { Put, Update, Delete } of parts) {
    const { pk } = (Put?.Item ?? Update?.Key ?? Delete?.Key ?? {}) as { pk?: string }
    if (pk?.startsWith(partitions.log) && Put?.ConditionExpression !== 'attribute_not_exists(pk)')
      throw new Error(`An entry of ${pk} would be changed`)
  }
}

const heldUpBy: Record<string, Refusal> = {
  TransactionConflict: refuse('conflict'),
  ThrottlingError: refuse('unavailable'),
  ProvisionedThroughputExceeded: refuse('unavailable'),
}

function judge<Name extends string>(names: Name[], reasons: CancellationReason[]): Outcome<Name> {
  // The conditions of unnamed parts are on new ids only. They fail if an earlier try, whose answer was lost, succeeded.
  if (reasons.slice(names.length).some(({ Code }) => Code === 'ConditionalCheckFailed'))
    return { committed: true }
  const failed = new Map<Name, unknown>()
  let held: Refusal | undefined
  for (const [index, { Code = 'None', Item, Message }] of reasons.entries()) {
    if (Code === 'None') continue
    const name = names[index]
    if (Code === 'ConditionalCheckFailed' && name !== undefined) {
      if (!held) failed.set(name, Item && unmarshall(Item))
      continue
    }
    held ??= heldUpBy[Code]
    if (!heldUpBy[Code]) throw new Error(`A transaction was cancelled for ${Code}: ${Message}`)
  }
  if (failed.size > 0) return { committed: false, failed }
  return held ?? refuse('conflict')
}
