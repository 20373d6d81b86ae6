import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SQSClient } from '@aws-sdk/client-sqs'
import { startStack } from '../../local/stack.ts'
import { readAssembly } from '../../local/template/assembly.ts'
import { ofType, resolveResources } from '../../local/template/resources.ts'

const root = join(import.meta.dirname, '../..')

/** The stack as synthesized for dev. */
export const devAssembly = join(root, 'cdk.out/dev')

/** Runs a synthesized assembly in this process, so that its calls can be made to fail. */
export async function startDevStack({
  assembly = devAssembly,
  ...options
}: {
  assembly?: string
  seed: 'demo' | 'none'
  log: (line: string) => void
  onCrash: (error: Error) => void
}) {
  const folder = mkdtempSync(join(tmpdir(), 'dev-stack-'))
  const stackFile = join(folder, 'stack.json')
  const stack = await startStack({
    assembly,
    port: 0,
    demo: join(root, 'demo/main.ts'),
    stackFile,
    ...options,
  })
  const resources = resolveResources(readAssembly(assembly), () => stack.api)
  const { endpoint, region, ...credentials } = stack.aws
  const client = { endpoint, region, credentials }
  return {
    stack,
    /** What SDK clients need. */
    client,
    sqs: new SQSClient({ ...client, useQueueUrlAsEndpoint: false }),
    outputs: resources.outputs,
    /** The name of the first resource of a type. */
    refOf: (type: string) => ofType(resources, type)[0]?.ref ?? '',
    /** The address of each e-mail, in the order of sending. */
    readers: async (): Promise<string[]> => {
      const { emails } = (await (await fetch(`${stack.mail}/store`)).json()) as {
        emails: { destination: { to: string[] } }[]
      }
      return emails.flatMap(({ destination }) => destination.to)
    },
    /** Runs an operator's command against this stack. */
    operate: (file: string, ...args: string[]) =>
      new Promise<{ code: number; output: string }>((resolve) => {
        const given = [file, '--stack', stackFile, ...args]
        const child = execFile(process.execPath, given, { cwd: root }, (_, stdout, stderr) =>
          resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
        )
      }),
    stop: async () => {
      await stack.stop()
      rmSync(folder, { recursive: true })
    },
  }
}
