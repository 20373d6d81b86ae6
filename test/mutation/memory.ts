import { db } from '../../shared/table/client.ts'
import { MemoryTable } from '../kit/memory-table.ts'

const commands = await import('@aws-sdk/lib-dynamodb')
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
      // The document client's GetCommand is GetItemCommand here.
      const name = commandName.replace(/Items?Command$/, 'Command') as 'GetCommand'
      const output = await answer(new commands[name](rest as never))
      return { output: { $metadata: {}, ...output }, response: {} }
    },
  { step: 'initialize', priority: 'low', name: 'memory' },
)
