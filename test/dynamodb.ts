import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startDynamo } from '../local/engines/engines.ts'
import { choosePorts } from '../local/engines/ports.ts'
import { readAssembly } from '../local/template/assembly.ts'
import { ofType, type Resource, resolveResources } from '../local/template/resources.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    dynamodb: string
    table: Resource
  }
}

const assembly = join(import.meta.dirname, '../cdk.out/dev')

/**
 * Vitest's global setup: starts one DynamoDB Local, in memory, and provides its address and the table as synthesized
 * for dev, as `inject('dynamodb')` and `inject('table')`. Fails where nothing has been synthesized.
 */
export default async function start(project: TestProject): Promise<() => Promise<void>> {
  const [table] = ofType(
    resolveResources(readAssembly(assembly), () => 'http://unused.example'),
    'AWS::DynamoDB::Table',
  )
  if (!table) throw new Error(`${assembly} declares no table`)
  const { dynamodb: port } = await choosePorts(0)
  const engine = await startDynamo(port, undefined, { log: console.log, onEnd: console.error })
  project.provide('dynamodb', engine.url)
  project.provide('table', table)
  return engine.stop
}
