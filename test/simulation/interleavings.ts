import { availableParallelism } from 'node:os'
import { countsIn, showProgress } from './progress.ts'
import type { Shrunk } from './shrink.ts'
import { inThreads } from './threads.ts'
import { brokenVariants } from './variants.ts'
import type { Tally } from './worker.ts'

/** A variant is to be caught in so many runs; after some violations there is no more to learn. */
const variantRuns = 25_000
const enough = 5

const product = 'the product'

/**
 * Interleavings in memory, from a seed on, of the product as it is, then of each variant that is broken on purpose until it
 * has been caught. Prints what came of them.
 *
 * @returns whether the product breaks no rule, and every variant was caught
 */
export async function runInterleavings(runs: number, seed: number): Promise<boolean> {
  const tasks = [
    { name: product, seed, runs, enough, histories: 1 },
    ...brokenVariants.map((variant) => ({
      name: variant,
      variant,
      seed,
      runs: variantRuns,
      enough,
      histories: 0,
    })),
  ]
  const all = tasks.reduce((total, task) => total + task.runs, 0)
  const began = performance.now()
  let done = 0
  const totals = await inThreads(tasks, Math.max(2, availableParallelism()), (_, tally) => {
    done += tally.runs
    showProgress(done, all, 'runs')
  })
  showProgress(all, all, 'runs')

  const found = totals.get(product)
  if (!found) throw new Error('Nothing was run')
  report(found, seed)
  const missed = brokenVariants.filter((name) => !isCaught(name, totals.get(name)))
  console.log(`${((performance.now() - began) / 1000).toFixed(0)} s`)
  return found.violating.length === 0 && missed.length === 0
}

function report({ runs, steps, commands, faults, violating, shrunk }: Tally, seed: number) {
  const each = (count: number) => (count / runs).toFixed(1)
  console.log(
    `${runs} runs from seed ${seed}, ${steps} steps: ${each(commands)} commands and ${each(steps)} steps a run`,
  )
  console.log('What went wrong in them, by kind:')
  for (const line of countsIn(faults)) console.log(line)
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
