import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'

/**
 * How far each mapping has come in each shard: the sequence number of the last record that needs no more
 * delivery. DynamoDB Local keeps its streams on disk with the tables, so with a file a later start goes on there.
 */
export class Positions {
  readonly #byShard: Record<string, string>
  readonly #file?: string

  constructor(file?: string) {
    this.#file = file
    this.#byShard = file && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  }

  get(mappingId: string, shardId: string): string | undefined {
    return this.#byShard[`${mappingId}/${shardId}`]
  }

  set(mappingId: string, shardId: string, sequenceNumber: string) {
    this.#byShard[`${mappingId}/${shardId}`] = sequenceNumber
    if (!this.#file) return
    // Renamed, so that an end in between leaves the old or the new one.
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#byShard))
    renameSync(`${this.#file}.new`, this.#file)
  }
}
