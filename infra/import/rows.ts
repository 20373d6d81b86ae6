import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type Info, parse } from 'csv-parse'

const required = ['accountId', 'userId', 'email', 'name', 'profile'] as const
const optional = ['locale', 'version', 'accountName', 'reason'] as const
type Column = (typeof required)[number] | (typeof optional)[number]

/** One row, its empty fields left out. */
export type Row = {
  fields: Partial<Record<Column, string>>
  /** Of the file, up to its end. */
  bytes: number
  /** The row has not as many fields as the header. */
  uneven: boolean
}

/** More than any row has; a quotation mark that is never closed would make the rest of the file one. */
const maxRowCharacters = 65_536

/**
 * The rows of a CSV file with a header, one after the other, whatever its size.
 *
 * @throws where a column is missing or not known, or where the file is no CSV, with the line
 */
export async function* readRows(file: string): AsyncGenerator<Row> {
  const parser = createReadStream(file).pipe(
    parse({
      bom: true,
      columns: checkHeader,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: maxRowCharacters,
    }),
  )
  for await (const { record, info } of parser as AsyncIterable<{
    record: Record<string, string>
    info: Info & { error?: unknown }
  }>) {
    const fields = Object.fromEntries(Object.entries(record).filter(([, value]) => value !== ''))
    yield { fields, bytes: info.bytes, uneven: info.error !== undefined }
  }
}

function checkHeader(header: string[]): string[] {
  const missing = required.filter((name) => !header.includes(name))
  const unknown = header.filter((name) => ![...required, ...optional].includes(name as Column))
  if (missing.length > 0) throw new Error(`The file has no column ${missing.join(', ')}.`)
  if (unknown.length > 0) throw new Error(`The file has a column that is not known: ${unknown.join(', ')}.`)
  return header
}

/**
 * What tells a file from any other.
 *
 * @throws where it is not UTF-8: names would be spoilt
 */
export async function fingerprint(file: string): Promise<string> {
  const hash = createHash('sha256')
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk)
    try {
      decoder.decode(chunk, { stream: true })
    } catch (cause) {
      throw new Error(`${file} is not UTF-8.`, { cause })
    }
  }
  return hash.digest('hex')
}
