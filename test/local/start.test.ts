import { type ChildProcess, spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Addresses } from '../../local/stack.ts'
import { synthesizeFixture } from './fixture/app.ts'
import { listeningIn, loopback } from './sockets.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'start-'))
const children: ChildProcess[] = []

beforeAll(() => {
  synthesizeFixture(join(folder, 'cdk.out/dev'))
  mkdirSync(join(folder, 'demo'))
  cpSync(join(import.meta.dirname, 'fixture/demo.ts'), join(folder, 'demo/main.ts'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  mkdirSync(join(folder, 'infra'))
  writeFileSync(
    join(folder, 'infra/app.ts'),
    `import { writeFileSync } from 'node:fs'
    writeFileSync('synthesized.json', JSON.stringify(process.argv.slice(2)))
    if (process.argv.includes('broken')) throw new Error('This can not be built.')`,
  )
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
})
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

type Run = { child: ChildProcess; output(): string; exited: Promise<number | null> }

function start(env: NodeJS.ProcessEnv, ...options: string[]): Run {
  const child = spawn(process.execPath, [join(root, 'local/start.ts'), ...options], { cwd: folder, env })
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

const stackFile = join(folder, '.local/stack.json')
const readAddresses = (): Addresses => JSON.parse(readFileSync(stackFile, 'utf8'))

async function startReady(...options: string[]): Promise<Run & { addresses: Addresses }> {
  const run = start(process.env, '--port', '0', ...options)
  await Promise.race([until(() => run.output().includes('Ctrl-C')), run.exited])
  if (!existsSync(stackFile)) throw new Error(run.output())
  return { ...run, addresses: readAddresses() }
}

/** Whether anything that was started in this folder is left: engines, guards, whatever they started. */
const isAnyLeft = () =>
  readdirSync('/proc').some((name) => /^\d+$/.test(name) && cwdOf(name) === realpathSync(folder))

function cwdOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return undefined
  }
}

const answers = (url: string) =>
  fetch(url)
    .then(() => true)
    .catch(() => false)

const urlsOf = ({ web, api, directory, mail, token, dynamodb, aws }: Addresses) => [
  web,
  api,
  directory.url,
  mail,
  token,
  dynamodb,
  aws.endpoint,
]

const logOf = (name: string) => {
  const file = join(folder, '.local/log', `${name}.log`)
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

describe('a started stack', () => {
  let run: Awaited<ReturnType<typeof startReady>>
  beforeAll(async () => {
    run = await startReady()
  })

  test('synthesizes only the environment that it runs, if sources have changed', () => {
    const synthesized = JSON.parse(readFileSync(join(folder, 'synthesized.json'), 'utf8'))
    expect(synthesized).toEqual(['--if-changed', 'dev'])
  })

  test('prints all addresses when ready', async () => {
    const { addresses, child, output } = run
    const { api, mail, pid, aws } = addresses
    expect(pid).toBe(child.pid)
    expect(aws).toMatchObject({
      region: 'eu-north-1',
      accessKeyId: expect.stringMatching(/^[A-Za-z0-9]+$/),
    })
    for (const url of urlsOf(addresses)) expect(output()).toContain(url)
    expect(output()).toMatch(new RegExp(`^Open ${addresses.web}\n`))
    expect(output()).toContain('Try: curl')
    expect(await (await fetch(`${api}/open`)).json()).toEqual({ open: true })
    expect(await (await fetch(`${mail}/store`)).json()).toMatchObject({ emails: [] })
  })

  test('listens on the loopback interface only', async () => {
    await fetch(`${run.addresses.api}/open`)
    const listening = listeningIn(run.addresses.pid)
    expect(listening.length).toBeGreaterThanOrEqual(8)
    expect(listening.filter(({ address }) => !loopback.test(address))).toEqual([])
  })

  test('prints a line for each request, and errors; other lines of functions are in their logs', async () => {
    const { addresses, output } = run
    await fetch(`${addresses.api}/misbehave?as=chat`)
    await fetch(`${addresses.api}/misbehave?as=throw`)
    await until(() => output().includes('as=throw 500'))
    expect(output()).toMatch(/^GET \/misbehave\?as=chat 200, \d+ ms$/m)
    expect(output()).toMatch(/^GET \/misbehave\?as=throw 500, \d+ ms$/m)
    expect(output()).toContain('[fixture-misbehave] RangeError: out of range')
    expect(output()).toContain('[fixture-misbehave] {"level":"ERROR","message":"bad news"}')
    expect(output()).not.toContain('nothing special')
    expect(output()).not.toContain('a warning')
    await until(() => logOf('fixture-misbehave').includes('RangeError'))
    expect(logOf('fixture-misbehave')).toContain('nothing special\n')
    expect(logOf('fixture-misbehave')).toContain('{"level":"WARN","message":"a warning"}\n')
  })

  test('SIGTERM leaves no process', async () => {
    const { addresses, child, exited } = run
    child.kill('SIGTERM')
    expect(await exited).toBe(0)
    expect(existsSync(stackFile)).toBe(false)
    for (const url of urlsOf(addresses)) expect(await answers(url), url).toBe(false)
  })
})

test('--verbose prints all lines of functions, and the engines end with a stack that is killed', async () => {
  const { addresses, child, exited, output } = await startReady('--verbose')
  await fetch(`${addresses.api}/misbehave?as=chat`)
  await until(() => output().includes('[fixture-misbehave] nothing special'))
  child.kill('SIGKILL')
  await exited
  await until(async () => !(await answers(addresses.dynamodb)))
  await until(async () => !(await answers(addresses.token)))
})

describe('ends with its engines when the reader of its output has ended', () => {
  const command = `${process.execPath} ${join(root, 'local/start.ts')} --port 0`
  const shell = (script: string) => {
    const child = spawn('sh', ['-c', script], { cwd: folder, stdio: 'ignore' })
    children.push(child)
    return child
  }
  const ready = async () => {
    await until(() => existsSync(stackFile))
    const addresses = readAddresses()
    await until(() => answers(addresses.web))
    return addresses
  }

  test('`npm start | head`, while lines are printed', async () => {
    // `head` ends at the first of some ten lines.
    shell(`${command} 2>&1 | head -n 1 > first`)
    await until(() => existsSync(join(folder, 'first')) && readFileSync(join(folder, 'first'), 'utf8') !== '')
    expect(readFileSync(join(folder, 'first'), 'utf8')).toMatch(/^Open /)
    await until(() => !isAnyLeft())
  })

  test('while nothing is printed', async () => {
    rmSync(stackFile, { force: true })
    // Ends when it is told to.
    shell(`${command} 2>&1 | (while ! test -e enough; do sleep 0.1; done)`)
    const addresses = await ready().finally(() => writeFileSync(join(folder, 'enough'), ''))
    expect(existsSync(`/proc/${addresses.pid}`)).toBe(true)
    await until(() => !isAnyLeft())
  })

  test('a supervisor that was killed', async () => {
    rmSync(stackFile, { force: true })
    const supervisor = `require('node:child_process').spawn(process.execPath, ['${join(root, 'local/start.ts')}', '--port', '0']).stdout.resume()`
    const child = spawn(process.execPath, ['-e', supervisor], { cwd: folder, stdio: 'ignore' })
    children.push(child)
    await ready()
    child.kill('SIGKILL')
    await until(() => !isAnyLeft())
  })
})

test('names a port that is taken', async () => {
  const taken = createServer()
  const port = await new Promise<number>((resolve) =>
    taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port)),
  )
  const { output, exited } = start(process.env, '--port', String(port))
  expect(await exited).toBe(1)
  expect(output()).toContain(`Port ${port} (api) is taken: choose others with --port N.`)
  taken.close()
})

test.each<[string[], NodeJS.ProcessEnv, number, RegExp]>([
  [['--nonsense'], process.env, 2, /--nonsense.*--data DIR/s],
  [['--seed', 'all'], process.env, 2, /--seed is demo or none.*--data DIR/s],
  [['--port', 'http'], process.env, 2, /--port is a number.*--data DIR/s],
  [['--env', 'moon', '--port', '0'], process.env, 1, /cdk.out\/moon has no synthesized assembly/],
  // The folder has no Java.
  [['--port', '0'], { PATH: folder }, 1, /needs Java 17 or newer/],
  [['--env', 'broken', '--port', '0'], process.env, 1, /^First start: building .*This can not be built\./s],
])('with %j, prints what is wrong, and leaves no process', async (options, env, code, words) => {
  const { output, exited } = start(env, ...options)
  expect(await exited).toBe(code)
  expect(output()).toMatch(words)
  await until(() => !isAnyLeft())
})
