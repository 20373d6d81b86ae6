import { parse } from 'csv-parse/sync'
import { expect, it } from 'vitest'
import { asCsv, prefersCsv } from '../../shared/answers/csv.ts'
import type { Contact } from '../../shared/contract/shapes.ts'

it.each<[string | undefined, boolean]>([
  ['text/csv', true],
  ['TEXT/CSV', true],
  [' text/csv ; q=0.1 ', true],
  ['text/csv; charset=utf-8', true],
  ['text/csv;charset=UTF-8', true],
  ['text/*', true],
  ['text/csv, */*', true],
  ['text/csv, */*;q=0.8', true],
  ['*/*;q=0.8, text/csv', true],
  ['application/json;q=0.9, text/csv', true],
  ['application/json;q=0, */*', true],
  ['application/xml, text/csv;q=0.001', true],
  ['text/csv;q=0', false],
  ['text/csv;q=0.000', false],
  ['text/csv; Q=0, */*', false],
  ['text/csv;q=0, text/*', false],
  ['text/csv;q=0.5, application/json', false],
  ['text/csv;q=0.5, application/json;q=0.6', false],
  ['text/csv;q=0.5, */*', false],
  ['application/json, text/csv', false],
  ['text/csv; charset=utf-16', false],
  ['text/csv;q=much', false],
  ['text/csvx', false],
  ['text/plain', false],
  ['*/*', false],
  ['', false],
  [';;;', false],
  [undefined, false],
])('Accept: %s: CSV is %s', (accept, csv) => {
  expect(prefersCsv(accept)).toBe(csv)
})

const contact: Contact = {
  id: '1',
  kind: 'member',
  name: 'Bo Ek',
  email: 'bo@globex.example',
  profile: 'manager',
  accountId: 'globex',
  accountName: 'Globex',
  live: true,
  emailConfirmed: true,
}
const csvOf = (...contacts: Contact[]) => String(asCsv(contacts, { header: true }).body)

it('quotes every cell, the header’s and empty ones too', () => {
  expect(csvOf({ ...contact, name: 'x;@SUM(1)', accountName: '' })).toBe(
    [
      '\ufeff"name","email","profile","kind","accountId","accountName","live","emailConfirmed"',
      '"x;@SUM(1)","bo@globex.example","manager","member","globex","","true","true"',
      '',
    ].join('\r\n'),
  )
})

it.each([',', ';', '\t'])(
  'a spreadsheet whose separator is %j runs no part of a name as a formula',
  (delimiter) => {
    for (const name of ['x;@SUM(1)', 'x,=1', '";=1', '=1+1', '+1', '-1', '@SUM(1)', '＝1', '"=1"', ' ;"=1']) {
      const rows = parse(csvOf({ ...contact, name }), {
        bom: true,
        delimiter,
        relax_quotes: true,
      }) as string[][]
      const formulas = rows.flat().filter((cell) => /^\s*[=+\-@＝＋－＠]/.test(cell))
      expect(formulas, name).toEqual([])
    }
  },
)
