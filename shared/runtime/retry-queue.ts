import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { DynamoDBRecord, SQSRecord } from 'aws-lambda'
import { environment, requireEnv } from '../environment.ts'

const sqs = new SQSClient({ maxAttempts: 3, useQueueUrlAsEndpoint: false })

/** Seconds until the next try of what was received so often: twice as long each time, up to an hour. */
export const delayAfter = (received: number): number => Math.min(5 * 2 ** received, 3_600)

/** JSON in ASCII alone. SQS refuses U+FFFE, U+FFFF and some control characters, which a stored text may hold. */
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** Passes a stream record, whole, to the effect's queue, from where it comes back as a message. */
export async function putOff(record: DynamoDBRecord): Promise<void> {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: requireEnv(environment.retryQueue),
      MessageBody: asciiJson(record),
      DelaySeconds: delayAfter(0),
    }),
  )
}

/** Has a message come back later, each time after twice as long. After its last try the queue keeps it elsewhere. */
export async function putOffAgain({ receiptHandle, attributes }: SQSRecord): Promise<void> {
  await sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: requireEnv(environment.retryQueue),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: delayAfter(Number(attributes.ApproximateReceiveCount)),
    }),
  )
}
