import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { DynamoDBRecord, SQSRecord } from 'aws-lambda'
import { mockClient } from 'aws-sdk-client-mock'
import { startFauxqs } from 'fauxqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { environment } from '../../shared/environment.ts'

const engine = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
afterAll(() => engine.stop())

Object.assign(process.env, {
  AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${engine.port}`,
  AWS_REGION: 'eu-north-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  [environment.retryQueue]: engine.createQueue('retries', { region: 'eu-north-1' }).queueUrl,
})
const { retryLater, delayRetry } = await import('../../shared/runtime/retry-queue.ts')

/** The body of the message that a record with this name becomes. */
async function bodyFor(name: string): Promise<string> {
  engine.reset()
  await retryLater({ dynamodb: { NewImage: { name: { S: name } } } } as DynamoDBRecord)
  const [message] = engine.inspectQueue('retries')?.messages.delayed ?? []
  return message?.body ?? ''
}

const nameIn = (body: string) => (JSON.parse(body) as DynamoDBRecord).dynamodb?.NewImage?.name?.S

// SQS takes all of printable ASCII, so whatever is spelled in it can be put off: queues differ in what else they take.
const printableAscii = /^[\x20-\x7e]+$/

/** A quarter of a plane in each message, so that none is too large. */
const quarter = 0x4000
const quarters = Array.from({ length: 0x110000 / quarter }, (_, at) => at * quarter)

it('puts off a record with any character of Unicode, in every plane, lone surrogates included', async () => {
  for (const from of quarters) {
    const name = Array.from({ length: quarter }, (_, at) => String.fromCodePoint(from + at)).join('')
    const body = await bodyFor(name)
    expect(printableAscii.test(body), from.toString(16)).toBe(true)
    expect(nameIn(body) === name, from.toString(16)).toBe(true)
  }
})

it('puts off a record whose name has what looks like an escape', async () => {
  const name = 'Bo \\uffff "\\"'
  const body = await bodyFor(name)
  expect(body).toMatch(printableAscii)
  expect(nameIn(body)).toBe(name)
})

describe('what waits for its next try', () => {
  let sqs: ReturnType<typeof mockClient>
  beforeAll(() => {
    sqs = mockClient(SQSClient)
  })
  afterAll(() => sqs.restore())

  it('comes back after five seconds at first', async () => {
    await retryLater({ dynamodb: {} })
    expect(sqs.commandCalls(SendMessageCommand)[0]?.args[0].input.DelaySeconds).toBe(5)
  })

  it.each([
    [1, 10],
    [2, 20],
    [9, 2_560],
    [10, 3_600],
    [24, 3_600],
  ])('received %i times, it comes back after %i seconds', async (received, seconds) => {
    sqs.resetHistory()
    const attributes = { ApproximateReceiveCount: String(received) }
    await delayRetry({ receiptHandle: 'one', attributes } as unknown as SQSRecord)
    expect(sqs.commandCalls(ChangeMessageVisibilityCommand)[0]?.args[0].input).toEqual({
      QueueUrl: process.env[environment.retryQueue],
      ReceiptHandle: 'one',
      VisibilityTimeout: seconds,
    })
  })
})
