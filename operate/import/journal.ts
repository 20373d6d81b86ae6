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
import { isReason, reasonColumn } from './columns.ts'
import type { Row, Table } from './rows.ts'

/** The result of a row. `unchanged`: the directory has the same or a newer version, or a removal of the user. */
export type Outcome = 'put' | 'unchanged' | Refusal
export type Refusal = { code: string; reason: string }

/** What identifies an import: another file, directory or option is another import. */
type Subject = { sha256: string; url: string; options: object }

/** The progress that is written beside the file. It describes the first `rows` rows. */
type Progress = {
  of: Subject
  /** The start of the import, in milliseconds since 1970. */
  startedAt: number
  rows: number
  put: number
  unchanged: number
  /** The number of refused rows by code. */
  refused: Record<string, number>
  refusedBytes: number
}

/** With it, spreadsheets read a file as UTF-8. */
const byteOrderMark = '\ufeff'

/** After an interruption, at most so many rows are put again, besides those that were being sent. */
const rowsPerSave = 200

/**
 * Records which rows are done, and writes refused rows to a file. Results come in any order and are recorded in the
 * order of the file, so that the remaining rows are always its end.
 */
export class Journal {
  readonly progress: Progress
  readonly refusedFile: string
  readonly #file: string
  readonly #table: Table
  readonly #settled = new Map<number, { row: Row; outcome: Outcome }>()
  #refusedRows = ''
  #saved: number

  /** Reads the progress of an interrupted import, without writing. Throws if the progress is of another import. */
  constructor(table: Table, of: Subject) {
    this.#table = table
    this.#file = `${table.file}.progress.json`
    this.refusedFile = table.file.replace(/(\.csv)?$/i, '.refused.csv')
    const found = existsSync(this.#file) && (JSON.parse(readFileSync(this.#file, 'utf8')) as Progress)
    if (found && JSON.stringify(found.of) !== JSON.stringify(of)) {
      throw new Error(
        `${this.#file} is of an interrupted import of another file, into another directory or with other options. Finish that import, or delete this file to begin anew.`,
      )
    }
    this.progress = found || {
      of,
      startedAt: Date.now(),
      rows: 0,
      put: 0,
      unchanged: 0,
      refused: {},
      refusedBytes: 0,
    }
    this.#saved = this.progress.rows
  }

  get refused(): number {
    return Object.values(this.progress.refused).reduce((sum, count) => sum + count, 0)
  }

  /** Removes refused rows of an earlier import, and rows that were written after the last saved progress. */
  begin(): void {
    if (this.progress.refusedBytes > 0) truncateSync(this.refusedFile, this.progress.refusedBytes)
    else rmSync(this.refusedFile, { force: true })
  }

  /** @param number the row's number, from 1 */
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

  /** Saves the progress. An import without a row has none. */
  save(): void {
    if (this.progress.rows === 0) return
    if (this.#refusedRows !== '') {
      const { separatorLine, delimiter, header } = this.#table
      // Quoted, so that no other delimiter can be found in it.
      const names = stringify([[reasonColumn, ...this.#withoutReason(header)]], { delimiter, quoted: true })
      const begin = this.progress.refusedBytes === 0 ? byteOrderMark + separatorLine + names : ''
      appendFileSync(this.refusedFile, begin + this.#refusedRows)
      this.progress.refusedBytes += Buffer.byteLength(begin + this.#refusedRows)
      this.#refusedRows = ''
    }
    writeFileSync(`${this.#file}.new`, `${JSON.stringify(this.progress, null, 2)}\n`)
    renameSync(`${this.#file}.new`, this.#file)
    this.#saved = this.progress.rows
  }

  /** Ends the import: the next import of this file is a new one. */
  close(): void {
    this.save()
    rmSync(this.#file, { force: true })
  }

  #take() {
    const next = this.progress.rows + 1
    const settled = this.#settled.get(next)
    this.#settled.delete(next)
    return settled
  }

  /** The reason comes first, because a row can have any number of cells. */
  #refuse({ cells }: Row, { code, reason }: Refusal): void {
    this.progress.refused[code] = (this.progress.refused[code] ?? 0) + 1
    const { delimiter } = this.#table
    this.#refusedRows += stringify([[reason, ...this.#withoutReason(cells)]], { delimiter })
  }

  /** Drops the reason of an earlier import, if the file has refused rows. */
  #withoutReason(cells: string[]): string[] {
    return isReason(this.#table.header) ? cells.slice(1) : cells
  }
}
