import type { ChangeMessageVisibilityCommandInput, SendMessageCommandInput } from '@aws-sdk/client-sqs'
import { Invocation } from './invocation.ts'
import type { Machine, Step } from './machine.ts'
import type { Handler } from './streams.ts'

type Message = {
  messageId: string
  body: string
  /** How often it was received since it came, or was put back. */
  received: number
  /** Milliseconds since the epoch; nobody gets it before. */
  visibleAt: number
  /** Changes whenever it is received; an older one is of no use any more. */
  receiptHandle: string
  redriven: number
}

/** How long nobody else gets a message that was given to the function, in milliseconds: as in infra/. */
const visibility = 180_000

/** Those of infra/, or so few that some messages need an operator. */
const tries = [33, 2]

/** An operator comes after so many milliseconds, and so often, to what is kept. */
const operator = { after: 60_000, times: 8 }

/** What an effect may ask of its queue. */
export type QueueInput = SendMessageCommandInput | ChangeMessageVisibilityCommandInput

/**
 * What an effect has put off. Gives it to the function as SQS and Lambda do: at least once, not before its time, in any
 * order, several batches at once; forgets what the function did, and keeps elsewhere what it could not do so often.
 */
export class Queue implements Step {
  readonly speed: number
  readonly #machine: Machine
  readonly #name: string
  readonly #handler: Handler
  readonly #tries: number
  readonly #messages = new Set<Message>()
  readonly #kept: Message[] = []
  #count = 0

  constructor(machine: Machine, { name, handler }: { name: string; handler: Handler }) {
    this.#machine = machine
    this.#name = name
    this.#handler = handler
    this.#tries = machine.random.pick(tries)
    this.speed = machine.someSpeed()
    machine.add(this)
  }

  get due(): number | undefined {
    if (this.#messages.size === 0) return undefined
    return Math.min(...[...this.#messages].map(({ visibleAt }) => visibleAt))
  }

  ready() {
    return this.#messages.size > 0
  }

  /** Does what SQS is asked for. Throws where it would refuse. */
  accept(input: QueueInput) {
    const { now } = this.#machine
    if ('MessageBody' in input) {
      const messageId = `message-${++this.#count}`
      const visibleAt = now + (input.DelaySeconds ?? 0) * 1_000
      const body = input.MessageBody ?? ''
      this.#messages.add({ messageId, body, received: 0, visibleAt, receiptHandle: '', redriven: 0 })
      return
    }
    const { ReceiptHandle = '', VisibilityTimeout = 0 } = input as ChangeMessageVisibilityCommandInput
    const message = this.#inFlight(ReceiptHandle)
    if (!message) throw Object.assign(new Error('Not in flight'), { name: 'MessageNotInflight' })
    message.visibleAt = now + VisibilityTimeout * 1_000
  }

  take() {
    const { random, now } = this.#machine
    const visible = [...this.#messages].filter(({ visibleAt }) => visibleAt <= now)
    const count = Math.min(visible.length, 1 + random.below(3))
    const taken = Array.from({ length: count }, () => visible.splice(random.below(visible.length), 1)).flat()
    const Records = taken
      .filter((message) => this.#hasTriesLeft(message))
      .map((message) => this.#receive(message))
    if (Records.length === 0) return
    const invocation = new Invocation(this.#machine, 'effect', (result, ended) => {
      if (ended === 'answered') this.#answered(Records, result as BatchResponse)
    })
    invocation.queue = this
    invocation.start(
      (context) => this.#handler({ Records }, context),
      () => `${this.#name} is given again ${Records.map(({ messageId }) => messageId).join(', ')}`,
    )
  }

  /** Puts back what is kept; false if there was nothing, or nobody comes for it any more. */
  redrive(): boolean {
    const back = this.#kept.splice(0).filter(({ redriven }) => redriven < operator.times)
    for (const message of back) {
      message.redriven++
      message.received = 0
      message.visibleAt = this.#machine.now + operator.after
      this.#messages.add(message)
    }
    return back.length > 0
  }

  #hasTriesLeft(message: Message): boolean {
    if (message.received < this.#tries) return true
    this.#machine.count('message kept and redriven')
    this.#messages.delete(message)
    this.#kept.push(message)
    return false
  }

  #receive(message: Message): Received {
    const { messageId, body } = message
    const again = this.#machine.fault(['message delivered twice']) !== undefined
    message.visibleAt = this.#machine.now + (again ? 0 : visibility)
    message.received++
    message.receiptHandle = `${messageId} ${message.redriven} ${message.received}`
    const attributes = { ApproximateReceiveCount: String(message.received) }
    return { messageId, body, receiptHandle: message.receiptHandle, attributes }
  }

  #answered(records: Received[], { batchItemFailures }: BatchResponse) {
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
    for (const { messageId, receiptHandle } of records) {
      const message = this.#inFlight(receiptHandle)
      if (failed.has(messageId) || !message) continue
      if (!this.#machine.fault(['message not deleted'])) this.#messages.delete(message)
    }
  }

  #inFlight(receiptHandle: string): Message | undefined {
    return [...this.#messages].find((message) => message.receiptHandle === receiptHandle)
  }
}

type Received = {
  messageId: string
  body: string
  receiptHandle: string
  attributes: { ApproximateReceiveCount: string }
}

type BatchResponse = { batchItemFailures: { itemIdentifier: string }[] }
