import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, inject, it } from 'vitest'
import { all, eventually, perform, type User } from './api.ts'
import { dropUser, hostAccount, putUser, userAt } from './host.ts'

const folder = mkdtempSync(join(tmpdir(), 'import-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function importFile(content: string): Promise<{ code: number | null; output: string }> {
  writeFileSync(join(folder, 'stack.json'), JSON.stringify(inject('stack')))
  writeFileSync(join(folder, 'users.csv'), content)
  const command = ['infra/import.ts', '--stack', join(folder, 'stack.json'), join(folder, 'users.csv')]
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk
    })
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { code, output }
}

it('a first import puts accounts and users, and says what it refused and why', async () => {
  const taken = await hostAccount()
  const [one, other] = ['one', 'other'].map((name) => taken.id + name)
  await putUser(taken.id, 'newer', userAt(taken, 7))
  await dropUser(taken.id, 'gone', 7)
  const user = (account: string, id: string, fields = '"Åke ""Ek"", Jr",observer,sv,1') =>
    `${account},${id},${id}@${account}.example,${fields},Imported ${account}`
  const good = Array.from({ length: 300 }, (_, at) => user(at % 2 === 0 ? `${one}` : `${other}`, `u${at}`))
  const bad = [
    `${one},a,not-an-address,A,observer,en,1,`,
    `nowhere-${one},b,b@${one}.example,B,observer,en,1,`,
    `${one},c,${taken.administrator},C,observer,en,1,`,
    `${one},d,d@${one}.example,D,king,en,1,`,
    `${one},e,e@${one}.example,E,observer,en,first,`,
    `${one},f,f@${one}.example,F`,
    `,g,g@${one}.example,G,observer,en,1,`,
  ]
  const newer = [
    `${taken.id},newer,late@${one}.example,Late,observer,,,`,
    `${taken.id},gone,gone@${one}.example,Gone,observer,,,`,
  ]
  const boss = user(`${one}`, 'boss', 'Boss,administrator,en,1')
  const columns = 'accountId,userId,email,name,profile,locale,version,accountName'
  const lines = [columns, boss, ...good.slice(0, 100), ...bad, ...good.slice(100), ...newer]
  const { code, output } = await importFile(`\ufeff${lines.join('\r\n')}\r\n`)

  expect(output).toContain('310 rows: 301 put, 2 there in a higher version or removed, 7 refused')
  expect(code).toBe(1)
  const refused = readFileSync(join(folder, 'users.refused.csv'), 'utf8').trim().split('\n').slice(1)
  expect(
    refused.map((line) =>
      line
        .split(',')
        .slice(1, 2)
        .concat(line.split(',').at(-1) ?? ''),
    ),
  ).toEqual([
    ['a', expect.stringMatching(/^invalid-email: \/email: /)],
    ['b', expect.stringMatching(/^not-found: /)],
    ['c', expect.stringMatching(/^email-taken: /)],
    ['d', expect.stringContaining('observer.')],
    ['e', expect.stringMatching(/^invalid-field: \/version: /)],
    ['f', expect.stringContaining('as many fields as the header')],
    ['g', expect.stringContaining('is empty')],
  ])

  const email = `boss@${one}.example`
  await eventually(async () => expect(await all<User>(email, '/v1/users')).toHaveLength(151))
  expect(await all<User>(email, '/v1/users')).toContainEqual(
    expect.objectContaining({ id: 'u298', name: 'Åke "Ek", Jr', locale: 'sv' }),
  )
  expect(await perform(email, 'GET', '/v1/me')).toMatchObject({ account: { name: `Imported ${one}` } })
}, 60_000)
