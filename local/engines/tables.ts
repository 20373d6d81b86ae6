import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ofType, type Resource, type Resources } from '../template/resources.ts'
import { callDynamo, DynamoError } from './dynamodb.ts'
import { replaceFile } from './replace-file.ts'

/** Properties that DynamoDB Local accepts. */
const accepted = [
  'TableName',
  'KeySchema',
  'AttributeDefinitions',
  'GlobalSecondaryIndexes',
  'BillingMode',
  'StreamSpecification',
  'DeletionProtectionEnabled',
  'TimeToLiveSpecification',
]

/** Properties that it does not need, and that have no effect on one machine. */
const ignored = ['PointInTimeRecoverySpecification', 'SSESpecification', 'Tags']

/** Creates every table that does not exist from an earlier start. `data` is the folder of a database on disk. */
export async function createTables(engine: string, resources: Resources, data?: string): Promise<void> {
  for (const table of ofType(resources, 'AWS::DynamoDB::Table')) await createTable(engine, table, data)
}

/** Throws if a table has an unknown property, or was declared differently when it was created in `data`. */
export function checkTables(resources: Resources, data?: string): void {
  for (const table of ofType(resources, 'AWS::DynamoDB::Table')) {
    const declared = JSON.stringify(declaration(table))
    const record = data && recordOf(table, data)
    if (record && existsSync(record) && readFileSync(record, 'utf8') !== declared) {
      throw new Error(
        `The table ${table.ref} in ${data} was declared differently: empty that folder, or use another.`,
      )
    }
  }
}

/** The declarations of the tables, to compare with a later synthesis. */
export function tableDeclarations(resources: Resources): string {
  return JSON.stringify(ofType(resources, 'AWS::DynamoDB::Table').map(declaration))
}

async function createTable(engine: string, table: Resource, data?: string): Promise<void> {
  const { TimeToLiveSpecification, StreamSpecification, ...rest } = declaration(table)
  try {
    const stream = StreamSpecification && { ...StreamSpecification, StreamEnabled: true }
    await callDynamo(engine, 'CreateTable', { ...rest, StreamSpecification: stream })
    if (TimeToLiveSpecification) {
      await callDynamo(engine, 'UpdateTimeToLive', { TableName: table.ref, TimeToLiveSpecification })
    }
  } catch (error) {
    if (!(data && error instanceof DynamoError && error.type === 'ResourceInUseException')) throw error
  }
  if (data) replaceFile(recordOf(table, data), JSON.stringify(declaration(table)))
}

/** The file with the declaration of a table that is kept in `data`. */
function recordOf(table: Resource, data: string): string {
  return join(data, `${table.ref}.json`)
}

function declaration(table: Resource): Record<string, unknown> & { StreamSpecification?: object } {
  const properties = Object.entries({ ...table.properties, TableName: table.ref })
  const unknown = properties.find(([name]) => !accepted.includes(name) && !ignored.includes(name))
  if (unknown)
    throw new Error(
      `${table.logicalId} has ${unknown[0]}. Add it to \`accepted\` or \`ignored\` in local/engines/tables.ts.`,
    )
  return Object.fromEntries(properties.filter(([name]) => accepted.includes(name)))
}
