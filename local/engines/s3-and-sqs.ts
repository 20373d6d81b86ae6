import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { join } from 'node:path'
import { startFauxqs } from 'fauxqs'
import type { Resource } from '../template/resources.ts'
import { type Engine, host } from './ports.ts'

/** The header that the local S3 requires and does not check. */
export const unsigned = {
  authorization: 'AWS4-HMAC-SHA256 Credential=local/20260101/local/s3/aws4_request, Signature=none',
}

/** Starts S3 and SQS with the declared buckets and queues. With `data`, objects and messages are kept in that folder. */
export async function startS3AndSqs(
  port: number,
  { buckets, queues, region }: { buckets: string[]; queues: Resource[]; region: string },
  data: string | undefined,
): Promise<Engine> {
  await acceptAllSqsCharacters()
  const server = await onLoopback(() =>
    startFauxqs({
      port,
      logger: false,
      defaultRegion: region,
      ...(data && { dataDir: join(data, 'sqs'), s3StorageDir: join(data, 's3') }),
    }),
  )
  for (const bucket of buckets) server.createBucket(bucket)
  for (const { arn, properties } of deadLetterQueuesFirst(queues)) {
    server.createQueue(arn.split(':').at(-1) ?? '', { attributes: attributesOf(properties) })
  }
  return { url: `http://${host}:${port}`, stop: () => server.stop() }
}

/** Puts an object without a role check. S3 serves it with these headers. */
export async function putObject(
  s3: string,
  path: string,
  { body, headers }: { body: string | Buffer<ArrayBuffer>; headers: Record<string, string> },
): Promise<void> {
  const init = { method: 'PUT', headers: { ...headers, ...unsigned }, body }
  const response = await fetch(`${s3}/${path}`, init)
  if (!response.ok) throw new Error(`S3 did not accept ${path}: ${await response.text()}`)
}

/** fauxqs always listens on all interfaces, so the options of its call to Node are changed. */
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
 * fauxqs refuses characters beyond U+FFFF in messages, such as emoji, and SQS accepts them. The test of its rule, an
 * object that it does not export, is replaced.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
async function acceptAllSqsCharacters(): Promise<void> {
  const file = new URL('../../node_modules/fauxqs/dist/sqs/sqsTypes.js', import.meta.url)
  const { INVALID_MESSAGE_BODY_CHAR } = (await import(file.href)) as { INVALID_MESSAGE_BODY_CHAR: RegExp }
  INVALID_MESSAGE_BODY_CHAR.test = (body) =>
    /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(body)
}

const deadLetterQueuesFirst = (queues: Resource[]) =>
  [...queues].sort(
    (a, b) => Number('RedrivePolicy' in a.properties) - Number('RedrivePolicy' in b.properties),
  )

/** The attributes of a queue in SQS's form: texts, and the redrive policy as JSON. */
const attributesOf = (properties: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    ['VisibilityTimeout', 'MessageRetentionPeriod', 'DelaySeconds', 'RedrivePolicy'].flatMap((name) => {
      const value = properties[name]
      if (value === undefined) return []
      return [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]]
    }),
  )
