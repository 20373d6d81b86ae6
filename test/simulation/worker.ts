import { parentPort, workerData } from 'node:worker_threads'
import { load } from './product.ts'
import type { VariantName } from './variants.ts'
import type { FaultKind } from './weather.ts'

/** What a thread does: so many runs from a seed on, on the product or a broken variant of it. */
export type Job = {
  variant?: VariantName
  from: number
  /** It ends with the first that breaks a rule. */
  runs: number
}

/** A run or sequence that broke a rule, with all that happened in it. */
export type Violating = { seed: number; violations: string[]; history: string[] }

/** What came of a job. */
export type Tally = {
  runs: number
  steps: number
  faults: Map<FaultKind, number>
  violating: Violating[]
}

const { variant, from, runs } = workerData as Job
Error.stackTraceLimit = 0
const simulation = await load(variant)
const { planOf } = await import('./simulation.ts')

const tally: Tally = { runs: 0, steps: 0, faults: new Map(), violating: [] }
for (let seed = from; seed < from + runs && tally.violating.length === 0; seed++) {
  const plan = planOf(seed)
  const { steps, faults, violations } = await simulation.run(plan)
  tally.runs++
  tally.steps += steps
  for (const [kind, count] of faults) tally.faults.set(kind, (tally.faults.get(kind) ?? 0) + count)
  if (violations.length === 0) continue
  const history: string[] = []
  await simulation.run(plan, history)
  tally.violating.push({ seed, violations, history })
}
parentPort?.postMessage(tally)
