import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startDynamo } from '../../local/engines/database.ts'
import { choosePorts } from '../../local/engines/ports.ts'
import { readAssembly } from '../../local/template/assembly.ts'
import { ofType, type Resource, resolveResources } from '../../local/template/resources.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    dynamodb: string
    table: Resource
  }
}

const assembly = join(import.meta.dirname, '../../cdk.out/dev')

type Engine = { url: string; table: Resource; stop(): Promise<void> }

/** Starts DynamoDB Local, in memory, and reads the table as synthesized for dev. Throws if nothing is synthesized. */
export async function startEngine(): Promise<Engine> {
  const resources = resolveResources(readAssembly(assembly), () => 'http://unused.example')
  const [table] = ofType(resources, 'AWS::DynamoDB::Table')
  if (!table) throw new Error(`${assembly} declares no table`)
  const { dynamodb: port } = await choosePorts(0)
  const { url, stop } = await startDynamo(port, undefined, { log: console.log, onEnd: console.error })
  return { url, table, stop }
}

/** Vitest's global setup: starts an engine and provides its address and the table. */
export default async function start(project: TestProject): Promise<() => Promise<void>> {
  const { url, table, stop } = await startEngine()
  project.provide('dynamodb', url)
  project.provide('table', table)
  return stop
}
