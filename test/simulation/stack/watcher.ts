import { setTimeout as sleep } from 'node:timers/promises'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { callDynamo } from '../../../local/engines/dynamodb.ts'
import type { Change } from '../../kit/store.ts'

type Image = Record<string, AttributeValue>
type StreamRecord = { dynamodb: { Keys: Image; NewImage?: Image; OldImage?: Image } }
type Look = { Records: StreamRecord[]; NextShardIterator?: string }

/** Between two looks, in milliseconds. */
const pause = 80
/** DynamoDB Local's records come some milliseconds after the write. */
const lateness = 15
/** What one look at a shard gives at most. */
const most = 1000

/**
 * Reads the whole stream of a table while it is written, past the product. DynamoDB Local rounds the times of records to
 * minutes, so the time of a change is taken from when it was seen: it came after the last look that did not show it.
 */
export class Watcher {
  readonly #engine: string
  readonly #tableName: string
  readonly #seen: (change: Change, now: number) => void
  readonly #iterators = new Map<string, string | undefined>()
  #streamArn = ''
  readonly #waiting: { since: number; resolve(): void }[] = []
  #before = 0
  #stopped = false
  #running: Promise<void> | undefined

  /** @param seen is told each change, decided no sooner than `change.decided` and shown no later than `now`: milliseconds */
  constructor(engine: string, tableName: string, seen: (change: Change, now: number) => void) {
    this.#engine = engine
    this.#tableName = tableName
    this.#seen = seen
  }

  start() {
    this.#running = this.#run()
  }

  /** Resolves when what was written before the call has been seen. */
  caughtUp(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ since: Date.now() + lateness, resolve }))
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
  }

  async #run() {
    await this.#findShards()
    while (!this.#stopped) {
      const looked = Date.now()
      for (const [shard, iterator] of this.#iterators) if (iterator) await this.#look(shard, iterator)
      this.#before = looked
      for (const { since, resolve } of this.#waiting.splice(0))
        if (since <= looked) resolve()
        else this.#waiting.push({ since, resolve })
      await sleep(pause)
    }
  }

  async #look(shard: string, iterator: string): Promise<void> {
    for (let next: string | undefined = iterator; next; ) {
      const { Records, NextShardIterator }: Look = await this.#call('GetRecords', {
        ShardIterator: next,
        Limit: most,
      })
      const now = Date.now()
      for (const { dynamodb } of Records) this.#seen(changeOf(dynamodb, this.#before), now)
      this.#iterators.set(shard, NextShardIterator)
      if (!NextShardIterator) await this.#findShards()
      next = Records.length < most ? undefined : NextShardIterator
    }
  }

  /** Those that are new are read from their beginning. */
  async #findShards() {
    const { Table } = await callDynamo<{ Table: { LatestStreamArn: string } }>(
      this.#engine,
      'DescribeTable',
      { TableName: this.#tableName },
    )
    this.#streamArn = Table.LatestStreamArn
    const { StreamDescription } = await this.#call<{ StreamDescription: { Shards: { ShardId: string }[] } }>(
      'DescribeStream',
      {},
    )
    for (const { ShardId } of StreamDescription.Shards) {
      if (this.#iterators.has(ShardId)) continue
      const { ShardIterator } = await this.#call<{ ShardIterator: string }>('GetShardIterator', {
        ShardId,
        ShardIteratorType: 'TRIM_HORIZON',
      })
      this.#iterators.set(ShardId, ShardIterator)
    }
  }

  #call<Answer>(action: string, input: object): Promise<Answer> {
    const stream = action === 'GetRecords' ? {} : { StreamArn: this.#streamArn }
    return callDynamo<Answer>(this.#engine, action, { ...stream, ...input })
  }
}

function changeOf({ Keys, NewImage, OldImage }: StreamRecord['dynamodb'], decided: number): Change {
  const { pk, sk } = unmarshall(Keys)
  return {
    pk,
    sk,
    old: OldImage && unmarshall(OldImage),
    next: NewImage && unmarshall(NewImage),
    decided,
  }
}
