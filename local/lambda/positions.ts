import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'

/**
 * The position of each mapping in each shard: the sequence number of the last delivered record. DynamoDB Local keeps
 * streams on disk with the tables, so that, with a file, a later start continues at these positions.
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
    // Written and renamed, so that a crash leaves the old or the new file.
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#byShard))
    renameSync(`${this.#file}.new`, this.#file)
  }
}
