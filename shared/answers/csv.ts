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

/** Whether a header Accept prefers CSV. JSON is the default, for clients that accept both equally or neither. */
export const prefersCsv = (accept: string | undefined): boolean =>
  new Negotiator({ headers: { accept } }).mediaType(['application/json', csv]) === csv

/**
 * A page of contacts as a part of a CSV file (RFC 4180). The first part has a byte order mark and the header line, so
 * that the appended parts are one file. Every cell is quoted, also for spreadsheets that separate cells by semicolons.
 * A cell that a spreadsheet would run as a formula begins with an apostrophe.
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
