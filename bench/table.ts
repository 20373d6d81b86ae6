import { join } from 'node:path'
import { startDynamo } from '../local/engines/engines.ts'
import { choosePorts } from '../local/engines/ports.ts'
import { createTables } from '../local/engines/tables.ts'
import { readAssembly } from '../local/template/assembly.ts'
import { ofType, resolveResources } from '../local/template/resources.ts'
import { environment } from '../shared/environment.ts'

/**
 * Starts DynamoDB Local with the table as synthesized for dev, and puts into this process's environment what the
 * functions require. What reads that environment has to be imported after it. Returns what stops it.
 */
export async function startTable(): Promise<() => Promise<void>> {
  const resources = resolveResources(
    readAssembly(join(import.meta.dirname, '../cdk.out/dev')),
    () => 'http://unused',
  )
  const [table] = ofType(resources, 'AWS::DynamoDB::Table')
  if (!table) throw new Error('The assembly has no table')
  const { dynamodb: port } = await choosePorts(0)
  const engine = await startDynamo(port, undefined, {
    log: console.log,
    onEnd: (error) => {
      throw error
    },
  })
  await createTables(engine.url, { all: [table], outputs: [], stacks: [] })
  Object.assign(process.env, {
    [environment.table]: table.ref,
    [environment.dailyInvitations]: '1000',
    [environment.dailyInvitationsPerAddress]: '1000',
    AWS_ENDPOINT_URL_DYNAMODB: engine.url,
    AWS_REGION: table.region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  })
  return engine.stop
}
