import { existsSync, readFileSync } from 'node:fs'
import { replaceFile } from '../engines/replace-file.ts'

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
    replaceFile(this.#file, JSON.stringify(this.#byShard))
  }
}
