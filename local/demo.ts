import { type ChildProcess, fork } from 'node:child_process'
import { createInterface } from 'node:readline'
import { untilReady } from './engines/guard.ts'

/** The demo's message when it is ready. */
type DemoReady = {
  /** The token endpoint. */
  token: string
  /** The URL of the keys that sign its tokens. */
  jwks: string
  /** Lines to print. */
  notes: string[]
}

type Demo = DemoReady & {
  /** Puts the demo accounts again, into a database that has lost them. */
  seed(): Promise<void>
  stop(): Promise<void>
}

type DemoOptions = { env: Record<string, string>; log(line: string): void; onCrash(error: Error): void }

/** Starts the demo program. Throws if it ends before it is ready. Calls `onCrash` if it ends by itself later. */
export async function startDemo(file: string, { env, log, onCrash }: DemoOptions): Promise<Demo> {
  const child = fork(file, [], {
    env: { PATH: process.env.PATH, ...env },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', (line) => log(`[demo] ${line}`))
  }
  const { ready, ended, stop } = await untilReady(child, `The demo (${file})`, {
    ready: firstMessage<DemoReady>(child),
    onEnd: onCrash,
  })
  const seed = async () => {
    const seeded = firstMessage(child)
    child.send('seed')
    await Promise.race([ended, seeded])
  }
  return { ...ready, seed, stop }
}

function firstMessage<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((resolve) => child.once('message', (message) => resolve(message as Message)))
}
