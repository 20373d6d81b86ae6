import { parentPort, workerData } from 'node:worker_threads'
import { load } from './product.ts'
import type { Shrunk } from './shrink.ts'
import type { VariantName } from './variants.ts'

/** What a thread is to do: so many runs from a seed on, on the product or a broken variant of it. */
export type Job = {
  variant?: VariantName
  from: number
  runs: number
  /** Fewer runs, where so many of them broke a rule. */
  enough: number
  /** How many of these are made into a short history. */
  histories: number
}

/** What came of it. */
export type Tally = {
  runs: number
  steps: number
  commands: number
  faults: Map<string, number>
  violating: { seed: number; violations: string[] }[]
  shrunk: Shrunk[]
}

/** Between two reports, so that somebody who waits sees that it goes on. */
const reportedRuns = 500

const empty = (): Tally => ({ runs: 0, steps: 0, commands: 0, faults: new Map(), violating: [], shrunk: [] })

const { variant, from, runs, enough, histories } = workerData as Job
Error.stackTraceLimit = 0
const simulation = await load(variant)
const { planOf } = await import('./simulation.ts')
const { shrink } = await import('./shrink.ts')

let tally = empty()
let broken = 0
for (let seed = from; seed < from + runs && broken < enough; seed++) {
  const plan = planOf(seed)
  const run = await simulation.run(plan)
  tally.runs++
  tally.steps += run.steps
  tally.commands += plan.commands.length
  for (const [kind, count] of run.faults) tally.faults.set(kind, (tally.faults.get(kind) ?? 0) + count)
  const [first] = run.violations
  if (first !== undefined) broken++
  if (first !== undefined) tally.violating.push({ seed, violations: run.violations })
  if (first !== undefined && broken <= histories) tally.shrunk.push(await shrink(simulation, plan, first))
  if (tally.runs < reportedRuns) continue
  parentPort?.postMessage(tally)
  tally = empty()
}
parentPort?.postMessage(tally)
