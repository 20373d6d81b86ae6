import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

// The command against a directory that answers as it is told to: what can't be brought about with the real one.

type Answer = { status: number; body?: object } | 'cut'

let folder: string
let server: Server
let asked: string[]
/** How the directory answers a request, given how many came before. */
let answer: (path: string, before: number) => Answer | Promise<Answer>
let child: ChildProcess

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'import-'))
  asked = []
  answer = () => ({ status: 200, body: { version: 1 } })
  server = createServer(async (request, response) => {
    const path = request.url ?? ''
    const given = await answer(path, asked.push(path) - 1)
    if (given === 'cut') return request.socket.destroy()
    response.writeHead(given.status, { 'content-type': 'application/json' })
    response.end(given.body && JSON.stringify(given.body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const key = { accessKeyId: 'KEY', secretAccessKey: 'secret', region: 'eu-north-1' }
  const directory = { url: `http://127.0.0.1:${port}`, ...key }
  writeFileSync(join(folder, 'stack.json'), JSON.stringify({ directory }))
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true })
})

const file = () => join(folder, 'users.csv')
const progressFile = () => `${file()}.progress.json`
const header = 'accountId,userId,email,name,profile'
const row = (at: number) => `acme,u${at},u${at}@acme.example,"Person, ${at}",observer`
const writeRows = (count: number) =>
  writeFileSync(file(), [header, ...Array.from({ length: count }, (_, at) => row(at)), ''].join('\n'))

async function run(): Promise<{ code: number | null; output: string }> {
  const command = ['infra/import.ts', '--stack', join(folder, 'stack.json'), file()]
  child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      output += chunk
    })
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { code, output }
}

it('puts each row once, the account first where it is named, and leaves nothing behind', async () => {
  writeFileSync(file(), `${header},accountName\n${row(1)},Acme\n${row(2)},Acme\n${row(3)},\n`)
  const { code, output } = await run()
  expect(output).toContain('3 rows: 3 put, 0 there in a higher version or removed, 0 refused')
  expect(code).toBe(0)
  expect(asked[0]).toBe('/v1/directory/accounts/acme')
  expect(asked.slice(1).sort()).toEqual([1, 2, 3].map((at) => `/v1/directory/accounts/acme/users/u${at}`))
  expect(existsSync(progressFile())).toBe(false)
  expect(existsSync(join(folder, 'users.refused.csv'))).toBe(false)
})

it('tries again what is throttled, failing, contended or cut off', async () => {
  const faults: Answer[] = [
    { status: 429, body: { message: 'Too Many Requests' } },
    { status: 503, body: { code: 'unavailable' } },
    'cut',
    { status: 409, body: { code: 'conflict' } },
  ]
  answer = (_, before) => faults[before] ?? { status: 200, body: { version: 1 } }
  writeRows(2)
  const { code, output } = await run()
  expect(output).toContain('2 rows: 2 put')
  expect(code).toBe(0)
  expect(asked).toHaveLength(2 + faults.length)
})

it.each(['SIGINT', 'SIGKILL'] as const)('ended by %s, it goes on where it was', async (signal) => {
  const rows = 700
  const refusedRow = 3
  writeRows(rows)
  answer = (path, before) => {
    if (before === 500) child.kill(signal)
    return path.endsWith(`/u${refusedRow}`)
      ? { status: 409, body: { code: 'email-taken', title: 'This address is in use' } }
      : { status: 200, body: { version: 1 } }
  }
  const first = await run()
  expect(first.code).not.toBe(0)
  const recorded = JSON.parse(readFileSync(progressFile(), 'utf8')).rows
  // At most 200 rows are not recorded, beside the 16 under way.
  expect(recorded).toBeGreaterThanOrEqual(500 - 200 - 16)
  const before = new Set(asked)
  asked = []
  answer = () => ({ status: 200, body: { version: 1 } })
  const second = await run()
  expect(second.output).toContain(`${recorded} rows are done from before.`)
  expect(second.output).toContain(
    `${rows} rows: ${rows - 1} put, 0 there in a higher version or removed, 1 refused`,
  )
  expect(asked).toHaveLength(rows - recorded)
  expect(new Set([...before, ...asked]).size).toBe(rows)
  expect(readFileSync(join(folder, 'users.refused.csv'), 'utf8').trim().split('\n')).toHaveLength(2)
  expect(existsSync(progressFile())).toBe(false)
})

it('stops where the key is not let in', async () => {
  answer = () => ({ status: 403, body: { message: 'Forbidden' } })
  writeRows(100)
  const { code, output } = await run()
  expect(code).toBe(1)
  expect(output).toContain('The directory does not let this key in: {"message":"Forbidden"}')
  expect(output).toContain('The same command goes on from here.')
  expect(asked.length).toBeLessThanOrEqual(16)
})

it('tells of users that the host has since changed or removed', async () => {
  answer = (_, before) => (before === 0 ? { status: 204 } : { status: 200, body: { version: 1 + before } })
  writeRows(3)
  expect((await run()).output).toContain('3 rows: 0 put, 3 there in a higher version or removed, 0 refused')
})

it('does not go on with another file where it was with the first', async () => {
  answer = () => ({ status: 403, body: {} })
  writeRows(2)
  await run()
  writeRows(3)
  const { code, output } = await run()
  expect(code).toBe(1)
  expect(output).toContain('is about another file or directory. Delete it to begin anew.')
})

it.each([
  ['a column is missing', 'accountId,userId,email,name\n', 'The file has no column profile.'],
  ['a column is not known', `${header},shoeSize\n`, 'a column that is not known: shoeSize'],
  ['it is not UTF-8', Buffer.from(`${header}\na,b,c@d.example,\xe5,observer\n`, 'latin1'), 'is not UTF-8'],
  ['a quotation mark is never closed', `${header}\na,b,c@d.example,"Å,observer\n`, 'Quote Not Closed'],
])('says so where %s, and sends nothing', async (_, content, words) => {
  writeFileSync(file(), content)
  const { code, output } = await run()
  expect(code).toBe(1)
  expect(output).toContain(words)
  expect(asked).toEqual([])
})
