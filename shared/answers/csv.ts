import { stringify } from 'csv-stringify/sync'
import Negotiator from 'negotiator'
import type { Contact } from '../contract/shapes.ts'

const columns: (keyof Contact)[] = [
  'name',
  'email',
  'profile',
  'kind',
  'accountId',
  'accountName',
  'live',
  'emailConfirmed',
]

const csv = 'text/csv; charset=utf-8'

/** Whether a header Accept prefers CSV. It gets JSON where it takes both alike, and where it takes neither. */
export const prefersCsv = (accept: string | undefined): boolean =>
  new Negotiator({ headers: { accept } }).mediaType(['application/json', csv]) === csv

/**
 * A page of contacts as a part of a file: RFC 4180, with a byte order mark and the header line where it begins, so that
 * the parts one after the other are the file. Every cell is quoted, so that a spreadsheet whose separator is a semicolon does
 * not split one, and a cell that it would run as a formula begins with an apostrophe.
 */
export function asCsv(contacts: Contact[], { header }: { header: boolean }) {
  const body = stringify(contacts, {
    columns,
    header,
    quoted: true,
    quoted_empty: true,
    bom: header,
    cast: { boolean: String },
    escape_formulas: true,
    record_delimiter: 'windows',
  })
  const headers = {
    'content-type': csv,
    'content-disposition': 'attachment; filename="contacts.csv"',
  }
  return { body, headers }
}
