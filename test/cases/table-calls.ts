import {
  BatchGetCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import type { RouteName } from '../../shared/contract/actions.ts'
import { world } from '../kit/accounts.ts'
import { call } from '../kit/call.ts'
import { MemoryTable } from '../kit/memory-table.ts'
import { cases, listCases } from './cases.ts'

/** The parts of a policy that one command needs, each as "action", "action of an index", "in a transaction" or with its partition. */
type Need = { action: string; index?: string; inTransaction?: true; partition?: string }

function needsOf(command: object): Need[] {
  if (command instanceof GetCommand) return [{ action: 'GetItem' }]
  if (command instanceof BatchGetCommand) return [{ action: 'BatchGetItem' }]
  if (command instanceof QueryCommand)
    return [{ action: 'Query', ...(command.input.IndexName && { index: command.input.IndexName }) }]
  if (command instanceof TransactWriteCommand)
    return (command.input.TransactItems ?? []).flatMap((part) =>
      Object.keys(part).map((kind) => ({
        action: kind === 'ConditionCheck' ? 'ConditionCheckItem' : `${kind}Item`,
        inTransaction: true as const,
      })),
    )
  if (command instanceof PutCommand)
    return [{ action: 'PutItem', partition: partitionOf(command.input.Item) }]
  if (command instanceof UpdateCommand)
    return [{ action: 'UpdateItem', partition: partitionOf(command.input.Key) }]
  if (command instanceof DeleteCommand)
    return [{ action: 'DeleteItem', partition: partitionOf(command.input.Key) }]
  throw new Error(`No grant is known for ${command.constructor.name}`)
}

/** How a partition's key begins, such as "ACCOUNT#". */
const partitionOf = (key: Record<string, unknown> | undefined) => /^[A-Z]+#?/.exec(String(key?.pk))?.[0] ?? ''

/**
 * What each action asks of the table in any of its cases: with indexes that are up to date, and with indexes that show
 * nothing yet of what a repeated request has made.
 */
export async function tableCalls(): Promise<Map<RouteName, Need[]>> {
  const memory = new MemoryTable()
  memory.use()
  const calls = new Map<RouteName, Need[]>()
  const pages = await listCases()
  for (const { action, prepare, losesIndex } of [
    ...[...cases, ...pages].map((one) => ({ ...one, losesIndex: false })),
    ...cases.map((one) => ({ ...one, losesIndex: true })),
  ]) {
    memory.lag = losesIndex ? 3_600_000 : 0
    const request = await prepare(await world())
    memory.asked = (command) => {
      calls.set(action, [...(calls.get(action) ?? []), ...needsOf(command)])
    }
    await call(action, request)
    memory.asked = () => {}
  }
  memory.leave()
  return calls
}
