import { randomUUID } from 'node:crypto'
import { afterAll, inject } from 'vitest'
import { callDynamo } from '../../local/engines/dynamodb.ts'
import { createTables } from '../../local/engines/tables.ts'

// Before the product's modules are imported, which take the table's name and the engine from the environment.
const engine = inject('dynamodb')
const table = { ...inject('table'), ref: `Table-${randomUUID()}` }

process.env.TABLE_NAME = table.ref
process.env.AWS_ENDPOINT_URL_DYNAMODB = engine
process.env.AWS_REGION = table.region
process.env.AWS_ACCESS_KEY_ID = 'test'
process.env.AWS_SECRET_ACCESS_KEY = 'test'

await createTables(engine, { all: [table], outputs: [], stacks: [] })
// DynamoDB Local gets slower with all that it holds.
afterAll(() => callDynamo(engine, 'DeleteTable', { TableName: table.ref }))

// On a busy machine an answer may take longer than the product waits for it, and a repeated command is no longer the same.
const { db } = await import('../../shared/table/client.ts')
const handler = db.config.requestHandler as unknown as {
  updateHttpClientConfig(limit: 'connectionTimeout' | 'requestTimeout', milliseconds: number): void
}
handler.updateHttpClientConfig('connectionTimeout', 120_000)
handler.updateHttpClientConfig('requestTimeout', 120_000)
