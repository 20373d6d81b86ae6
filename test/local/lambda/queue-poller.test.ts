import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { choosePorts } from '../../../local/engines/ports.ts'
import { startS3AndSqs } from '../../../local/engines/s3-and-sqs.ts'
import type { LocalFunction } from '../../../local/lambda/functions.ts'
import { pollQueue } from '../../../local/lambda/queue-poller.ts'
import type { Resource } from '../../../local/template/resources.ts'

const region = 'eu-north-1'
const arnOf = (name: string) => `arn:aws:sqs:${region}:000000000000:${name}`
let sqs: string
let stop: () => Promise<void>
beforeAll(async () => {
  const { s3: port } = await choosePorts(0)
  const queues = ['success', 'reported', 'crash'].map(
    (name) => ({ arn: arnOf(name), properties: { VisibilityTimeout: 600 } }) as unknown as Resource,
  )
  const engine = await startS3AndSqs(port, { buckets: [], queues, region }, undefined)
  sqs = engine.url
  stop = engine.stop
})
afterAll(() => stop())

async function call<Answer>(action: string, input: object): Promise<Answer> {
  const response = await fetch(sqs, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${action}`,
      authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/sqs/aws4_request, Signature=none`,
    },
    body: JSON.stringify(input),
  })
  return (await response.json()) as Answer
}

type Records = { messageId: string; body: string; eventSourceARN: string }[]

/** A crash must not lose a message: only messages that succeeded are deleted. */
test.each([
  ['success', () => ({ payload: '{"batchItemFailures":[]}' }), 0],
  [
    'reported',
    (records: Records) => ({
      payload: JSON.stringify({
        batchItemFailures: records
          .filter(({ body }) => body === 'second')
          .map(({ messageId }) => ({ itemIdentifier: messageId })),
      }),
    }),
    1,
  ],
  ['crash', () => ({ payload: '{}', functionError: 'Unhandled' as const }), 2],
])('after %s, the queue keeps what failed', async (name, answer, left) => {
  const queueUrl = `${sqs}/000000000000/${name}`
  for (const MessageBody of ['first', 'second'])
    await call('SendMessage', { QueueUrl: queueUrl, MessageBody })
  const received: Records = []
  const target = {
    invoke: async (event: string) => {
      const { Records } = JSON.parse(event) as { Records: Records }
      received.push(...Records)
      const succeeds = Records.every(({ body }) => body === 'third')
      return { ...(succeeds ? { payload: 'null' } : answer(Records)), requestId: 'id' }
    },
  } as unknown as LocalFunction
  const stopping = new AbortController()
  const mapping = { functionArn: 'target', queueArn: arnOf(name), queueUrl, region, batchSize: 10 }
  const log = vi.fn()
  const polling = pollQueue({ sqs, mapping, target, signal: stopping.signal, log })
  const counts = async () => {
    const { Attributes } = await call<{ Attributes: Record<string, string> }>('GetQueueAttributes', {
      QueueUrl: queueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    })
    return Object.values(Attributes).map(Number)
  }
  const bodies = () => received.map(({ body }) => body).toSorted()
  await vi.waitFor(() => expect(bodies()).toEqual(['first', 'second']))
  // When the third message arrives, the first two have been deleted, or never will be.
  await call('SendMessage', { QueueUrl: queueUrl, MessageBody: 'third' })
  await vi.waitFor(async () => {
    expect(bodies()).toEqual(['first', 'second', 'third'])
    expect((await counts()).toSorted()).toEqual([0, left])
  })
  expect(received[0]?.eventSourceARN).toBe(arnOf(name))
  stopping.abort()
  await polling
  expect(log).not.toHaveBeenCalled()
})
