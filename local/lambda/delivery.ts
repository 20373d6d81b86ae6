import { setTimeout as sleep } from 'node:timers/promises'
import type { LocalFunction } from './functions.ts'
import type { Hooks } from './hooks.ts'
import type { Answer } from './isolate.ts'
import type { Mapping } from './mappings.ts'

/** A stream record in the form in which Lambda passes it to a function. */
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

/** A record, and the time in milliseconds from which its age counts. */
export type Arrival = { record: StreamRecord; at: number }

/** Records that are not tried again, and their last try. */
export type Discard = {
  condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded'
  arrivals: Arrival[]
  tries: number
  /** Undefined if the function was never invoked with them. */
  last?: Answer & { requestId: string }
}

/** Called after each batch. With 'twice', the batch is delivered again. */
export type DeliveryHooks = Hooks<[functionName: string, records: StreamRecord[]], 'twice'>

type Delivery = {
  mapping: Mapping
  target: LocalFunction
  hooks: DeliveryHooks
  discard(discard: Discard): Promise<void>
  signal: AbortSignal
}

/** The wait before the next try: 50 ms, doubled each time, at most a second. Lambda waits longer. */
const firstWaitMilliseconds = 50
const longestWaitMilliseconds = 1000

/**
 * Invokes the function with a batch until all records have succeeded or are discarded, as Lambda does. Splitting a
 * failed batch does not count as a try. A single record, and every batch without bisecting, is discarded after
 * `maxRetries` retries. Throws AbortError if the signal aborts it between two tries.
 */
export async function deliver(batch: Arrival[], delivery: Delivery): Promise<void> {
  const { mapping, target, hooks, discard, signal } = delivery
  let arrivals = batch
  let last: Discard['last']
  for (let tries = 0; ; ) {
    signal.throwIfAborted()
    const { young, aged } = splitByAge(arrivals, mapping.maxAgeMilliseconds)
    if (aged.length > 0) await discard({ condition: 'RecordAgeExceeded', arrivals: aged, tries, last })
    if (young.length === 0) return
    arrivals = young
    last = await target.invoke(eventOf(arrivals))
    const failed = firstFailure(last, arrivals, mapping.reportsItems)
    if (failed === undefined) {
      const records = arrivals.map(({ record }) => record)
      if (hooks.call(target.settings.name, records) === 'twice') await target.invoke(eventOf(arrivals))
      return
    }
    // A stop ends invocations, which is no failure of the records.
    signal.throwIfAborted()
    if (mapping.bisects && arrivals.length > 1) {
      const half = Math.ceil(arrivals.length / 2)
      if (failed === 0) await deliver(arrivals.slice(0, half), delivery)
      arrivals = arrivals.slice(failed || half)
      continue
    }
    arrivals = arrivals.slice(failed)
    tries++
    if (mapping.maxRetries >= 0 && tries > mapping.maxRetries) {
      return discard({ condition: 'RetryAttemptsExhausted', arrivals, tries, last })
    }
    const wait = Math.min(longestWaitMilliseconds, firstWaitMilliseconds * 2 ** (tries - 1))
    await sleep(wait, undefined, { signal })
  }
}

/** A function's event with these records, as JSON. */
export function eventOf(arrivals: Arrival[]): string {
  return JSON.stringify({ Records: arrivals.map(({ record }) => record) })
}

function splitByAge(arrivals: Arrival[], maxAgeMilliseconds: number): { young: Arrival[]; aged: Arrival[] } {
  const oldest = Date.now() - maxAgeMilliseconds
  const firstYoung = arrivals.findIndex(({ at }) => at > oldest)
  const count = firstYoung === -1 ? arrivals.length : firstYoung
  return { young: arrivals.slice(count), aged: arrivals.slice(0, count) }
}

/** The index of the first record that must be delivered again. Undefined if all succeeded. */
function firstFailure(answer: Answer, arrivals: Arrival[], reportsItems: boolean): number | undefined {
  if (answer.functionError) return 0
  if (!reportsItems) return undefined
  const response = JSON.parse(answer.payload) as {
    batchItemFailures?: { itemIdentifier?: unknown }[] | null
  } | null
  const failures = response?.batchItemFailures ?? []
  if (failures.length === 0) return undefined
  const indexes = failures.map(({ itemIdentifier }) =>
    arrivals.findIndex(({ record }) => record.dynamodb.SequenceNumber === itemIdentifier),
  )
  // An identifier of no record in the batch fails the whole batch.
  return Math.max(0, Math.min(...indexes))
}
