import { stringify } from 'csv-stringify/sync'
import type { Contact } from '../contract/shapes.ts'
import type { Answer } from './http.ts'

const columns: (keyof Contact)[] = ['name', 'email', 'profile', 'kind', 'accountId', 'accountName', 'live']

/** Whether a header Accept asks for CSV and would not rather, or as well, have JSON. */
export function prefersCsv(accept = ''): boolean {
  const types = accept.split(',').map((type) => type.split(';')[0]?.trim().toLowerCase())
  return types.includes('text/csv') && !types.includes('application/json')
}

/**
 * A page of contacts as a part of a file: RFC 4180, with a byte order mark and the header line where it begins, so that
 * the parts one after the other are the file. A cell that a spreadsheet would run as a formula begins with an apostrophe.
 */
export function asCsv(page: Answer, contacts: Contact[], { header }: { header: boolean }): Answer {
  const body = stringify(contacts, {
    columns,
    header,
    bom: header,
    cast: { boolean: String },
    escape_formulas: true,
    record_delimiter: 'windows',
  })
  const headers = {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': 'attachment; filename="contacts.csv"',
  }
  return { ...page, body, headers: { ...page.headers, ...headers } }
}
