import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'

/** What the running stack says of itself: base URLs, the token endpoint, the process. */
export interface Stack {
  web: string
  api: string
  mail: string
  token: string
  dynamodb: string
  /** The host product's interface, and the key that it signs with. */
  directory: { url: string; accessKeyId: string; secretAccessKey: string; region: string }
  pid: number
}

declare module 'vitest' {
  export interface ProvidedContext {
    stack: Stack
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const startSeconds = 300
const stopSeconds = 60

/**
 * Vitest's global setup: starts the stack as a process of its own with the demo accounts, and provides its addresses as
 * `inject('stack')`. Fails with what the process printed when it is not ready after 300 s, or does not end on SIGTERM.
 */
export default async function startStack(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'partner-accounts-'))
  const file = join(folder, 'stack.json')
  const options = ['--port', '0', '--seed', 'demo', '--stack', file]
  const child = spawn(process.execPath, ['local/start.ts', ...options], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-20_000)
    })
  }
  const endWithUs = () => child.kill('SIGTERM')
  process.once('exit', endWithUs)
  const stop = async () => {
    process.removeListener('exit', endWithUs)
    await end(child).finally(() => rm(folder, { recursive: true, force: true }))
  }
  try {
    project.provide('stack', await ready(child, file))
  } catch (error) {
    await stop()
    throw new Error(`The stack did not start: ${error}\n${output}`)
  }
  return stop
}

async function ready(child: ChildProcess, file: string): Promise<Stack> {
  const deadline = Date.now() + startSeconds * 1000
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`)
    const text = await readFile(file, 'utf8').catch(() => '')
    if (text.trimEnd().endsWith('}')) return JSON.parse(text)
    await pause(50)
  }
  throw new Error(`no ${file} after ${startSeconds} s`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit').then(() => true)
  child.kill('SIGTERM')
  const timer = new AbortController()
  const late = pause(stopSeconds * 1000, false, { signal: timer.signal }).catch(() => false)
  if (await Promise.race([ended, late])) return timer.abort()
  child.kill('SIGKILL')
  throw new Error(`The stack did not end within ${stopSeconds} s of SIGTERM`)
}
