import { marshall } from '@aws-sdk/util-dynamodb'
import type { Change } from '../kit/store.ts'
import { Invocation } from './invocation.ts'
import type { Machine, Step } from './machine.ts'
import type { Queue } from './queue.ts'
import { tellItem } from './telling.ts'

type Record = { sequence: number; change: Change; address: string; images?: object }
type Batch = { records: Record[]; tries: number }

export type Handler = (event: object, context: object) => Promise<unknown>

export type Mapping = {
  name: string
  handler: Handler
  /** Whether a change wakes the function: the filter of its event source mapping. */
  wakes(change: Change): boolean
  batchSize: number
  /** How often a record that fails by itself is tried again. */
  retries: number
}

/**
 * Delivers the table's changes to a function as Lambda does: at least once, in order of each item, otherwise in any,
 * several batches at once, cut anywhere, from the first failure on again, halved, and given up after some tries.
 */
export class Stream {
  readonly mapping: Mapping
  readonly machine: Machine
  /** Where the function puts off what it can't do now. */
  readonly queue: Queue
  /** What was given up. */
  readonly failed: Record[] = []
  readonly #lanes: Lane[] = []
  readonly #roots: Lane[]
  readonly #byItem: boolean
  readonly #salt: number
  #sequence = 0

  constructor(machine: Machine, mapping: Mapping, queue: Queue) {
    this.machine = machine
    this.mapping = mapping
    this.queue = queue
    const { random } = machine
    this.#roots = Array.from({ length: 1 + random.below(3) }, () => this.#open())
    this.#byItem = random.chance(0.5)
    this.#salt = random.below(1_000_000)
  }

  changed(change: Change) {
    if (!this.mapping.wakes(change)) return
    const { pk, sk } = change
    const address = `${pk}\n${sk}`
    let hash = hashOf(this.#byItem ? address : pk, this.#salt)
    let lane = this.#roots[hash % this.#roots.length]
    for (hash >>>= 2; lane?.children; hash >>>= 1) lane = lane.children[hash & 1]
    lane?.append({ sequence: ++this.#sequence, change, address })
  }

  /** The newer records of a shard go to two others, which are read when it has been. */
  split(): boolean {
    const open = this.#lanes.filter((lane) => !lane.children && !lane.redriven)
    const lane = this.machine.random.pick(open)
    if (lane.depth === 8) return false
    lane.children = [this.#open(lane), this.#open(lane)]
    return true
  }

  /** Takes a batch in work for failed while the function goes on. */
  abandon(): boolean {
    const busy = this.#lanes.filter((lane) => lane.busy)
    if (busy.length === 0) return false
    this.machine.random.pick(busy).abandon()
    return true
  }

  /** Delivers what was given up once more, in any order; false if there was nothing. */
  redrive(): boolean {
    if (this.failed.length === 0) return false
    for (const record of this.failed.splice(0)) {
      const lane = this.#open()
      lane.redriven = true
      lane.append(record)
    }
    return true
  }

  #open(parent?: Lane): Lane {
    const lane = new Lane(this, parent)
    this.#lanes.push(lane)
    this.machine.add(lane)
    return lane
  }
}

/** A part of a shard that is read in order, one batch after the other. */
class Lane implements Step {
  readonly speed: number
  readonly depth: number
  children: [Lane, Lane] | undefined
  redriven = false
  readonly #stream: Stream
  readonly #parent: Lane | undefined
  readonly #queue: Record[] = []
  readonly #retries: Batch[] = []
  #inWork: { batch: Batch; invocation: Invocation } | undefined

  constructor(stream: Stream, parent: Lane | undefined) {
    this.#stream = stream
    this.#parent = parent
    this.depth = parent ? parent.depth + 1 : 0
    this.speed = stream.machine.someSpeed()
  }

  get busy(): boolean {
    return this.#inWork !== undefined
  }

  ready() {
    return !this.#inWork && this.#hasWork() && !this.#parent?.isUnread()
  }

  isUnread(): boolean {
    return this.busy || this.#hasWork() || (this.#parent?.isUnread() ?? false)
  }

  /** Somewhere behind the last record of its item. */
  append(record: Record) {
    const own = this.#queue.findLastIndex(({ address }) => address === record.address)
    const { random } = this.#stream.machine
    const at = own + 1 + random.below(this.#queue.length - own)
    this.#queue.splice(random.chance(0.5) ? at : this.#queue.length, 0, record)
  }

  take() {
    const { machine, mapping } = this.#stream
    const count = 1 + machine.random.below(mapping.batchSize)
    const batch = this.#retries.shift() ?? { records: this.#queue.splice(0, count), tries: 0 }
    const invocation = new Invocation(machine, 'effect', (result, ended) => {
      if (this.#inWork?.invocation === invocation)
        this.#ended(batch, ended === 'answered' ? result : undefined)
    })
    invocation.queue = this.#stream.queue
    this.#inWork = { batch, invocation }
    invocation.start(
      (context) => mapping.handler({ Records: batch.records.map(eventOf) }, context),
      () =>
        `${mapping.name} is given ${batch.records.map(({ change }) => change.next && tellItem(change.next)).join('; ')}`,
    )
  }

  abandon() {
    if (this.#inWork) this.#ended(this.#inWork.batch, undefined)
  }

  #hasWork(): boolean {
    return this.#retries.length > 0 || this.#queue.length > 0
  }

  #ended(batch: Batch, result: unknown) {
    this.#inWork = undefined
    const { machine } = this.#stream
    const failure = firstFailure(batch.records, result)
    if (failure < batch.records.length) return this.#failed(batch.records.slice(failure), batch.tries)
    if (machine.fault(['batch delivered twice']))
      this.#retries.unshift({
        records: batch.records.slice(machine.random.below(batch.records.length)),
        tries: 0,
      })
  }

  #failed(records: Record[], tries: number) {
    const { machine, mapping, failed } = this.#stream
    if (records.length > 1) {
      const middle = 1 + machine.random.below(records.length - 1)
      this.#retries.unshift(
        { records: records.slice(0, middle), tries },
        { records: records.slice(middle), tries },
      )
    } else if (tries < mapping.retries || this.redriven) this.#retries.unshift({ records, tries: tries + 1 })
    else {
      machine.count('record given up and redriven')
      failed.push(...records)
    }
  }
}

/** How many of the records are done with: those before the first that is reported. Without an answer, none. */
function firstFailure(records: Record[], result: unknown): number {
  const { batchItemFailures } = (result ?? {}) as { batchItemFailures?: { itemIdentifier: string }[] }
  if (!batchItemFailures) return 0
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
  const first = records.findIndex(({ sequence }) => failed.has(String(sequence)))
  if (first >= 0) return first
  return failed.size > 0 ? 0 : records.length
}

function eventOf(record: Record): object {
  const { change, sequence } = record
  const { pk, sk, old, next } = change
  record.images ??= {
    ...(next && { NewImage: marshall(next, { removeUndefinedValues: true }) }),
    ...(old && { OldImage: marshall(old, { removeUndefinedValues: true }) }),
  }
  return {
    eventName: old ? 'MODIFY' : 'INSERT',
    dynamodb: {
      Keys: { pk: { S: pk }, sk: { S: sk } },
      ...record.images,
      SequenceNumber: String(sequence),
    },
  }
}

function hashOf(text: string, salt: number): number {
  let hash = salt
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}
