import type { seed as Seed } from '../../demo/seed.ts'
import { callDynamo } from '../../local/engines/dynamodb.ts'

/**
 * Points the product's modules, of which none has been imported yet, at the one table of a running stack's database.
 *
 * @returns what makes an account there, past the interface
 */
export async function seedingAt(dynamodb: string): Promise<typeof Seed> {
  const { TableNames } = await callDynamo<{ TableNames: string[] }>(dynamodb, 'ListTables', {})
  Object.assign(process.env, {
    TABLE_NAME: TableNames[0],
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
    AWS_REGION: 'eu-north-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  })
  return (await import('../../demo/seed.ts')).seed
}
