import { setTimeout as sleep } from 'node:timers/promises'
import type { LocalFunction } from './functions.ts'
import type { QueueMapping } from './mappings.ts'

/** Between two looks at a queue that had nothing. Lambda waits for messages; what is put off can wait as well. */
const pollMilliseconds = 250

type Message = {
  MessageId: string
  ReceiptHandle: string
  Body: string
  MD5OfBody: string
  Attributes: object
}

/** Reads one queue for one mapping, until it is stopped. What the function does not report as failed is deleted. */
export class QueuePoller {
  readonly #engine: string
  readonly #mapping: QueueMapping
  readonly #function: LocalFunction
  readonly #signal: AbortSignal
  readonly #log: (line: string) => void

  constructor(
    engine: string,
    mapping: QueueMapping,
    target: LocalFunction,
    signal: AbortSignal,
    log: (line: string) => void,
  ) {
    this.#engine = engine
    this.#mapping = mapping
    this.#function = target
    this.#signal = signal
    this.#log = log
  }

  /** Resolves when the signal has stopped it. */
  async run(): Promise<void> {
    while (!this.#signal.aborted) {
      try {
        if (!(await this.#round())) await sleep(pollMilliseconds, undefined, { signal: this.#signal })
      } catch (error) {
        if (this.#signal.aborted) return
        this.#log(`The queue ${this.#mapping.queueUrl} could not be read: ${error}`)
        await sleep(1000, undefined, { signal: this.#signal }).catch(() => {})
      }
    }
  }

  async #round(): Promise<boolean> {
    const { Messages = [] } = await this.#call<{ Messages?: Message[] }>('ReceiveMessage', {
      MaxNumberOfMessages: Math.min(this.#mapping.batchSize, 10),
      AttributeNames: ['All'],
    })
    if (Messages.length === 0) return false
    const answer = await this.#function.invoke(this.#eventOf(Messages))
    const failed = answer.functionError
      ? Messages.map(({ MessageId }) => MessageId)
      : failuresIn(answer.payload)
    for (const { MessageId, ReceiptHandle } of Messages) {
      if (!failed.includes(MessageId)) await this.#call('DeleteMessage', { ReceiptHandle })
    }
    return true
  }

  #eventOf(messages: Message[]): string {
    const { queueArn: eventSourceARN, region: awsRegion } = this.#mapping
    return JSON.stringify({
      Records: messages.map(({ MessageId, ReceiptHandle, Body, MD5OfBody, Attributes }) => ({
        messageId: MessageId,
        receiptHandle: ReceiptHandle,
        body: Body,
        attributes: Attributes,
        messageAttributes: {},
        md5OfBody: MD5OfBody,
        eventSource: 'aws:sqs',
        eventSourceARN,
        awsRegion,
      })),
    })
  }

  async #call<Answer>(action: string, input: object): Promise<Answer> {
    const { queueUrl, region } = this.#mapping
    const response = await fetch(this.#engine, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `AmazonSQS.${action}`,
        // It wants the form, takes the region from it, and checks nothing.
        authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/sqs/aws4_request, Signature=none`,
      },
      body: JSON.stringify({ QueueUrl: queueUrl, ...input }),
      signal: this.#signal,
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${action}: ${text}`)
    return JSON.parse(text || '{}') as Answer
  }
}

function failuresIn(payload: string): string[] {
  const answer = JSON.parse(payload) as { batchItemFailures?: { itemIdentifier: string }[] } | null
  return (answer?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier)
}
