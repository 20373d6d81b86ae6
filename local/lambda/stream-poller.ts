import { setTimeout as sleep } from 'node:timers/promises'
import { callDynamo, DynamoError } from '../engines/dynamodb.ts'
import type { Arrival, StreamRecord } from './delivery.ts'
import type { Mapping } from './mappings.ts'
import type { Positions } from './positions.ts'

/** The pause after a round without records: short while there is work, otherwise as long as Lambda's. */
const pollMilliseconds = 25
const quietPollMilliseconds = 250
const workMilliseconds = 2000

/** How often new shards are looked for. The end of a shard is noticed at once. */
const shardsMilliseconds = 5000

/** The maximum of records that one call of GetRecords returns. */
const maxRecords = 1000

type Shard = { id: string; iterator?: string }

type Polling = {
  /** The base URL of DynamoDB Local. */
  dynamodb: string
  mapping: Mapping
  positions: Positions
  /** Processes a batch of a shard. */
  deliver(shardId: string, batch: Arrival[]): Promise<void>
  signal: AbortSignal
  log(line: string): void
}

/** Reads a table's stream for one mapping, from its position on, until the signal aborts it. */
export class StreamPoller {
  /** The number of rounds that found no record, by which one can wait until the stream is empty. */
  emptyRounds = 0
  /** The number of records that were read. */
  read = 0
  readonly #polling: Polling
  #shards: Shard[] = []
  #shardsRead = 0
  #wokenAt = Date.now()
  readonly #endedShards = new Set<string>()

  constructor(polling: Polling) {
    this.#polling = polling
  }

  /** Resolves after an abort. The next poller reads records again that were not delivered by then. */
  async run(): Promise<void> {
    const { signal, mapping, log } = this.#polling
    while (!signal.aborted) {
      try {
        const found = await this.#round()
        if (found) this.wake()
        else await this.#pause()
      } catch (error) {
        if (signal.aborted) return
        // Iterators may have expired. New ones begin at the positions.
        this.#shardsRead = 0
        log(`The stream of ${mapping.tableName} could not be read: ${error}`)
        await sleep(1000, undefined, { signal }).catch(() => {})
      }
    }
  }

  /** Shortens the pauses for a while, because there may be new records. */
  wake() {
    this.#wokenAt = Date.now()
  }

  async #pause(): Promise<void> {
    this.emptyRounds++
    const pausedAt = Date.now()
    const isQuiet = () => Date.now() - this.#wokenAt > workMilliseconds
    do await sleep(pollMilliseconds, undefined, { signal: this.#polling.signal })
    while (isQuiet() && Date.now() - pausedAt < quietPollMilliseconds)
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
      const { positions, mapping } = this.#polling
      positions.set(mapping.id, shard.id, last.dynamodb.SequenceNumber)
    }
    const ended = this.#shards.filter(({ iterator }) => !iterator)
    for (const { id } of ended) this.#endedShards.add(id)
    // Then its child shards have to be read.
    if (ended.length > 0) this.#shardsRead = 0
    return found
  }

  /** Reads the records there are or, with a batching window, those that come within it, until they fill a batch. */
  async #collect(shard: Shard): Promise<StreamRecord[]> {
    const { windowMilliseconds, filter, batchSize } = this.#polling.mapping
    const records = await this.#read(shard)
    const until = Date.now() + windowMilliseconds
    const matching = () => records.filter(filter).length
    while (matching() > 0 && matching() < batchSize && Date.now() < until) {
      await sleep(pollMilliseconds, undefined, { signal: this.#polling.signal })
      records.push(...(await this.#read(shard)))
    }
    return records
  }

  async #read(shard: Shard): Promise<StreamRecord[]> {
    if (!shard.iterator) return []
    const { Records, NextShardIterator } = await this.#call<{
      Records: StreamRecord[]
      NextShardIterator?: string
    }>('GetRecords', { ShardIterator: shard.iterator, Limit: maxRecords })
    shard.iterator = NextShardIterator
    this.read += Records.length
    return Records
  }

  /** Keeps the order per item: all records of a partition key take the same lane, one batch after the other. */
  async #deliver(shardId: string, records: StreamRecord[]): Promise<void> {
    const { lanes, batchSize, filter, partitionKey } = this.#polling.mapping
    const arrivals = records.map((record) => this.#arrival(record)).filter(({ record }) => filter(record))
    const byLane = Object.groupBy(arrivals, ({ record }) => laneOf(record.dynamodb.Keys[partitionKey], lanes))
    const all = Object.values(byLane).map(async (lane = []) => {
      for (let at = 0; at < lane.length; at += batchSize)
        await this.#polling.deliver(shardId, lane.slice(at, at + batchSize))
    })
    await Promise.all(all)
  }

  /** DynamoDB Local rounds times down to the minute. The end of the minute, or now, does not overstate an age. */
  #arrival(record: StreamRecord): Arrival {
    const at = Math.min(Date.now(), record.dynamodb.ApproximateCreationDateTime * 1000 + 60_000)
    return {
      at,
      record: {
        ...record,
        awsRegion: this.#polling.mapping.region,
        eventSourceARN: this.#polling.mapping.streamArn,
        dynamodb: { ...record.dynamodb, ApproximateCreationDateTime: Math.floor(at / 1000) },
      },
    }
  }

  /** Finds the shards that were not read to their end, the oldest first. */
  async #readShards(): Promise<void> {
    const { Table } = await callDynamo<{ Table: { LatestStreamArn: string } }>(
      this.#polling.dynamodb,
      'DescribeTable',
      { TableName: this.#polling.mapping.tableName },
    )
    const StreamArn = Table.LatestStreamArn
    const { StreamDescription } = await this.#call<{ StreamDescription: { Shards: { ShardId: string }[] } }>(
      'DescribeStream',
      { StreamArn },
    )
    const open = StreamDescription.Shards.filter(({ ShardId }) => !this.#endedShards.has(ShardId))
    this.#shards = await Promise.all(
      open.map(async ({ ShardId }) => ({ id: ShardId, iterator: await this.#iterator(StreamArn, ShardId) })),
    )
    this.#shardsRead = Date.now()
  }

  async #iterator(StreamArn: string, ShardId: string): Promise<string> {
    const { positions, mapping } = this.#polling
    const SequenceNumber = positions.get(mapping.id, ShardId)
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
    return callDynamo<Answer>(this.#polling.dynamodb, action, input)
  }
}

function laneOf(key: unknown, lanes: number): number {
  let hash = 0
  for (const character of JSON.stringify(key)) hash = (hash * 31 + character.charCodeAt(0)) | 0
  return Math.abs(hash) % lanes
}
