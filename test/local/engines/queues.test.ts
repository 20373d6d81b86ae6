import { afterAll, beforeAll, expect, test } from 'vitest'
import { choosePorts } from '../../../local/engines/ports.ts'
import { startS3AndSqs } from '../../../local/engines/s3-and-sqs.ts'
import type { Resource } from '../../../local/template/resources.ts'

const region = 'eu-north-1'
let url: string
let stop: () => Promise<void>
beforeAll(async () => {
  const { s3: port } = await choosePorts(0)
  const queue = { arn: `arn:aws:sqs:${region}:000000000000:queue`, properties: {} } as Resource
  const engine = await startS3AndSqs(port, { buckets: [], queues: [queue], region }, undefined)
  ;({ url, stop } = engine)
})
afterAll(() => stop())

async function call<Answer>(action: string, input: object): Promise<{ status: number; body: Answer }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${action}`,
      authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/sqs/aws4_request, Signature=none`,
    },
    body: JSON.stringify({ QueueUrl: `${url}/000000000000/queue`, ...input }),
  })
  return { status: response.status, body: (await response.json()) as Answer }
}

test.each(['plain', 'tab\tand\r\nlines', 'å', '😀 and 𝄞', '\u{FFFD}', '\u{10FFFF}'])(
  'accepts a message that SQS accepts: %j',
  async (MessageBody) => {
    expect((await call('SendMessage', { MessageBody })).status).toBe(200)
    const { body } = await call<{ Messages: { Body: string; ReceiptHandle: string }[] }>('ReceiveMessage', {})
    const [{ Body, ReceiptHandle } = { Body: '', ReceiptHandle: '' }] = body.Messages
    expect(Body).toBe(MessageBody)
    await call('DeleteMessage', { ReceiptHandle })
    const Entries = [{ Id: '1', MessageBody }]
    expect((await call('SendMessageBatch', { Entries })).body).toMatchObject({ Successful: [{ Id: '1' }] })
    await call('PurgeQueue', {})
  },
)

test.each(['\u{0}', '\u{8}', '\u{1F}', '\u{FFFE}', '\u{FFFF}', '\u{D800}'])(
  'refuses a message that SQS refuses: %j',
  async (MessageBody) => {
    expect((await call('SendMessage', { MessageBody })).status).toBe(400)
  },
)
