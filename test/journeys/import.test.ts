import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterEach, beforeEach, expect, inject, it } from 'vitest'
import { all, eventually, perform, type User } from './api.ts'
import { dropUser, hostAccount, putUser, userAt } from './host.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function importFile(content: string): Promise<{ code: number | null; output: string }> {
  writeFileSync(join(folder, 'stack.json'), JSON.stringify(inject('stack')))
  writeFileSync(join(folder, 'users.csv'), content)
  const command = ['operate/import.ts', '--stack', join(folder, 'stack.json'), join(folder, 'users.csv')]
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk
    })
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { code, output }
}

/** Each with its reason first. */
const refusedRows = (): string[][] =>
  parse(readFileSync(join(folder, 'users.refused.csv')), { bom: true, relax_column_count: true, from: 2 })

it('a first import puts accounts and users, and says what it refused and why', async () => {
  const taken = await hostAccount()
  const [one, other] = ['one', 'other'].map((name) => taken.id + name)
  await putUser(taken.id, 'newer', userAt(taken, 7))
  await dropUser(taken.id, 'gone', 7)
  const user = (account: string, id: string, fields = '"Åke ""Ek"", Jr",observer,sv,1') =>
    `${account},${id},${id}@${account}.example,${fields},Imported ${account}`
  const good = Array.from({ length: 60 }, (_, at) => user(at % 2 === 0 ? `${one}` : `${other}`, `u${at}`))
  const bad = [
    `${one},a,not-an-address,A,observer,en,1,`,
    `nowhere-${one},b,b@${one}.example,B,observer,en,1,`,
    `${one},d,d@${one}.example,D,king,en,1,`,
    `${one},e,e@${one}.example,E,observer,en,first,`,
    `${one},f,f@${one}.example,F`,
    `,g,g@${one}.example,G,observer,en,1,`,
  ]
  const newer = [
    `${taken.id},newer,late@${one}.example,Late,observer,,1,`,
    `${taken.id},gone,gone@${one}.example,Gone,observer,,1,`,
  ]
  const boss = user(`${one}`, 'boss', 'Boss,administrator,en,1')
  const columns = 'accountId,userId,email,name,profile,locale,version,accountName'
  const lines = [columns, boss, ...good.slice(0, 20), ...bad, ...good.slice(20), ...newer]
  const { code, output } = await importFile(`\ufeff${lines.join('\r\n')}\r\n`)

  expect(output).toContain('69 rows: 61 put, 2 unchanged, 6 refused')
  expect(code).toBe(1)
  expect(refusedRows().map(([reason, , userId]) => [userId, reason])).toEqual([
    ['a', expect.stringMatching(/^invalid-email: \/email: /)],
    ['b', expect.stringMatching(/^not-found: .*accountName/)],
    ['d', expect.stringContaining('observer.')],
    ['e', expect.stringMatching(/^invalid-field: \/version: /)],
    ['f', expect.stringContaining('The row has 4 cells and the header 8.')],
    ['g', expect.stringContaining('accountId is empty.')],
  ])

  const email = `boss@${one}.example`
  await eventually(async () => expect(await all<User>(email, '/v1/users')).toHaveLength(31))
  expect(await all<User>(email, '/v1/users')).toContainEqual(
    expect.objectContaining({ id: 'u58', name: 'Åke "Ek", Jr', locale: 'sv' }),
  )
  expect(await perform(email, 'GET', '/v1/me')).toMatchObject({ account: { name: `Imported ${one}` } })
}, 180_000)

it('a corrected file changes what it says, and the same file again nothing', async () => {
  const account = await hostAccount()
  const lines = (name: string, version: string) =>
    [
      'accountId,userId,email,name,profile,version',
      `${account.id},u,u@${account.id}.example,${name},observer,${version}`,
    ].join('\n')
  const nameNow = async () =>
    (await all<User>(account.administrator, '/v1/users')).find(({ id }) => id === 'u')?.name

  expect((await importFile(lines('Frist', ''))).output).toContain('1 rows: 1 put, 0 unchanged, 0 refused')
  expect((await importFile(lines('First', ''))).output).toContain('1 rows: 1 put, 0 unchanged, 0 refused')
  await eventually(async () => expect(await nameNow()).toBe('First'))

  const version = String(Date.now() + 60_000)
  expect((await importFile(lines('Second', version))).output).toContain('1 rows: 1 put, 0 unchanged')
  expect((await importFile(lines('Second', version))).output).toContain('1 rows: 0 put, 1 unchanged')
  expect((await importFile(lines('Third', version))).output).toContain('1 version-reused')
  expect(refusedRows()).toEqual([
    [
      expect.stringContaining('version-reused: '),
      account.id,
      'u',
      expect.any(String),
      'Third',
      'observer',
      version,
    ],
  ])
  expect((await importFile(lines('Third', '1'))).output).toContain('1 rows: 0 put, 1 unchanged')
  expect(await nameNow()).toBe('Second')
}, 180_000)
