import { inject } from 'vitest'
import { callDynamo } from '../../local/engines/dynamodb.ts'
import { createTables } from '../../local/engines/tables.ts'

/** Makes the test file's table anew, with nothing in it. */
export async function freshTable(): Promise<void> {
  const engine = inject('dynamodb')
  const table = { ...inject('table'), ref: process.env.TABLE_NAME ?? '' }
  await callDynamo(engine, 'DeleteTable', { TableName: table.ref })
  await createTables(engine, { all: [table], outputs: [], stacks: [] })
}
