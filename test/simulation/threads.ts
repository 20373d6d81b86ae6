import { Worker } from 'node:worker_threads'
import type { Job, Tally, Violating } from './worker.ts'

export type Task = Omit<Job, 'from'> & { name: string; seed: number }

/** Each thread makes so many runs, so that none grows old. */
const runsEach = 25_000

/** Has tasks done by so many threads at once; the results by the task's name. Rejects if a thread fails. */
export async function inThreads(tasks: readonly Task[], threads: number): Promise<Map<string, Tally>> {
  const totals = new Map<string, Tally>()
  const jobs = tasks.flatMap(({ name, seed, runs, ...task }) =>
    Array.from({ length: Math.ceil(runs / runsEach) }, (_, nth) => ({
      name,
      job: { ...task, from: seed + nth * runsEach, runs: Math.min(runsEach, runs - nth * runsEach) },
    })),
  )
  const thread = async () => {
    for (let next = jobs.shift(); next; next = jobs.shift()) {
      const tally = await inThread(next.job)
      totals.set(next.name, sum(totals.get(next.name), tally))
    }
  }
  await Promise.all(Array.from({ length: threads }, thread))
  return totals
}

function inThread(job: Job): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: job })
    worker.on('message', resolve)
    worker.on('error', reject)
    worker.on('exit', (code) => code !== 0 && reject(new Error(`A thread ended with ${code}`)))
  })
}

function sum(one: Tally | undefined, other: Tally): Tally {
  if (!one) return other
  const faults = new Map(one.faults)
  for (const [kind, count] of other.faults) faults.set(kind, (faults.get(kind) ?? 0) + count)
  return {
    runs: one.runs + other.runs,
    steps: one.steps + other.steps,
    faults,
    violating: [...one.violating, ...other.violating],
  }
}

/** Everything that happened in runs or sequences that broke a rule. */
export const tellViolating = (violating: readonly Violating[]): string =>
  violating
    .map(({ seed, violations, history }) => [`seed ${seed}:`, ...history, ...violations].join('\n  '))
    .join('\n')
