import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterEach, beforeEach, expect, it } from 'vitest'

// The command against a directory that answers as it is told to: what can't be brought about with the real one.

type Body = Record<string, string | number>
type Request = { path: string; body: Body }
type Answer = { status: number; body?: object; headers?: Record<string, string> } | 'cut'

let folder: string
let server: Server
let asked: Request[]
/** How the directory answers a request, given how many came before. */
let answer: (request: Request, before: number) => Answer | Promise<Answer>
let child: ChildProcess

const put = ({ body }: Request) => ({ status: 200, body })
const refused = (status: number, code: string, pointer = '/name'): Answer => ({
  status,
  body: { code, title: `Title of ${code}`, errors: [{ pointer, detail: 'Not so.' }] },
})

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'import-'))
  asked = []
  answer = put
  server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const request = { path: incoming.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString()) }
    const given = await answer(request, asked.push(request) - 1)
    if (given === 'cut') return incoming.socket.destroy()
    response.writeHead(given.status, { 'content-type': 'application/json', ...given.headers })
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
const refusedFile = () => join(folder, 'users.refused.csv')
const header = 'accountId,userId,email,name,profile'
const row = (at: number) => `acme,u${at},u${at}@acme.example,"Person, ${at}",observer`
const writeRows = (count: number) =>
  writeFileSync(file(), [header, ...Array.from({ length: count }, (_, at) => row(at)), ''].join('\n'))

/** The cells of the refused file, without its header. */
const refusedRows = (delimiter = ','): string[][] =>
  parse(readFileSync(refusedFile()), { bom: true, delimiter, relax_column_count: true, from: 2 })

async function run(...options: string[]): Promise<{ code: number | null; output: string }> {
  const command = ['operate/import.ts', '--stack', join(folder, 'stack.json'), ...options, file()]
  return start(command, process.env)
}

async function start(
  command: string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; output: string }> {
  child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'], env })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      output += chunk
    })
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { code, output }
}

it('retries after throttling, failures, conflicts and lost connections', async () => {
  const faults: Answer[] = [
    { status: 429, body: { message: 'Too Many Requests' } },
    { status: 503, body: { code: 'unavailable' } },
    'cut',
    { status: 409, body: { code: 'conflict' } },
  ]
  answer = (request, before) => faults[before] ?? put(request)
  writeRows(2)
  const { code, output } = await run()
  expect(output).toContain('2 rows: 2 put')
  expect(code).toBe(0)
  expect(asked).toHaveLength(2 + faults.length)
})

it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('continues after %s', async (signal) => {
  const rows = 400
  const refusedRow = 3
  writeRows(rows)
  answer = (request, before) => {
    if (before === 300) child.kill(signal)
    return request.path.endsWith(`/u${refusedRow}`) ? refused(409, 'version-reused') : put(request)
  }
  const first = await run()
  expect(first.code).not.toBe(0)
  const progress = JSON.parse(readFileSync(progressFile(), 'utf8'))
  // At most 200 rows are not recorded, beside the 16 under way; none where it could end by itself.
  if (signal !== 'SIGKILL') expect(progress.rows).toBe(asked.length)
  expect(progress.rows).toBeGreaterThanOrEqual(300 - 200 - 16)
  const before = new Set(asked.map(({ path }) => path))
  asked = []
  answer = put
  const second = await run()
  expect(second.output).toContain(`${progress.rows} rows are done from before.`)
  expect(second.output).toContain(`${rows} rows: ${rows - 1} put, 0 unchanged, 1 refused`)
  expect(asked).toHaveLength(rows - progress.rows)
  expect(new Set([...before, ...asked.map(({ path }) => path)]).size).toBe(rows)
  // Without a column for versions, the version is the time at which the import began, also after an interruption.
  expect(new Set(asked.map(({ body }) => body.version))).toEqual(new Set([progress.startedAt]))
  expect(refusedRows()).toHaveLength(1)
  expect(existsSync(progressFile())).toBe(false)
})

it('stops if the key is refused, with the permission that it needs', async () => {
  answer = () => ({ status: 403, body: { message: 'Forbidden' } })
  writeRows(100)
  const { code, output } = await run()
  expect(code).toBe(1)
  expect(output).toContain('The directory does not let this key in: {"message":"Forbidden"}')
  expect(output).toContain('execute-api:Invoke')
  expect(output).toContain('The same command goes on from here.')
  expect(asked.length).toBeLessThanOrEqual(16)
  // Nothing was done: nothing keeps a corrected file from being imported.
  expect(existsSync(progressFile())).toBe(false)
})

it('refuses a row at which the directory always fails, and continues', async () => {
  answer = (request) =>
    request.path.endsWith('/u1') ? { status: 500, body: { code: 'internal-error' } } : put(request)
  writeRows(3)
  const { code, output } = await run()
  expect(output).toContain('3 rows: 2 put, 0 unchanged, 1 refused')
  expect(code).toBe(1)
  expect(refusedRows()[0]?.[0]).toContain('internal-error: The directory failed at this row')
}, 120_000)

it('counts users with the same or a newer version, or removed, as unchanged', async () => {
  writeFileSync(file(), `${header},version\n${[1, 2, 3, 4].map((at) => `${row(at)},5`).join('\n')}\n`)
  answer = (request) => {
    if (request.path.endsWith('/u1')) return { status: 200, body: { removed: true, version: 6 } }
    if (request.path.endsWith('/u2')) return { status: 200, body: { version: 6 } }
    if (request.path.endsWith('/u3')) return { ...put(request), headers: { 'x-unchanged': 'true' } }
    return put(request)
  }
  const { code, output } = await run()
  expect(output).toContain('4 rows: 1 put, 3 unchanged, 0 refused')
  expect(code).toBe(0)
})

it('does not continue with another file or other options', async () => {
  answer = (_, before) => (before < 250 ? { status: 200, body: { version: 1 } } : { status: 403 })
  writeRows(300)
  await run()
  expect(existsSync(progressFile())).toBe(true)
  expect((await run('--profile', 'manager')).output).toContain('is of an interrupted import of another file')
  writeRows(301)
  const { code, output } = await run()
  expect(code).toBe(1)
  expect(output).toContain('delete this file to begin anew')
})

it.each([
  [['--map', 'shoe=Size'], '--map: "shoe=Size" is not FIELD=COLUMN. The fields are accountId,'],
  [['--map', 'name=A,name=B'], '--map names name twice.'],
  [['--env', 'moon'], 'There is no environment moon. The environments are dev, staging, prod.'],
])('names the wrong option: %j', async (options, words) => {
  writeRows(1)
  const { code, output } = await run(...options)
  expect(code).toBe(2)
  expect(output).toContain(words)
})

it('uses its options, and imports a file that was corrected', async () => {
  cpSync('test/operate/exports/hubspot.csv', file())
  const refusal = await run()
  expect(refusal.code).toBe(1)
  expect(refusal.output).toContain('Line 1: There is no column for accountId, userId, name, profile.')
  expect(refusal.output).toContain(
    '--map "userId=Record ID,name=First Name+Last Name" --account ID --profile manager',
  )
  expect(asked).toEqual([])
  const options = ['--map', 'userId=Record ID', '--map', 'name=First Name+Last Name']
  const { code, output } = await run(...options, '--account', 'initrode', '--profile', 'manager')
  expect(output).toContain('Ignored columns: Phone Number, Contact owner,')
  expect(output).toContain('2 rows: 2 put, 0 unchanged, 0 refused')
  expect(code).toBe(0)
  expect(asked.map(({ path }) => path).sort()).toEqual([
    '/v1/directory/accounts/initrode/users/1051',
    '/v1/directory/accounts/initrode/users/1052',
  ])
  expect([progressFile(), refusedFile()].filter(existsSync)).toEqual([])
})

it.each(['import', 'redrive', 'reconcile'])(
  '%s says what to do without credentials for AWS',
  async (command) => {
    writeRows(1)
    const { PATH } = process.env
    const env = { PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true' }
    const files = command === 'import' ? [file()] : []
    const { code, output } = await start([`operate/${command}.ts`, '--env', 'prod', ...files], env)
    expect(code).toBe(1)
    expect(output).toContain('There are no credentials for AWS. Sign in, for example with "aws sso login')
    expect(output).not.toContain('    at ')
  },
)

it('prints what to do if no stack runs on this machine', async () => {
  writeRows(1)
  rmSync(join(folder, 'stack.json'))
  const { code, output } = await run()
  expect(code).toBe(1)
  expect(output).toContain('Run npm start in another terminal, or name an environment in AWS with --env.')
})

it('prints its usage', async () => {
  const { code, output } = await start(['operate/import.ts', '--help'], process.env)
  expect(code).toBe(0)
  for (const word of ['accountId', 'accountName', '--map', '--account', '--profile', '--env', 'refused'])
    expect(output).toContain(word)
})
