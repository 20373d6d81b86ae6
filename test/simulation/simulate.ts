import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { mutants, smallPages } from './mutants.ts'
import type { Shrunk } from './shrink.ts'
import { inThreads } from './threads.ts'
import type { Tally } from './worker.ts'

/**
 * The simulation of contact sync: `--runs` interleavings from `--seed` on, of the product as it is, then fewer of each
 * variant that is broken on purpose. Ends with 1 where the product breaks a rule or a variant is not caught.
 */
const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' } } })
const runs = Number(values.runs ?? 500_000)
const seed = Number(values.seed ?? 1)
/** A variant is caught at the latest in so many runs; after some violations there is no more to learn. */
const mutantRuns = Math.min(runs, 25_000)
const enough = 10

const product = 'the product'
const tasks = [
  { name: product, edits: [smallPages], seed, runs, enough: 5, histories: 1 },
  ...mutants.map(({ name, edits }) => ({
    name,
    edits: [smallPages, ...edits],
    seed,
    runs: mutantRuns,
    enough,
    histories: 0,
  })),
]
const all = tasks.reduce((total, task) => total + task.runs, 0)

const began = performance.now()
let done = 0
const totals = await inThreads(tasks, Math.max(2, availableParallelism()), (_, tally) => {
  done += tally.runs
  if (process.stderr.isTTY) process.stderr.write(`\r${bar(done / all)} ${done} of ${all} runs`)
})
if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')

const found = totals.get(product)
if (!found) throw new Error('Nothing was run')
report(found)
const missed = mutants.filter(({ name }) => !isCaught(name, totals.get(name)))
console.log(`${((performance.now() - began) / 1000).toFixed(0)} s`)
process.exitCode = found.violating.length > 0 || missed.length > 0 ? 1 : 0

function bar(part: number): string {
  const width = 30
  const full = Math.round(part * width)
  return `[${'#'.repeat(full)}${'.'.repeat(width - full)}]`
}

function report({ runs: counted, steps, commands, faults, violating, shrunk }: Tally) {
  const each = (count: number) => (count / counted).toFixed(1)
  console.log(
    `${counted} runs from seed ${seed}, each of ${each(commands)} commands and ${each(steps)} steps`,
  )
  console.log('What went wrong in them, by kind:')
  for (const [kind, count] of [...faults].sort(([, one], [, other]) => other - one))
    console.log(`  ${String(count).padStart(9)}  ${kind}`)
  console.log(`Violations: ${violating.length}`)
  for (const { seed: one, violations } of violating.slice(0, 10))
    console.log(`  seed ${one}: ${violations[0]}`)
  for (const one of shrunk.slice(0, 3)) console.log(`\n${tell(one)}\n`)
}

function tell({ plan, violations, history }: Shrunk): string {
  return [
    `A short history that ends so, of seed ${plan.seed}:`,
    ...history.map((line) => `  ${line}`),
    ...violations.map((violation) => `  => ${violation}`),
  ].join('\n')
}

function isCaught(name: string, tally: Tally | undefined): boolean {
  const caught = tally?.violating.length ?? 0
  console.log(
    `${caught > 0 ? 'caught' : 'MISSED'} in ${String(caught).padStart(5)} of ${tally?.runs} runs: ${name}`,
  )
  return caught > 0
}
