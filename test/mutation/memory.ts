import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { db } from '../../shared/table/client.ts'
import { MemoryTable } from '../kit/memory-table.ts'

const commands: Record<string, new (input: never) => object> = {
  BatchGetItemCommand: BatchGetCommand,
  BatchWriteItemCommand: BatchWriteCommand,
  DeleteItemCommand: DeleteCommand,
  GetItemCommand: GetCommand,
  PutItemCommand: PutCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand: TransactWriteCommand,
  UpdateItemCommand: UpdateCommand,
}

const memory = new MemoryTable()
memory.use()
const answer = db.send as unknown as (command: object) => Promise<object>
memory.leave()

/** Stands in for test/kit/fresh-table.ts. */
export const freshTable = async () => memory.clear()

// Instead of a database: the innermost middleware answers, so that the tests' own middlewares still see each call.
db.middlewareStack.add(
  (_, { commandName = '' }) =>
    async ({ input }) => {
      const { ReturnConsumedCapacity: _, ...rest } = input as Record<string, unknown>
      const command = commands[commandName]
      if (!command) throw new Error(`The memory table does not know ${commandName}`)
      return { output: { $metadata: {}, ...(await answer(new command(rest as never))) }, response: {} }
    },
  { step: 'initialize', priority: 'low', name: 'memory' },
)
