import { type ChildProcess, spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Addresses } from '../../local/stack.ts'
import { synthesizeFixture } from './fixture/app.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'start-'))
const children: ChildProcess[] = []

beforeAll(() => {
  synthesizeFixture(join(folder, 'cdk.out/dev'))
  mkdirSync(join(folder, 'demo'))
  cpSync(join(import.meta.dirname, 'fixture/demo.ts'), join(folder, 'demo/main.ts'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
})
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

type Run = { child: ChildProcess; output(): string; exited: Promise<number | null> }

function start(...options: string[]): Run {
  const child = spawn(process.execPath, [join(root, 'local/start.ts'), ...options], { cwd: folder })
  children.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve))
  return { child, output: () => output, exited }
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 20))
}

async function startReady(): Promise<Run & { addresses: Addresses }> {
  const run = start('--port', '0')
  await Promise.race([until(() => run.output().includes('Ctrl-C')), run.exited])
  const file = join(folder, '.local/stack.json')
  if (!existsSync(file)) throw new Error(run.output())
  return { ...run, addresses: JSON.parse(readFileSync(file, 'utf8')) }
}

const answers = (url: string) =>
  fetch(url)
    .then(() => true)
    .catch(() => false)

test('once ready it says where all is, and SIGTERM leaves nothing behind', async () => {
  const { addresses, child, output, exited } = await startReady()
  const { web, api, directory, mail, token, dynamodb, pid, aws } = addresses
  expect(pid).toBe(child.pid)
  expect(aws).toMatchObject({ region: 'eu-north-1', accessKeyId: expect.stringMatching(/^[A-Za-z0-9]+$/) })
  for (const url of [web, api, directory.url, mail, token, dynamodb, aws.endpoint])
    expect(output()).toContain(url)
  expect(output()).toMatch(new RegExp(`^Open ${web}\n`))
  expect(output()).toContain('Try: curl')
  expect(await (await fetch(`${api}/open`)).json()).toEqual({ open: true })
  expect(await (await fetch(`${mail}/store`)).json()).toMatchObject({ emails: [] })

  child.kill('SIGTERM')
  expect(await exited).toBe(0)
  expect(existsSync(join(folder, '.local/stack.json'))).toBe(false)
  for (const url of [web, api, directory.url, mail, token, dynamodb, aws.endpoint])
    expect(await answers(url), url).toBe(false)
})

test('DynamoDB Local ends with it even where it is killed', async () => {
  const { addresses, child, exited } = await startReady()
  child.kill('SIGKILL')
  await exited
  await until(async () => !(await answers(addresses.dynamodb)))
  await until(async () => !(await answers(addresses.token)))
})

test('a taken port is named', async () => {
  const taken = createServer()
  const port = await new Promise<number>((resolve) =>
    taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port)),
  )
  const { output, exited } = start('--port', String(port))
  expect(await exited).toBe(1)
  expect(output()).toContain(`Port ${port} (api) is taken: choose others with --port N.`)
  taken.close()
})

test.each([
  [['--nonsense'], '--nonsense'],
  [['--seed', 'all'], '--seed is demo or none'],
  [['--port', 'http'], '--port is a number'],
])('what is no option is said, with those that are: %s', async (options, words) => {
  const { output, exited } = start(...options)
  expect(await exited).toBe(2)
  expect(output()).toContain(words)
  expect(output()).toContain('--data DIR')
})

test('an environment that was not synthesized is told so', async () => {
  const { output, exited } = start('--env', 'moon', '--port', '0')
  expect(await exited).toBe(1)
  expect(output()).toContain('cdk.out/moon holds no synthesized assembly')
})

test('without Java it says what to install', async () => {
  const child = spawn(process.execPath, [join(root, 'local/start.ts'), '--port', '0'], {
    cwd: folder,
    env: { PATH: folder },
  })
  let output = ''
  child.stderr.on('data', (chunk) => {
    output += chunk
  })
  expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(1)
  expect(output).toContain('needs Java 17 or newer')
})
