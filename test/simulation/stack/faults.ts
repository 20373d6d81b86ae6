import type { Fault, FaultCall } from '../../../local/endpoint/proxy.ts'
import type { Random } from '../../kit/random.ts'
import type { FaultKind, Weather } from '../weather.ts'

/** What the proxy in front of the engines can do of what may go wrong. */
export type StackFaultKind = Extract<
  FaultKind,
  | 'throttled'
  | 'throttled at every try'
  | 'conflict'
  | 'server error'
  | 'request late'
  | 'answer lost'
  | 'function killed'
  | 'batch delivered twice'
  | 'record given up and redriven'
  | 'queue out of reach'
  | 'answer of the queue lost'
  | 'mail refused'
  | 'answer about a mail lost'
>

/** More tries than the SDK has, and as many as the product's transactions: nothing gets through to the end. */
const everyTry = 8

/** Batches, mails and what is put off are few against the calls of the database: they fail so many times as often. */
const moreOften = 3

/** Until when a record is kept from being done, in milliseconds: its eleven tries take some seven seconds. */
const givenUpAfter = 12_000

const reads: StackFaultKind[] = ['throttled', 'throttled at every try', 'server error', 'request late']
const possible: Record<string, StackFaultKind[]> = {
  read: [...reads, 'function killed'],
  write: [...reads, 'conflict', 'answer lost', 'function killed'],
  SendEmail: ['mail refused', 'answer about a mail lost', 'function killed'],
  SendMessage: ['queue out of reach', 'answer of the queue lost', 'record given up and redriven'],
}

export const isEffect = ({ functionName }: FaultCall) => /-(sync-contacts|send-emails)$/.test(functionName)

const isRead = ({ action }: FaultCall) => /^(Get|BatchGet|Query)/.test(action)

function kindsFor(call: FaultCall): StackFaultKind[] {
  if (call.service === 'dynamodb') return possible[isRead(call) ? 'read' : 'write'] ?? []
  return possible[call.action] ?? []
}

/** Has the calls of one sequence fail, as its weather is. */
export class Faults {
  readonly counts = new Map<FaultKind, number>()
  /** Functions of people's requests that were ended. */
  endedActions = 0
  readonly #weather: Weather
  readonly #random: Random
  #left: number
  /** What goes on to fail: by isolate, the same fault, for so many of the same calls. */
  readonly #lasting = new Map<string, { action: string; kind: StackFaultKind; left: number }>()
  /** The record that is to be given up, and until when nothing of its function is written. */
  #hopeless: { functionName: string; sequenceNumber: string; until: number } | undefined

  constructor(weather: Weather, random: Random) {
    this.#weather = weather
    this.#random = random
    this.#left = weather.faults
  }

  /** What goes wrong with a call; undefined: nothing. */
  of(call: FaultCall): Fault | undefined {
    if (this.#isHopeless(call)) return error('ValidationException')
    const kind = this.#again(call) ?? this.draw(kindsFor(call), call.service === 'dynamodb' ? 1 : moreOften)
    return kind && this.#fault(kind, call)
  }

  /** One of the kinds, if it is time for one: so many times as often as the weather says. */
  draw(kinds: readonly StackFaultKind[], often: number = moreOften): StackFaultKind | undefined {
    const { faultRate, kinds: allowed } = this.#weather
    if (this.#left === 0 || !this.#random.chance(faultRate * often)) return undefined
    const candidates = kinds.filter((kind) => allowed.has(kind))
    if (candidates.length === 0) return undefined
    this.#left--
    // A killed function takes a tenth of a second of a processor to replace.
    const kind = this.#random.weighted(candidates, (one) => (one === 'function killed' ? 0.5 : 1))
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1)
    return kind
  }

  #again({ isolate, action }: FaultCall): StackFaultKind | undefined {
    const lasting = this.#lasting.get(isolate)
    if (!lasting) return undefined
    if (lasting.action === action && lasting.left-- > 0) return lasting.kind
    this.#lasting.delete(isolate)
    return undefined
  }

  #last({ isolate, action }: FaultCall, kind: StackFaultKind, tries: number) {
    if (!this.#lasting.has(isolate)) this.#lasting.set(isolate, { action, kind, left: tries - 1 })
  }

  #fault(kind: StackFaultKind, call: FaultCall): Fault | undefined {
    switch (kind) {
      case 'throttled at every try':
        this.#last(call, 'throttled', everyTry)
        return this.#held(call, 'ThrottlingError', 'ProvisionedThroughputExceededException')
      case 'throttled':
        return this.#held(call, 'ThrottlingError', 'ProvisionedThroughputExceededException')
      case 'conflict':
        this.#last(call, kind, this.#random.pick([1, 1, everyTry]))
        return this.#held(call, 'TransactionConflict', 'TransactionConflictException')
      case 'server error':
        this.#last(call, kind, this.#random.pick([1, 1, everyTry]))
        return error('InternalServerError', 500)
      case 'request late':
        // A person's command is to come to its end within five seconds.
        return { delay: this.#random.below(isEffect(call) ? 4_000 : 1_000) }
      case 'answer lost':
      case 'answer of the queue lost':
      case 'answer about a mail lost':
        return { cut: true }
      case 'function killed':
        if (!isEffect(call)) this.endedActions++
        return { kill: this.#random.pick(['before', 'after']) }
      case 'mail refused':
        this.#last(call, kind, this.#random.pick([1, everyTry]))
        return error('Throttling')
      case 'queue out of reach':
        return error('ServiceUnavailable', 503)
      case 'record given up and redriven':
        this.#hopeless = {
          functionName: call.functionName,
          sequenceNumber: sequenceNumberIn(call),
          until: Date.now() + givenUpAfter,
        }
        return error('ValidationException')
      case 'batch delivered twice':
        return undefined
    }
  }

  /** Nothing that its function writes gets through, so that the record is not done, and it is not put off. */
  #isHopeless(call: FaultCall): boolean {
    if (this.#hopeless?.functionName !== call.functionName || this.#hopeless.until < Date.now()) return false
    if (call.service === 'sqs') return sequenceNumberIn(call) === this.#hopeless.sequenceNumber
    return call.service === 'ses' || !isRead(call)
  }

  #held(call: FaultCall, Code: string, type: string): Fault {
    if (call.action !== 'TransactWriteItems') return error(type)
    const parts = (call.input.TransactItems as unknown[]).length
    const held = this.#random.below(parts)
    const cancellationReasons = Array.from({ length: parts }, (_, part) => ({
      Code: part === held ? Code : 'None',
    }))
    const cancelled = { status: 400, type: 'TransactionCanceledException', message: 'injected' }
    return { error: { ...cancelled, cancellationReasons } }
  }
}

const error = (type: string, status = 400): Fault => ({ error: { status, type, message: 'injected' } })

function sequenceNumberIn({ input }: FaultCall): string {
  if (typeof input.MessageBody !== 'string') return ''
  return JSON.parse(input.MessageBody).dynamodb.SequenceNumber
}
