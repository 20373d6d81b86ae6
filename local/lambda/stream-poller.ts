import { setTimeout as sleep } from 'node:timers/promises'
import { callDynamo, DynamoError } from '../engines/dynamodb.ts'
import type { Arrival, Delivery, StreamRecord } from './delivery.ts'
import type { Mapping } from './mappings.ts'
import type { Positions } from './positions.ts'

/** Between two looks at a stream that had nothing: often while there is work, else as often as Lambda does. */
const pollMilliseconds = 25
const quietPollMilliseconds = 250
const workMilliseconds = 2000

/** How often new shards are looked for; the end of one is noticed at once. */
const shardsMilliseconds = 5000

/** What one call of GetRecords may give at most. */
const maxRead = 1000

type Shard = { id: string; iterator?: string }

/** Reads one table's stream for one mapping, from the position where it stands, until it is stopped. */
export class StreamPoller {
  /** Counts the looks at all shards that found no record; with it, one can wait for the stream to be empty. */
  emptyRounds = 0
  /** Counts the records that were read. */
  read = 0
  readonly #engine: string
  readonly #mapping: Mapping
  readonly #positions: Positions
  readonly #deliveryFor: (shardId: string) => Delivery
  readonly #log: (line: string) => void
  readonly #signal: AbortSignal
  #shards: Shard[] = []
  #shardsRead = 0
  #wokenAt = Date.now()
  readonly #ended = new Set<string>()

  constructor(
    engine: string,
    mapping: Mapping,
    positions: Positions,
    deliveryFor: (shardId: string) => Delivery,
    signal: AbortSignal,
    log: (line: string) => void,
  ) {
    this.#engine = engine
    this.#mapping = mapping
    this.#positions = positions
    this.#deliveryFor = deliveryFor
    this.#signal = signal
    this.#log = log
  }

  /** Resolves when the signal has stopped it. What was not delivered by then is read again by the next one. */
  async run(): Promise<void> {
    while (!this.#signal.aborted) {
      try {
        const found = await this.#round()
        if (found) this.wake()
        else await this.#pause()
      } catch (error) {
        if (this.#signal.aborted) return
        // Iterators may have expired: all are taken anew from the positions.
        this.#shardsRead = 0
        this.#log(`The stream of ${this.#mapping.tableName} could not be read: ${error}`)
        await sleep(1000, undefined, { signal: this.#signal }).catch(() => {})
      }
    }
  }

  /** Tells it that there may be work: it looks more often for a while. */
  wake() {
    this.#wokenAt = Date.now()
  }

  async #pause(): Promise<void> {
    this.emptyRounds++
    const looked = Date.now()
    const isQuiet = () => Date.now() - this.#wokenAt > workMilliseconds
    do await sleep(pollMilliseconds, undefined, { signal: this.#signal })
    while (isQuiet() && Date.now() - looked < quietPollMilliseconds)
  }

  async #round(): Promise<boolean> {
    if (Date.now() - this.#shardsRead > shardsMilliseconds) await this.#readShards()
    let found = false
    for (const shard of this.#shards) {
      const records = await this.#collect(shard)
      found ||= records.length > 0
      const last = records.at(-1)
      if (!last) continue
      await this.#deliver(shard.id, records)
      this.#positions.set(this.#mapping.id, shard.id, last.dynamodb.SequenceNumber)
    }
    const ended = this.#shards.filter(({ iterator }) => !iterator)
    for (const { id } of ended) this.#ended.add(id)
    // Its children come after it.
    if (ended.length > 0) this.#shardsRead = 0
    return found
  }

  /** Whatever there is; with a batching window, as much as comes within it and a batch holds. */
  async #collect(shard: Shard): Promise<StreamRecord[]> {
    const records = await this.#read(shard)
    const until = Date.now() + this.#mapping.windowMilliseconds
    const wanted = () => records.filter(this.#mapping.filter).length
    while (wanted() > 0 && wanted() < this.#mapping.batchSize && Date.now() < until) {
      await sleep(pollMilliseconds, undefined, { signal: this.#signal })
      records.push(...(await this.#read(shard)))
    }
    return records
  }

  async #read(shard: Shard): Promise<StreamRecord[]> {
    if (!shard.iterator) return []
    const { Records, NextShardIterator } = await this.#call<{
      Records: StreamRecord[]
      NextShardIterator?: string
    }>('GetRecords', { ShardIterator: shard.iterator, Limit: maxRead })
    shard.iterator = NextShardIterator
    this.read += Records.length
    return Records
  }

  /** Order is kept per item: all of a partition key's records take the same lane, one batch after the other. */
  async #deliver(shardId: string, records: StreamRecord[]): Promise<void> {
    const { lanes, batchSize, filter, partitionKey } = this.#mapping
    const arrivals = records.map((record) => this.#arrival(record)).filter(({ record }) => filter(record))
    const byLane = Object.groupBy(arrivals, ({ record }) => laneOf(record.dynamodb.Keys[partitionKey], lanes))
    const delivery = this.#deliveryFor(shardId)
    const all = Object.values(byLane).map(async (lane = []) => {
      for (let at = 0; at < lane.length; at += batchSize)
        await delivery.deliver(lane.slice(at, at + batchSize))
    })
    await Promise.all(all)
  }

  /**
   * DynamoDB Local rounds creation down to the minute. The end of that minute, or now where that is earlier, is
   * nearer to the truth, and no record is thought older than it is.
   */
  #arrival(record: StreamRecord): Arrival {
    const at = Math.min(Date.now(), record.dynamodb.ApproximateCreationDateTime * 1000 + 60_000)
    return {
      at,
      record: {
        ...record,
        awsRegion: this.#mapping.region,
        eventSourceARN: this.#mapping.streamArn,
        dynamodb: { ...record.dynamodb, ApproximateCreationDateTime: Math.floor(at / 1000) },
      },
    }
  }

  /** Oldest first, less those that were read to their end. */
  async #readShards(): Promise<void> {
    const { Table } = await callDynamo<{ Table: { LatestStreamArn: string } }>(
      this.#engine,
      'table',
      'DescribeTable',
      { TableName: this.#mapping.tableName },
    )
    const StreamArn = Table.LatestStreamArn
    const { StreamDescription } = await this.#call<{ StreamDescription: { Shards: { ShardId: string }[] } }>(
      'DescribeStream',
      { StreamArn },
    )
    const open = StreamDescription.Shards.filter(({ ShardId }) => !this.#ended.has(ShardId))
    this.#shards = await Promise.all(
      open.map(async ({ ShardId }) => ({ id: ShardId, iterator: await this.#iterator(StreamArn, ShardId) })),
    )
    this.#shardsRead = Date.now()
  }

  async #iterator(StreamArn: string, ShardId: string): Promise<string> {
    const SequenceNumber = this.#positions.get(this.#mapping.id, ShardId)
    const from = async (position: object) => {
      const input = { StreamArn, ShardId, ...position }
      return (await this.#call<{ ShardIterator: string }>('GetShardIterator', input)).ShardIterator
    }
    if (SequenceNumber === undefined) return from({ ShardIteratorType: 'TRIM_HORIZON' })
    try {
      return await from({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber })
    } catch (error) {
      if (!(error instanceof DynamoError && error.type === 'TrimmedDataAccessException')) throw error
      return from({ ShardIteratorType: 'TRIM_HORIZON' })
    }
  }

  #call<Answer>(action: string, input: object): Promise<Answer> {
    return callDynamo<Answer>(this.#engine, 'stream', action, input)
  }
}

function laneOf(key: unknown, lanes: number): number {
  let hash = 0
  for (const character of JSON.stringify(key)) hash = (hash * 31 + character.charCodeAt(0)) | 0
  return Math.abs(hash) % lanes
}
