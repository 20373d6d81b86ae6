import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { checkRows } from '../../operate/import/check.ts'
import { parseMapping, type Settings } from '../../operate/import/columns.ts'
import type { Answer } from '../../operate/import/directory.ts'
import { Journal } from '../../operate/import/journal.ts'
import { putRows } from '../../operate/import/put-rows.ts'
import { openTable } from '../../operate/import/rows.ts'

// What is put of a file and what is refused, against a directory in this process.

type Body = Record<string, string | number>
type Put = { accountId: string; userId?: string; body: Body }

const folder = mkdtempSync(join(tmpdir(), 'import-rows-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'users.csv')
const progressFile = `${file}.progress.json`
const refusedFile = join(folder, 'users.refused.csv')

const header = 'accountId,userId,email,name,profile'
const row = (at: number) => `acme,u${at},u${at}@acme.example,"Person, ${at}",observer`

const accept = ({ body }: Put): Answer => ({ version: Number(body.version), unchanged: false })
const refuse = (code: string): Answer => ({ code, reason: `${code}: Not so.` })

type Options = Partial<Omit<Settings, 'mapping'>> & { map?: string[] }

/** Imports the file as the command does. `puts` has what came to the directory, in its order. */
async function importFile(
  { map = [], ...defaults }: Options = {},
  answer: (put: Put) => Answer | Promise<Answer> = accept,
) {
  const settings: Settings = { mapping: parseMapping(map), ...defaults }
  const table = await openTable(file, settings)
  const journal = new Journal(table, { sha256: '', url: '', options: {} })
  const checked = await checkRows(table, { ...settings, startedAt: journal.progress.startedAt })
  const puts: Put[] = []
  const tell = async (put: Put) => {
    puts.push(put)
    return answer(put)
  }
  const directory = {
    putAccount: (accountId: string, body: object) => tell({ accountId, body: body as Body }),
    putUser: (accountId: string, userId: string, body: object) =>
      tell({ accountId, userId, body: body as Body }),
  }
  journal.begin()
  const { signal } = new AbortController()
  await putRows({ table, settings, checked, directory, journal, signal, onRow: () => undefined })
  journal.close()
  const { put, unchanged, rows } = journal.progress
  return { table, checked, puts, counts: { rows, put, unchanged, refused: journal.refused } }
}

const usersOf = (puts: Put[]) => puts.filter(({ userId }) => userId !== undefined)

/** The rows of the refused file, each with its reason first. */
function refusedRows(delimiter = ','): string[][] {
  const text = readFileSync(refusedFile, 'utf8').replace(/^\ufeff(sep=.\r\n)?/, '')
  return parse(text, { delimiter, relax_column_count: true, from: 2 })
}

it('finds every row of a file with different line ends', async () => {
  const lines = [
    `${header}\n`,
    `${row(1)}\r\n`,
    `${row(2)}\n`,
    '\r\n',
    `${row(3)}\r`,
    '\n\n,,,,\r\n',
    `${row(4)}\r\n`,
    row(5),
  ]
  writeFileSync(file, lines.join(''))
  const { counts, puts } = await importFile()
  expect(counts).toEqual({ rows: 5, put: 5, unchanged: 0, refused: 0 })
  expect(puts.map(({ userId }) => userId)).toEqual(['u1', 'u2', 'u3', 'u4', 'u5'])
})

it('keeps refused rows as they were, also with too many or too few cells, and refuses them again', async () => {
  const rows = [
    'acme,u1,u1@acme.example,One,observer,',
    'acme,u2,u2@acme.example',
    ',u3,u3@acme.example,"Th""r;ee",observer',
  ]
  writeFileSync(file, [header, ...rows, row(4)].join('\r\n'))
  expect((await importFile()).counts).toEqual({ rows: 4, put: 1, unchanged: 0, refused: 3 })
  const reasons = [
    'uneven-row: The row has 6 cells and the header 5. Quote cells that contain the delimiter.',
    'uneven-row: The row has 3 cells and the header 5. Quote cells that contain the delimiter.',
    'no-id: accountId is empty.',
  ]
  const cells = [
    ['acme', 'u1', 'u1@acme.example', 'One', 'observer', ''],
    ['acme', 'u2', 'u2@acme.example'],
    ['', 'u3', 'u3@acme.example', 'Th"r;ee', 'observer'],
  ]
  expect(refusedRows()).toEqual(cells.map((row, at) => [reasons[at], ...row]))
  writeFileSync(file, readFileSync(refusedFile))
  expect((await importFile()).counts).toEqual({ rows: 3, put: 0, unchanged: 0, refused: 3 })
  expect(refusedRows().map(([, ...row]) => row)).toEqual(cells)
})

it("refuses ids that can't be part of a path, without a request", async () => {
  const ids = ['..', '.', 'a/b', 'a%2Fb', 'a?b', 'å', 'a b']
  const rows = ids.flatMap((id, at) => [
    `${id},u${at},u@a.example,U,observer,`,
    `acme,${id},u@a.example,U,observer,Acme`,
  ])
  writeFileSync(file, [`${header},accountName`, ...rows, `${row(1)},`].join('\n'))
  const { counts, puts } = await importFile()
  expect(counts).toEqual({ rows: 15, put: 1, unchanged: 0, refused: 14 })
  expect(puts).toHaveLength(1)
  expect(refusedRows()[0]?.[0]).toContain(
    'invalid-field: accountId "..": An id has 1 to 128 printable ASCII characters',
  )
})

it('puts an account once, before its users', async () => {
  writeFileSync(file, `${header},accountName\n${row(1)},Acme\n${row(2)}, Acme \n${row(3)},\n`)
  const { puts } = await importFile()
  expect(puts[0]).toMatchObject({ accountId: 'acme', body: { name: 'Acme' } })
  expect(puts).toHaveLength(4)
})

it("refuses a row with an invalid account name, and puts the account's other rows", async () => {
  const name = 'x'.repeat(201)
  writeFileSync(file, `${header},accountName\n${row(1)},${name}\n${row(2)},Acme\n${row(3)},\n`)
  const { counts } = await importFile({}, (put) =>
    put.body.name === name ? refuse('invalid-field') : accept(put),
  )
  expect(counts).toEqual({ rows: 3, put: 2, unchanged: 0, refused: 1 })
  const cells = ['acme', 'u1', 'u1@acme.example', 'Person, 1', 'observer', name]
  expect(refusedRows()).toEqual([['The account: invalid-field: Not so.', ...cells]])
})

it('gives a row without a version the start of the import', async () => {
  writeFileSync(file, `${header},version\n${row(1)},7\n${row(2)},\n${row(3)},first\n`)
  const before = Date.now()
  const versions = (await importFile()).puts.map(({ body }) => body.version)
  expect(versions).toEqual([7, expect.any(Number), 'first'])
  expect(versions[1]).toBeGreaterThanOrEqual(before)
  expect(versions[1]).toBeLessThanOrEqual(Date.now())
})

it('gives an account the highest version of its rows', async () => {
  writeFileSync(file, `${header},version,accountName\n${row(1)},7,Acme\n${row(2)},9,Acme\n${row(3)},10,\n`)
  const { puts } = await importFile()
  expect(puts[0]).toMatchObject({ accountId: 'acme', body: { name: 'Acme', version: 9 } })
  expect(usersOf(puts).map(({ body }) => body.version)).toEqual([7, 9, 10])
})

it('puts a row after an earlier row with the same address, which the last row then has', async () => {
  writeFileSync(file, `${header}\n${row(1)}\n${row(2)}\n${row(3).replace('u3@', 'U1@')}\n`)
  const ended: string[] = []
  const { checked } = await importFile({}, async (put) => {
    if (put.userId === 'u1') while (!ended.includes('u2')) await new Promise(setImmediate)
    ended.push(put.userId ?? '')
    return accept(put)
  })
  expect(ended).toEqual(['u2', 'u1', 'u3'])
  expect(checked.repeatedAddresses).toEqual({ rows: 1, example: [2, 4] })
})

it.each([
  ['semicolons', ';', (text: string) => Buffer.from(text)],
  ['tabs and UTF-16LE', '\t', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['tabs and UTF-16BE', '\t', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ['a line that says the delimiter', '|', (text: string) => Buffer.from(`\ufeffsep=|\r\n${text}`)],
])('reads a file with %s', async (_, delimiter, encode) => {
  const rows = [
    ' USERID , accountid,Email,"Name","profile",shoe size,hat',
    'a+1@b,acme,a1@acme.example,"Åsa\r\n""😀""",observer,41,',
    'u2,acme,,Bo,observer,,',
  ]
  writeFileSync(file, encode(`${rows.join('\r\n').replaceAll(',', delimiter)}\r\n`))
  const answer = (put: Put) => (put.body.email ? accept(put) : refuse('invalid-email'))
  const { table, counts, puts } = await importFile({}, answer)
  expect(counts).toEqual({ rows: 2, put: 1, unchanged: 0, refused: 1 })
  expect(table.ignored).toEqual(['shoe size', 'hat'])
  expect(puts[0]).toMatchObject({ userId: 'a+1@b', body: { name: 'Åsa\r\n"😀"' } })
  expect(refusedRows(delimiter)).toEqual([
    ['invalid-email: Not so.', 'u2', 'acme', '', 'Bo', 'observer', '', ''],
  ])
  writeFileSync(file, readFileSync(refusedFile))
  expect((await importFile({}, answer)).counts).toEqual({ rows: 1, put: 0, unchanged: 0, refused: 1 })
})

const asa = { email: 'asa@initrode.example', name: 'Åsa Nyström', profile: 'manager' }
const tomas = { ...asa, email: 'tomas@initrode.example', name: 'Tomás Oliva' }
it.each([
  {
    product: 'google-workspace',
    map: 'userId=Email Address [Required],email=Email Address [Required],name=First Name [Required]+Last Name [Required]',
    wanted: { [asa.email]: asa, [tomas.email]: tomas },
  },
  {
    product: 'okta',
    map: 'userId=login,name=firstName+lastName',
    wanted: {
      'asa.nystrom@initrode.example': { ...asa, locale: 'sv-SE' },
      'tomas.oliva@initrode.example': tomas,
    },
  },
  {
    product: 'entra',
    map: 'userId=id,email=mail,name=displayName',
    wanted: {
      '4f6c0a52-9d0e-4a0b-8a37-5b1f4f1c7d01': asa,
      '0b7a9a1e-3f43-4f1e-9a55-2f0c7f4c7d02': { ...tomas, email: 'tomas@contractor.example' },
    },
  },
  { product: 'slack', map: 'name=fullname', wanted: { U04A1B2C3D4: asa, U04A1B2C3D5: tomas } },
  {
    product: 'hubspot',
    map: 'userId=Record ID,name=First Name+Last Name',
    wanted: { 1051: asa, 1052: tomas },
  },
])('imports an export of $product with the options that it proposes', async ({ product, map, wanted }) => {
  writeFileSync(file, readFileSync(join('test/operate/exports', `${product}.csv`)))
  await expect(importFile()).rejects.toThrow(`such as: --map "${map}" --account ID --profile manager`)
  const { counts, puts } = await importFile({ map: [map], account: 'initrode', profile: 'manager' })
  expect(counts).toEqual({ rows: 2, put: 2, unchanged: 0, refused: 0 })
  const users = puts.map(({ accountId, userId, body: { version: _, ...body } }) => {
    expect(accountId).toBe('initrode')
    return [userId, body]
  })
  expect(Object.fromEntries(users)).toEqual(wanted)
})

it('uses the account and profile of the options only for rows without one', async () => {
  const rows = [',u1,u1@a.example,One,', ',u2,u2@a.example,Two,observer', 'globex,u3,u3@g.example,Three,']
  writeFileSync(file, [header, ...rows].join('\n'))
  const { puts } = await importFile({ account: 'acme', profile: 'manager' })
  expect(puts.map(({ accountId, body }) => [accountId, body.profile])).toEqual([
    ['acme', 'manager'],
    ['acme', 'observer'],
    ['globex', 'manager'],
  ])
})

it("ignores a field's column, and joins the parts of a name", async () => {
  writeFileSync(file, `${header},locale,last\nacme,u1,u1@a.example, Bo ,observer,king,\n`)
  const { puts } = await importFile({ map: ['Locale=', 'NAME=name+LAST'] })
  const version = expect.any(Number)
  expect(puts[0]?.body).toEqual({ email: 'u1@a.example', name: 'Bo', profile: 'observer', version })
})

const text = (content: string) => Buffer.from(content)
const missing = `Line 1: There is no column for name, profile. The columns are: accountId, userId, email, Full name.
Map columns or give the values, such as: --map "name=Full name" --profile manager`
const latin = Buffer.from(`${header}\r\n${row(1)}\r\na,b,c@d.example,\xe5,observer\n`, 'latin1')
const cut = text(`${header}\r\n${row(1)}\r\n${row(2).replace('2', 'å')}`)
const cutUtf16 = Buffer.from(`\ufeff${header}\n${row(1)}`, 'utf16le')
const long = text(`${header}\n${Array.from({ length: 5_000 }, (_, at) => row(at)).join('\n')}\n`)
it.each([
  ['columns are missing', text('accountId,userId,email,Full name\n'), missing],
  [
    'two columns have one name',
    text(`${header}, Email \n`),
    'Line 1: There are two columns named "Email" (3 and 6).',
  ],
  ['it is empty', text('\ufeff\r\n'), 'The file is empty.'],
  ['it is not UTF-8', latin, 'Line 3: this is not UTF-8.'],
  ['it is not UTF-8 far below', Buffer.concat([long, latin]), 'Line 5004: this is not UTF-8.'],
  ['it is UTF-16 without a mark', Buffer.from(`${header}\n`, 'utf16le'), 'Line 1: this is not UTF-8.'],
  [
    'it ends within a character',
    cut.subarray(0, cut.indexOf('å') + 1),
    'Line 3: the file ends in the middle',
  ],
  ['it ends within one of UTF-16', cutUtf16.subarray(0, -1), 'Line 2: the file ends in the middle'],
  [
    'a quotation mark is never closed',
    text(`${header}\n${row(1)}\n\na,b,c@d.example,"Å,observer\n${'x,'.repeat(50)}\n`),
    'Line 4: a quotation mark is opened here and never closed.',
  ],
  [
    'a quotation mark stands within a cell',
    text(`${header}\na,u,u@d.example,"A\r\nB",observer\na,b,c@d.example,Bo "Bosse" Ek,observer\n`),
    'Line 4: there is a quotation mark in the middle of a cell.',
  ],
  [
    'users are in several rows',
    text(`${header}\n${row(1)}\n${row(2)}\n${row(1)}\n${row(1)}\n`),
    'Line 4: the user u1 of the account acme is in line 2 too.\nLine 5: the user u1 of the account acme is in line 2 too.\nNothing has been put.',
  ],
  [
    'an account has two names',
    text(`${header},accountName\n${row(1)},"Ac\r\nme"\n${row(2)},Acme Ltd\n`),
    'Line 4: the account acme is named "Acme Ltd", but "Ac\r\nme" in line 2.',
  ],
])('stops with an error if %s, without a put or a file', async (_, content, words) => {
  writeFileSync(file, content)
  await expect(importFile({}, () => expect.unreachable())).rejects.toThrow(words)
  expect(existsSync(progressFile)).toBe(false)
})

it('stops with an error if rows are lost, as when the file is cut off during the import', async () => {
  writeFileSync(file, long)
  const lost = importFile({}, (put) => {
    if (put.userId === 'u0') truncateSync(file, long.length - 50_000)
    return accept(put)
  })
  await expect(lost).rejects.toThrow('Rows are lost: 5000 were counted and')
  rmSync(progressFile)
})

it.each([
  [
    ['name=Fulname'],
    '--map takes name from "Fulname", but there is no such column.\nThe columns are: accountId,',
  ],
  [['email=name+email'], '--map takes email from several columns.'],
])('names the part of --map %j that is not in the file', async (map, words) => {
  writeFileSync(file, `${header}\n`)
  await expect(importFile({ map })).rejects.toThrow(words)
})

// Random tables in random dialects.

const awkward = [...',;\t|"\r\n aå😀\u2028\ufeff=\'', '\r\n']
const cell = fc
  .string({ unit: fc.oneof(fc.constantFrom(...awkward), fc.string({ maxLength: 1 })), maxLength: 6 })
  .map((text) => text.replaceAll('\0', ''))
const fieldNames = ['accountId', 'userId', 'email', 'name', 'profile']
const spelled = (name: string) =>
  fc.constantFrom(name, name.toUpperCase(), ` ${name.toLowerCase()}\t`.replace('\t', ' '))
const extraColumns = fc.array(
  cell.map((text) => `x${text}`),
  { maxLength: 3 },
)
const lineEnd = fc.constantFrom('\n', '\r\n', '\r')

type Written = { cells: string[]; blankLines: string[]; end: string; quoted: boolean }
const columnsOf = extraColumns.chain((extra) => {
  const names = fc.tuple(...fieldNames.map(spelled)).map((fields) => [...fields, ...extra])
  return names.chain((all) => fc.shuffledSubarray(all, { minLength: all.length }))
})
const tables = fc.record({
  header: columnsOf,
  rows: fc.array(
    fc.record({
      cells: fc.array(cell, { minLength: 8, maxLength: 8 }),
      /** One in five has some cells more or less than the header. */
      surplus: fc.oneof(
        { weight: 4, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.integer({ min: -3, max: 2 }) },
      ),
      blankLines: fc.array(lineEnd, { maxLength: 2 }),
      end: lineEnd,
      quoted: fc.boolean(),
    }),
    { maxLength: 12 },
  ),
  delimiter: fc.constantFrom(',', ';', '\t'),
  separatorLine: fc.boolean(),
  encoding: fc.constantFrom('utf-8', 'utf-8 with mark', 'utf-16le', 'utf-16be'),
  headerEnd: lineEnd,
  lastLineEnds: fc.boolean(),
})
type Table = typeof tables extends fc.Arbitrary<infer T> ? T : never

/** The rows of a table as they are meant, each user in one row. */
function rowsOf({ header, rows }: Table): Written[] {
  const [userAt = 0, accountAt = 0] = ['userid', 'accountid'].map((wanted) =>
    header.findIndex((name) => name.trim().toLowerCase() === wanted),
  )
  return rows.map(({ cells, surplus, ...row }, at) => {
    const own = cells.slice(0, header.length + surplus)
    while (own.length < header.length + surplus) own.push('')
    if (own[userAt] && own[userAt].trim() !== '') own[userAt] = `u${at}`
    if (own[accountAt] && at % 2 === 0) own[accountAt] = ' acme'
    return { ...row, cells: own }
  })
}

function write(table: Table): Buffer {
  const { header, delimiter, separatorLine, encoding, headerEnd, lastLineEnds } = table
  const line = (cells: string[], quoted: boolean) =>
    cells
      .map((text) => (quoted || /[\r\n",;\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text))
      .join(delimiter)
  const rows = rowsOf(table).map(
    ({ cells, quoted, end, blankLines }) => line(cells, quoted) + end + blankLines.join(''),
  )
  let text = `${separatorLine ? `sep=${delimiter}\r\n` : ''}${line(header, false)}${headerEnd}${rows.join('')}`
  if (!lastLineEnds) text = text.replace(/[\r\n]+$/, '')
  if (encoding === 'utf-8') return Buffer.from(text)
  if (encoding === 'utf-8 with mark') return Buffer.from(`\ufeff${text}`)
  const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le')
  return encoding === 'utf-16be' ? utf16.swap16() : utf16
}

const isBlank = (cells: string[]) => cells.every((text) => text.trim() === '')

/** Refuses by content, so that it refuses the same again; has some already. */
function byContent(put: Put): Answer {
  const weight = String(put.body.email ?? '').length + String(put.body.name ?? '').length
  if (weight % 3 === 0) return refuse('invalid-field')
  return { version: Number(put.body.version), unchanged: weight % 3 === 1 }
}

it('every row of any file is put, unchanged or refused, and refused rows are refused again', async () => {
  await fc.assert(
    fc.asyncProperty(tables, async (table) => {
      rmSync(refusedFile, { force: true })
      const meant = rowsOf(table)
        .map(({ cells }) => cells)
        .filter((cells) => !isBlank(cells))
      writeFileSync(file, write(table))
      const first = await importFile({}, byContent)
      expect(first.counts.rows).toBe(meant.length)
      expect(first.counts.put + first.counts.unchanged + first.counts.refused).toBe(meant.length)
      expect(usersOf(first.puts)).toHaveLength(new Set(usersOf(first.puts).map(({ userId }) => userId)).size)
      expect(existsSync(refusedFile)).toBe(first.counts.refused > 0)
      if (first.counts.refused === 0) return
      const refused = refusedRows(table.delimiter)
      const cells = refused.map(([, ...row]) => row)
      expect(cells).toHaveLength(first.counts.refused)
      expect(meant).toEqual(expect.arrayContaining(cells))

      writeFileSync(file, readFileSync(refusedFile))
      const again = await importFile({}, byContent)
      expect(again.counts).toEqual({ rows: cells.length, put: 0, unchanged: 0, refused: cells.length })
      expect(refusedRows(table.delimiter).map(([, ...row]) => row)).toEqual(cells)
    }),
    { numRuns: 300 },
  )
})

it('stopped anywhere and started again, every row is put, unchanged or refused once', async () => {
  const content = Array.from({ length: 450 }, (_, at) => row(at).replace(/u\d+@/, `u${'x'.repeat(at % 7)}@`))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 450 }), { maxLength: 3 }), async (stops) => {
      writeFileSync(file, [header, ...content, ''].join('\n'))
      const users = new Set<string>()
      const attempt = async (stop: number) => {
        let left = stop
        return importFile({}, (put) => {
          if (left-- === 0) throw new Error('stopped')
          users.add(put.userId ?? '')
          return byContent(put)
        })
      }
      for (const stop of stops)
        await attempt(stop).catch(({ message }: Error) => expect(message).toBe('stopped'))
      const { counts } = await attempt(-1)
      expect(users.size).toBe(450)
      expect(counts.put + counts.unchanged + counts.refused).toBe(450)
      const refused = refusedRows().map(([, , userId]) => userId)
      expect(new Set(refused).size).toBe(counts.refused)
      expect(refused).toHaveLength(counts.refused)
    }),
    { numRuns: 30 },
  )
})
