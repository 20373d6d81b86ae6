import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startStack } from '../../local/stack.ts'
import { startTable } from '../kit/table.ts'
import type { Outcome } from './fuzz.ts'

const usage = `npm run fuzz -- [--seed N] [--requests N] [--in-process] [--http]
  --seed N        the same seed makes the same requests, but for ids (a new one each time, which is printed)
  --requests N    how many (100,000 in process, 10,000 over HTTP)
  --in-process    only those in process, on a table of their own
  --http          only those over HTTP, to a stack of their own`

const { seed, requests, modes } = options()
if (modes.length > 1) await each()
else await run()

function options() {
  try {
    const { values } = parseArgs({
      options: {
        seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
        requests: { type: 'string' },
        'in-process': { type: 'boolean', default: false },
        http: { type: 'boolean', default: false },
      },
    })
    const { seed, requests, http } = values
    if ([seed, requests ?? '1'].some((number) => !/^\d{1,10}$/.test(number)))
      throw new Error('Numbers, please.')
    const modes = (['in-process', 'http'] as const).filter(
      (mode) => values[mode] || values['in-process'] === http,
    )
    return { seed, requests, modes }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`)
    return process.exit(2)
  }
}

/** Each mode in a process of its own: the product's modules know one table in a process. */
async function each(): Promise<void> {
  for (const mode of modes) {
    const given = ['--seed', seed, ...(requests ? ['--requests', requests] : [])]
    const [code] = await once(fork(import.meta.filename, [`--${mode}`, ...given]), 'exit')
    if (code !== 0) process.exitCode = 1
  }
}

async function run(): Promise<void> {
  const [mode] = modes
  const began = Date.now()
  const outcome = mode === 'http' ? await overHttp() : await inProcess()
  print(outcome)
  console.log(`\n${mode}, seed ${seed}: ${(Date.now() - began) / 1000} s`)
  if (outcome.faults.length > 0) process.exitCode = 1
}

function chosen(usual: number): { seed: number; requests: number } {
  return { seed: Number(seed), requests: Number(requests ?? usual) }
}

async function inProcess(): Promise<Outcome> {
  const stop = await startTable()
  try {
    const { fuzzInProcess } = await import('./in-process.ts')
    const { openApiDocument } = await import('../../shared/contract/openapi.ts')
    return await fuzzInProcess(openApiDocument(), chosen(100_000))
  } finally {
    await stop()
  }
}

async function overHttp(): Promise<Outcome> {
  const root = join(import.meta.dirname, '../..')
  const stack = await startStack({
    assembly: join(root, 'cdk.out/dev'),
    demo: join(root, 'demo/main.ts'),
    port: 0,
    seed: 'none',
    log: () => {},
    onCrash: (error) => {
      throw error
    },
  })
  try {
    const { fuzzOverHttp } = await import('./over-http.ts')
    return await fuzzOverHttp(stack, chosen(10_000))
  } finally {
    await stack.stop()
  }
}

/** Counts by route, what was answered most first; then what is wrong. */
function print({ counts, faults }: Outcome): void {
  let all = 0
  for (const [name, answers] of [...counts].sort(([one], [other]) => one.localeCompare(other))) {
    const sorted = [...answers].sort(([, one], [, other]) => other - one)
    const total = sorted.reduce((sum, [, count]) => sum + count, 0)
    all += total
    console.log(
      `${name.padEnd(18)} ${String(total).padStart(7)}  ${sorted.map(([told, count]) => `${told}: ${count}`).join(', ')}`,
    )
  }
  console.log(`${'all'.padEnd(18)} ${String(all).padStart(7)}`)
  for (const fault of faults) console.log(`\n${fault}`)
  console.log(`\n${faults.length} faults`)
}
