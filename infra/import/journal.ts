import {
  appendFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { stringify } from 'csv-stringify/sync'
import type { Row } from './rows.ts'

/** What became of a row. */
export type Outcome = 'put' | 'newer' | { code: string; reason: string }

/** What is written beside the file; all of it is about the first `rows` rows. */
type Progress = {
  /** Which file, into which directory. */
  of: { sha256: string; url: string }
  rows: number
  put: number
  /** There in a higher version, or removed in one. */
  newer: number
  /** How many, by code. */
  refused: Record<string, number>
  refusedBytes: number
}

const columns = [
  'accountId',
  'userId',
  'email',
  'name',
  'profile',
  'locale',
  'version',
  'accountName',
  'reason',
] as const

/** So that spreadsheets read UTF-8 as such. */
const byteOrderMark = '\ufeff'

/** So many rows at most are put once more after an interruption, beside those that were under way. */
const rowsPerSave = 200

/**
 * Records which rows are done, and keeps those that were refused in a file of their own. Rows come in any order and are
 * recorded in that of the file, so that what is left is always the end of it.
 */
export class Journal {
  readonly progress: Progress
  readonly refusedFile: string
  readonly #file: string
  readonly #settled = new Map<number, { row: Row; outcome: Outcome }>()
  #refusedRows = ''
  #saved: number

  /** @throws where there is progress of another file, or of an import into another directory */
  constructor(file: string, of: Progress['of']) {
    this.#file = `${file}.progress.json`
    this.refusedFile = file.replace(/(\.csv)?$/i, '.refused.csv')
    const found = existsSync(this.#file) && (JSON.parse(readFileSync(this.#file, 'utf8')) as Progress)
    if (found && JSON.stringify(found.of) !== JSON.stringify(of)) {
      throw new Error(`${this.#file} is about another file or directory. Delete it to begin anew.`)
    }
    this.progress = found || { of, rows: 0, put: 0, newer: 0, refused: {}, refusedBytes: 0 }
    this.#saved = this.progress.rows
    // What was written after the progress was is written again.
    if (this.progress.refusedBytes > 0) truncateSync(this.refusedFile, this.progress.refusedBytes)
    else rmSync(this.refusedFile, { force: true })
  }

  /** @param number of the row, from 1 */
  settle(number: number, row: Row, outcome: Outcome): void {
    this.#settled.set(number, { row, outcome })
    const { progress } = this
    for (let next = this.#take(); next; next = this.#take()) {
      progress.rows++
      if (typeof next.outcome === 'string') progress[next.outcome]++
      else this.#refuse(next.row, next.outcome)
    }
    if (progress.rows - this.#saved >= rowsPerSave) this.save()
  }

  save(): void {
    if (this.#refusedRows !== '') {
      const begin = this.progress.refusedBytes === 0 ? byteOrderMark + stringify([[...columns]]) : ''
      appendFileSync(this.refusedFile, begin + this.#refusedRows)
      this.progress.refusedBytes += Buffer.byteLength(begin + this.#refusedRows)
      this.#refusedRows = ''
    }
    writeFileSync(`${this.#file}.new`, `${JSON.stringify(this.progress, null, 2)}\n`)
    renameSync(`${this.#file}.new`, this.#file)
    this.#saved = this.progress.rows
  }

  /** All is done: the next import of this file is a new one. */
  close(): void {
    this.save()
    rmSync(this.#file)
  }

  #take() {
    const next = this.progress.rows + 1
    const settled = this.#settled.get(next)
    this.#settled.delete(next)
    return settled
  }

  #refuse({ fields }: Row, { code, reason }: { code: string; reason: string }): void {
    this.progress.refused[code] = (this.progress.refused[code] ?? 0) + 1
    this.#refusedRows += stringify([{ ...fields, reason }], { columns: [...columns] })
  }
}
