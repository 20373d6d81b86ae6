import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { signInAt } from '../test/kit/tokens.ts'

const connections = 100
const milliseconds = 20_000
/** An answer that takes longer counts as a time-out. */
const patienceMilliseconds = 10_000

/** Whom Ada invites: at most 40 invitations stand between two accounts. */
const [accounts, usersOfEach] = [100, 40]

const root = join(import.meta.dirname, '..')

type Addresses = { api: string; token: string; pid: number }
type Sent = { method: string; path: string; token: string; body?: string }

/** Prints what the local stack answers to 100 connections for 20 s, and what memory it takes meanwhile. */
export default async function load(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'load-'))
  const stackFile = join(folder, 'stack.json')
  const stack = run('local/start.ts', '--port', '0', '--stack', stackFile)
  try {
    while (!existsSync(stackFile)) {
      if (stack.exitCode !== null) throw new Error('The stack did not start.')
      await sleep(100)
    }
    const addresses = JSON.parse(readFileSync(stackFile, 'utf8')) as Addresses
    const csv = join(folder, 'users.csv')
    writeFileSync(csv, users())
    console.log(`Putting ${accounts * usersOfEach} users …`)
    await once(run('operate/import.ts', '--stack', stackFile, csv), 'exit')
    const { access_token: token = '' } = await signInAt(addresses.token, 'ada@acme.example')
    await measure(addresses, () => ({ method: 'GET', path: '/v1/me', token }))
    let next = 0
    await measure(addresses, () => {
      const body = JSON.stringify({ email: emailOf(next++) })
      return { method: 'POST', path: '/v1/invitations', token, body }
    })
  } finally {
    const ended = stack.exitCode ?? once(stack, 'exit')
    stack.kill()
    await ended
    rmSync(folder, { recursive: true })
  }
}

function run(script: string, ...args: string[]): ChildProcess {
  return spawn(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
}

const emailOf = (number: number) => `u${number % (accounts * usersOfEach)}@load.example`

function users(): string {
  const rows = Array.from({ length: accounts * usersOfEach }, (_, number) => {
    const account = `load-${Math.floor(number / usersOfEach)}`
    return `${account},u${number},${emailOf(number)},User ${number},administrator,Load ${account}`
  })
  return ['accountId,userId,email,name,profile,accountName', ...rows, ''].join('\n')
}

async function measure({ api, pid }: Addresses, next: () => Sent): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const taken: number[] = []
  const outcomes = new Map<string, number>()
  const memory = [residentMegabytes(pid)]
  const sampling = setInterval(() => memory.push(residentMegabytes(pid)), 1000)
  const until = performance.now() + milliseconds
  const connection = async () => {
    while (performance.now() < until) {
      const begun = performance.now()
      const outcome = await ask(api, agent, next())
      taken.push(performance.now() - begun)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: connections }, connection))
  clearInterval(sampling)
  agent.destroy()
  taken.sort((a, b) => a - b)
  const percentile = (share: number) => `${Math.round(taken[Math.floor(taken.length * share)] ?? 0)} ms`
  const { method, path } = next()
  const half = memory.slice(Math.floor(memory.length / 2))
  console.log(`${method} ${path}, ${connections} connections, ${milliseconds / 1000} s
  answers   ${taken.length}: ${[...outcomes].map(([outcome, count]) => `${outcome} × ${count}`).join(', ')}
  latency   median ${percentile(0.5)}, 99 % ${percentile(0.99)}, longest ${percentile(0.9999)}
  memory    ${memory[0]} MB before, ${Math.min(...half)} to ${Math.max(...half)} MB in the second half`)
}

/** @returns the status, or what went wrong */
function ask(api: string, agent: Agent, { method, path, token, body }: Sent): Promise<string> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const sent = request(api + path, { method, agent, headers, timeout: patienceMilliseconds })
    sent.on('response', (answer) => answer.resume().on('end', () => resolve(String(answer.statusCode))))
    sent.on('timeout', () => sent.destroy(new Error('time-out')))
    sent.on('error', ({ message }) => resolve(message))
    sent.end(body)
  })
}

/** Of the stack's process, which its functions run in. */
function residentMegabytes(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Math.round(Number(kilobytes) / 1024)
}
