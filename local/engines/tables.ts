import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ofType, type Resource, type Resources } from '../template/resources.ts'
import { callDynamo, DynamoError } from './dynamodb.ts'

/** What DynamoDB Local takes, under the names that the template has for it. */
const taken = [
  'TableName',
  'KeySchema',
  'AttributeDefinitions',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
  'BillingMode',
  'ProvisionedThroughput',
  'StreamSpecification',
  'DeletionProtectionEnabled',
  'TimeToLiveSpecification',
]

/** What it does not take, and what is of no effect on one machine: backups, keys, tags, warm capacity. */
const leftOut = [
  'PointInTimeRecoverySpecification',
  'SSESpecification',
  'Tags',
  'OnDemandThroughput',
  'WarmThroughput',
  'TableClass',
]

/**
 * Creates every table as declared, unless it is kept from an earlier start.
 *
 * @param data the folder that keeps the database; undefined where it is in memory
 */
export async function createTables(engine: string, resources: Resources, data?: string): Promise<void> {
  for (const table of tablesOf(resources)) await createTable(engine, table, data)
}

/**
 * To be called before the database is started.
 *
 * @throws where a kept table was declared otherwise, or a property is not known
 */
export function checkTables(resources: Resources, data?: string): void {
  for (const table of tablesOf(resources)) {
    const declared = JSON.stringify(declaration(table))
    const record = data && recordOf(table, data)
    if (record && existsSync(record) && readFileSync(record, 'utf8') !== declared) {
      throw new Error(
        `The table ${table.ref} in ${data} was declared otherwise: empty that folder, or use another.`,
      )
    }
  }
}

/** What the tables are made from, to compare with a later synthesis. */
export function tableDeclarations(resources: Resources): string {
  return JSON.stringify(tablesOf(resources).map(declaration))
}

async function createTable(engine: string, table: Resource, data?: string): Promise<void> {
  const { TimeToLiveSpecification, StreamSpecification, ...rest } = declaration(table)
  try {
    const stream = StreamSpecification && { ...StreamSpecification, StreamEnabled: true }
    await callDynamo(engine, 'table', 'CreateTable', { ...rest, StreamSpecification: stream })
    if (TimeToLiveSpecification) {
      await callDynamo(engine, 'table', 'UpdateTimeToLive', { TableName: table.ref, TimeToLiveSpecification })
    }
  } catch (error) {
    if (!(data && error instanceof DynamoError && error.type === 'ResourceInUseException')) throw error
  }
  if (data) writeFileSync(recordOf(table, data), JSON.stringify(declaration(table)))
}

function tablesOf(resources: Resources): Resource[] {
  return ofType(resources, 'AWS::DynamoDB::Table')
}

/** Where it is written down what a kept table was made from. */
function recordOf(table: Resource, data: string): string {
  return join(data, `${table.ref}.json`)
}

function declaration(table: Resource): Record<string, unknown> & { StreamSpecification?: object } {
  const properties = Object.entries({ ...table.properties, TableName: table.ref })
  const unknown = properties.find(([name]) => !taken.includes(name) && !leftOut.includes(name))
  if (unknown)
    throw new Error(`${table.logicalId} has ${unknown[0]}, which local/engines/tables.ts does not know.`)
  return Object.fromEntries(properties.filter(([name]) => taken.includes(name)))
}
