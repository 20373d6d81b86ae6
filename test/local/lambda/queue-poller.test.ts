import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
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
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const client = new SQSClient({ endpoint: sqs, region, credentials })
  const queueUrl = `${sqs}/000000000000/${name}`
  const send = (MessageBody: string) =>
    client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }))
  await send('first')
  await send('second')
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
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    )
    return Object.values(Attributes).map(Number)
  }
  const bodies = () => received.map(({ body }) => body).toSorted()
  await vi.waitFor(() => expect(bodies()).toEqual(['first', 'second']))
  // When the third message arrives, the first two have been deleted, or never will be.
  await send('third')
  await vi.waitFor(async () => {
    expect(bodies()).toEqual(['first', 'second', 'third'])
    expect((await counts()).toSorted()).toEqual([0, left])
  })
  expect(received[0]?.eventSourceARN).toBe(arnOf(name))
  stopping.abort()
  await polling
  expect(log).not.toHaveBeenCalled()
})
