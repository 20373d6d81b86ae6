import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { DynamoDBRecord, SQSRecord } from 'aws-lambda'
import { environment, requireEnv } from '../environment.ts'

const sqs = new SQSClient({ maxAttempts: 3, useQueueUrlAsEndpoint: false })

/** Seconds until a message that was received this many times is delivered again: doubled each time, up to an hour. */
export const delayAfter = (received: number): number => Math.min(5 * 2 ** received, 3_600)

/** JSON in ASCII. SQS refuses U+FFFE, U+FFFF and some control characters, which a stored text may contain. */
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** Sends a whole stream record to the effect's retry queue, which delivers it as a message. */
export async function retryLater(record: DynamoDBRecord): Promise<void> {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: requireEnv(environment.retryQueue),
      MessageBody: asciiJson(record),
      DelaySeconds: delayAfter(0),
    }),
  )
}

/** Delays the next delivery of a message. After its last delivery the queue moves it to the dead-letter queue. */
export async function delayRetry({ receiptHandle, attributes }: SQSRecord): Promise<void> {
  await sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: requireEnv(environment.retryQueue),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: delayAfter(Number(attributes.ApproximateReceiveCount)),
    }),
  )
}
