import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CsvError, parse } from 'csv-parse'
import { parse as parseNow } from 'csv-parse/sync'
import { countFields, type Header, readHeader, type Settings } from './columns.ts'
import { type Encoding, encodingOf, readText } from './text.ts'

/** A CSV file with its form and columns. */
export type Table = {
  file: string
  encoding: Encoding
  delimiter: string
  /** The first line if it names the separator (`sep=;`), with its line end. Else empty. */
  separatorLine: string
  header: string[]
} & Header

/** One row. */
export type Row = {
  /** The line in which the row begins, from 1. */
  line: number
  cells: string[]
  /** Whether the number of cells differs from the header's. */
  uneven: boolean
}

const delimiters = [',', ';', '\t']

/** Longer than any row. A quotation mark that is never closed would make the rest of the file one row. */
const maxRowCharacters = 1_048_576

/** The header must end within so many characters. */
const maxHeaderCharacters = 65_536

const dialect = (delimiter: string) => ({
  delimiter,
  // One file may have several kinds of line ends.
  record_delimiter: ['\r\n', '\n', '\r'],
  relax_column_count: true,
  skip_empty_lines: true,
  max_record_size: maxRowCharacters,
})

/** Opens a CSV file: finds its encoding, delimiter and columns. Throws with the line if one can't be determined. */
export async function openTable(file: string, settings: Settings): Promise<Table> {
  const encoding = encodingOf(file)
  let head = ''
  for await (const text of readText(file, encoding)) {
    head += text
    if (head.length >= maxHeaderCharacters) break
  }
  const [separatorLine = '', separator] = /^"?sep=([^"\r\n])"?(?:\r\n|\n|\r)/i.exec(head) ?? []
  const body = head.slice(separatorLine.length)
  const starts = new RowStarts(separatorLine)
  starts.read(body)
  const [line] = starts.lines
  if (line === undefined) throw new Error('The file is empty.')
  if (body.includes('\0')) throw new Error(`Line ${line}: this is not UTF-8. Save the file as UTF-8.`)
  try {
    const [delimiter, header] = chooseDelimiter(body, separator ? [separator] : delimiters, settings)
    return { file, encoding, delimiter, separatorLine, header, ...readHeader(header, settings) }
  } catch (error) {
    throw new Error(`Line ${line}: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}

/** The delimiter with which the header has columns for the most fields, and then the most columns. */
function chooseDelimiter(text: string, candidates: string[], settings: Settings): [string, string[]] {
  const readable = candidates.flatMap((delimiter) => {
    try {
      const [header = []] = parseNow(text, { ...dialect(delimiter), to: 1 }) as string[][]
      return [{ delimiter, header, fields: countFields(header, settings) }]
    } catch {
      return []
    }
  })
  const [best] = readable.sort((a, b) => b.fields - a.fields || b.header.length - a.header.length)
  if (!best) throw new Error(`the header can't be read. ${quoteAdvice}`)
  return [best.delimiter, best.header]
}

/** Streams the rows of a file that are not empty. Throws with the line if it is not CSV, or if a row was lost. */
export async function* readRows(table: Table): AsyncGenerator<Row> {
  const { file, encoding, delimiter, separatorLine, header } = table
  const starts = new RowStarts(separatorLine)
  async function* text() {
    let skip = separatorLine.length
    for await (const part of readText(file, encoding)) {
      const rest = part.slice(skip)
      skip -= part.length - rest.length
      starts.read(rest)
      yield rest
    }
  }
  const parser = parse(dialect(delimiter))
  // An error also ends the loop below.
  pipeline(Readable.from(text()), parser).catch(() => undefined)
  let records = 0
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      const line = starts.lines[records++]
      if (line === undefined) break
      const isHeader = records === 1
      if (!isHeader && cells.some((cell) => cell.trim() !== ''))
        yield { line, cells, uneven: cells.length !== header.length }
    }
  } catch (error) {
    throw error instanceof CsvError ? new Error(describe(error, starts), { cause: error }) : error
  }
  if (records !== starts.lines.length)
    throw new Error(
      `The file has ${starts.lines.length} rows, of which ${records} were read. This is a bug of the import: please report it.`,
    )
}

/** Finds the lines where rows begin, so that errors name a line, and rows that the parser lost are noticed. */
class RowStarts {
  readonly lines: number[] = []
  /** The line of the last quotation mark. */
  quoteLine = 1
  #line: number
  #quoted = false
  #withinRow = false
  #afterReturn = false

  constructor(separatorLine: string) {
    this.#line = separatorLine === '' ? 1 : 2
  }

  read(text: string): void {
    for (const character of text) {
      const secondHalf = character === '\n' && this.#afterReturn
      this.#afterReturn = character === '\r'
      if (secondHalf) continue
      if (character === '\n' || character === '\r') {
        this.#line++
        if (!this.#quoted) this.#withinRow = false
        continue
      }
      if (!this.#withinRow) this.lines.push(this.#line)
      this.#withinRow = true
      if (character !== '"') continue
      this.#quoted = !this.#quoted
      this.quoteLine = this.#line
    }
  }
}

const quoteAdvice =
  'Put the whole cell in quotation marks, and write those within it twice: "Bo ""Bosse"" Ek".'

function describe(error: CsvError, { lines, quoteLine }: RowStarts): string {
  const row = lines[Number(error.records)] ?? 1
  if (error.code === 'CSV_QUOTE_NOT_CLOSED')
    return `Line ${quoteLine}: a quotation mark is opened here and never closed.`
  if (error.code === 'CSV_MAX_RECORD_SIZE')
    return `Line ${row}: this row has more than ${maxRowCharacters} characters. Is a quotation mark never closed?`
  return `Line ${row}: there is a quotation mark in the middle of a cell. ${quoteAdvice}`
}

/** A hash of the file's content. */
export async function fingerprint(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk)
  return hash.digest('hex')
}
