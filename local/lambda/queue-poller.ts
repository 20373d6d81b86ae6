import { setTimeout as sleep } from 'node:timers/promises'
import type { LocalFunction } from './functions.ts'
import type { QueueMapping } from './mappings.ts'

/** The pause after an empty receive. Lambda polls all the time; retries can wait. */
const pollMilliseconds = 250

type Message = {
  MessageId: string
  ReceiptHandle: string
  Body: string
  MD5OfBody: string
  Attributes: object
}

type Polling = {
  /** The base URL of the local SQS. */
  sqs: string
  mapping: QueueMapping
  target: LocalFunction
  signal: AbortSignal
  log(line: string): void
}

/** Invokes the function with messages until the signal aborts it. Deletes those that are not reported as failed. */
export async function pollQueue({ sqs, mapping, target, signal, log }: Polling): Promise<void> {
  while (!signal.aborted) {
    try {
      if (!(await pollOnce())) await sleep(pollMilliseconds, undefined, { signal })
    } catch (error) {
      if (signal.aborted) return
      log(`The queue ${mapping.queueUrl} could not be read: ${error}`)
      await sleep(1000, undefined, { signal }).catch(() => {})
    }
  }

  /** @returns whether there were messages */
  async function pollOnce(): Promise<boolean> {
    const { Messages = [] } = await call<{ Messages?: Message[] }>('ReceiveMessage', {
      MaxNumberOfMessages: Math.min(mapping.batchSize, 10),
      AttributeNames: ['All'],
    })
    if (Messages.length === 0) return false
    const answer = await target.invoke(eventOf(Messages, mapping))
    const failed = answer.functionError
      ? Messages.map(({ MessageId }) => MessageId)
      : failuresIn(answer.payload)
    for (const { MessageId, ReceiptHandle } of Messages) {
      if (!failed.includes(MessageId)) await call('DeleteMessage', { ReceiptHandle })
    }
    return true
  }

  async function call<Answer>(action: string, input: object): Promise<Answer> {
    const { queueUrl, region } = mapping
    const response = await fetch(sqs, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `AmazonSQS.${action}`,
        // The local SQS takes the region from this header and does not check the signature.
        authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/sqs/aws4_request, Signature=none`,
      },
      body: JSON.stringify({ QueueUrl: queueUrl, ...input }),
      signal,
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${action}: ${text}`)
    return JSON.parse(text || '{}') as Answer
  }
}

function eventOf(messages: Message[], { queueArn, region }: QueueMapping): string {
  return JSON.stringify({
    Records: messages.map(({ MessageId, ReceiptHandle, Body, MD5OfBody, Attributes }) => ({
      messageId: MessageId,
      receiptHandle: ReceiptHandle,
      body: Body,
      attributes: Attributes,
      messageAttributes: {},
      md5OfBody: MD5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: queueArn,
      awsRegion: region,
    })),
  })
}

function failuresIn(payload: string): string[] {
  const answer = JSON.parse(payload) as { batchItemFailures?: { itemIdentifier: string }[] } | null
  return (answer?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier)
}
