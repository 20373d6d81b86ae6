import { createTables } from '../../local/engines/tables.ts'
import { environment } from '../../shared/environment.ts'
import { startEngine } from './dynamodb.ts'
import { functionsEnvironment } from './environment.ts'

/**
 * Starts DynamoDB Local with the table as synthesized for dev, and sets the variables that the functions require in this
 * process. Import the product's modules after it, because they read these variables once.
 *
 * @returns what stops it
 */
export async function startTable(): Promise<() => Promise<void>> {
  const { url, table, stop } = await startEngine()
  await createTables(url, { all: [table], outputs: [], stacks: [] })
  Object.assign(process.env, functionsEnvironment, {
    [environment.table]: table.ref,
    AWS_ENDPOINT_URL_DYNAMODB: url,
    AWS_REGION: table.region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  })
  return stop
}
