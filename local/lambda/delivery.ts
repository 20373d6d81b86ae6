import { setTimeout as sleep } from 'node:timers/promises'
import type { LocalFunction } from './functions.ts'
import type { Hooks } from './hooks.ts'
import type { Answer } from './isolate.ts'
import type { Mapping } from './mappings.ts'

/** A record as Lambda gives it to a function. */
export type StreamRecord = {
  eventID: string
  eventName: string
  eventSource: string
  eventVersion: string
  awsRegion: string
  eventSourceARN: string
  dynamodb: {
    /** Seconds since the epoch. */
    ApproximateCreationDateTime: number
    Keys: Record<string, unknown>
    SequenceNumber: string
    SizeBytes: number
    StreamViewType: string
    NewImage?: Record<string, unknown>
    OldImage?: Record<string, unknown>
  }
}

/** A record and the time, in milliseconds, from which its age is counted. */
export type Arrival = { record: StreamRecord; at: number }

/** Records that are given up, with what is known about their last try. */
export type Discard = {
  condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded'
  arrivals: Arrival[]
  tries: number
  /** Undefined where they were never given to the function. */
  last?: Answer & { requestId: string }
}

export type DeliveryHooks = Hooks<[functionName: string, records: StreamRecord[]], 'twice'>

/** Between tries: 50 ms, doubled each time, at most a second. Lambda waits longer. */
const firstWaitMilliseconds = 50
const longestWaitMilliseconds = 1000

/** Gives batches of one mapping to its function until they succeed or are discarded, as Lambda does. */
export class Delivery {
  readonly #mapping: Mapping
  readonly #function: LocalFunction
  readonly #hooks: DeliveryHooks
  readonly #discard: (discard: Discard) => Promise<void>
  readonly #signal: AbortSignal

  constructor(
    mapping: Mapping,
    target: LocalFunction,
    hooks: DeliveryHooks,
    discard: (discard: Discard) => Promise<void>,
    signal: AbortSignal,
  ) {
    this.#mapping = mapping
    this.#function = target
    this.#hooks = hooks
    this.#discard = discard
    this.#signal = signal
  }

  /**
   * Resolves when none of the records is left to be delivered.
   *
   * Splitting a failed batch costs no try; a lone record, and every batch where bisecting is off, is given up
   * after `maxRetries` more tries.
   *
   * @throws AbortError where the signal stops it between two tries
   */
  async deliver(batch: Arrival[]): Promise<void> {
    let arrivals = batch
    let last: Discard['last']
    for (let tries = 0; ; ) {
      this.#signal.throwIfAborted()
      arrivals = await this.#discardAged(arrivals, tries, last)
      if (arrivals.length === 0) return
      last = await this.#invoke(arrivals)
      const failed = firstFailure(last, arrivals, this.#mapping.reportsItems)
      if (failed === undefined) return this.#again(arrivals)
      // What was ended by a stop has not failed.
      this.#signal.throwIfAborted()
      if (this.#mapping.bisects && arrivals.length > 1) {
        const half = Math.ceil(arrivals.length / 2)
        if (failed === 0) await this.deliver(arrivals.slice(0, half))
        arrivals = arrivals.slice(failed || half)
        continue
      }
      arrivals = arrivals.slice(failed)
      tries++
      const { maxRetries } = this.#mapping
      if (maxRetries >= 0 && tries > maxRetries) {
        return this.#discard({ condition: 'RetryAttemptsExhausted', arrivals, tries, last })
      }
      const wait = Math.min(longestWaitMilliseconds, firstWaitMilliseconds * 2 ** (tries - 1))
      await sleep(wait, undefined, { signal: this.#signal })
    }
  }

  #invoke(arrivals: Arrival[]) {
    return this.#function.invoke(eventOf(arrivals))
  }

  async #again(arrivals: Arrival[]): Promise<void> {
    const records = arrivals.map(({ record }) => record)
    if (this.#hooks.ask(this.#function.settings.name, records) === 'twice') await this.#invoke(arrivals)
  }

  async #discardAged(arrivals: Arrival[], tries: number, last: Discard['last']): Promise<Arrival[]> {
    const oldest = Date.now() - this.#mapping.maxAgeMilliseconds
    const young = arrivals.findIndex(({ at }) => at > oldest)
    const kept = young === -1 ? [] : arrivals.slice(young)
    const aged = arrivals.slice(0, arrivals.length - kept.length)
    if (aged.length > 0) await this.#discard({ condition: 'RecordAgeExceeded', arrivals: aged, tries, last })
    return kept
  }
}

/** The event that a function gets for these records, as JSON. */
export function eventOf(arrivals: Arrival[]): string {
  return JSON.stringify({ Records: arrivals.map(({ record }) => record) })
}

/** The first record that has to be delivered again; undefined where all went well. */
function firstFailure(answer: Answer, arrivals: Arrival[], reportsItems: boolean): number | undefined {
  if (answer.functionError) return 0
  if (!reportsItems) return undefined
  const response = JSON.parse(answer.payload) as {
    batchItemFailures?: { itemIdentifier?: unknown }[] | null
  } | null
  const failures = response?.batchItemFailures ?? []
  if (failures.length === 0) return undefined
  const places = failures.map(({ itemIdentifier }) =>
    arrivals.findIndex(({ record }) => record.dynamodb.SequenceNumber === itemIdentifier),
  )
  // One that names no record of the batch, an empty one too, fails all of it.
  return Math.max(0, Math.min(...places))
}
