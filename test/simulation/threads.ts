import { Worker } from 'node:worker_threads'
import type { Job, Tally } from './worker.ts'

export type Task = Omit<Job, 'from' | 'runs'> & { name: string; seed: number; runs: number }

/** So many runs are begun with a fresh thread, so that none grows old. */
const runsEach = 25_000

/**
 * Has tasks done by so many threads; resolves with what came of each, by its name. A thread that fails fails all.
 *
 * @param told is given every report of a thread when it comes
 */
export async function inThreads(
  tasks: readonly Task[],
  threads: number,
  told: (name: string, tally: Tally) => void = () => {},
): Promise<Map<string, Tally>> {
  const totals = new Map<string, Tally>()
  const jobs = tasks.flatMap(({ name, seed, runs, ...task }) =>
    Array.from({ length: Math.ceil(runs / runsEach) }, (_, nth) => ({
      name,
      job: { ...task, from: seed + nth * runsEach, runs: Math.min(runsEach, runs - nth * runsEach) },
    })),
  )
  const thread = async () => {
    for (let next = jobs.shift(); next; next = jobs.shift()) {
      const { name, job } = next
      await inThread(job, (tally) => {
        totals.set(name, sum(totals.get(name), tally))
        told(name, tally)
      })
    }
  }
  await Promise.all(Array.from({ length: threads }, thread))
  return totals
}

function inThread(job: Job, told: (tally: Tally) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: job })
    worker.on('message', told)
    worker.on('error', reject)
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`A thread ended with ${code}`))))
  })
}

function sum(one: Tally | undefined, other: Tally): Tally {
  if (!one) return other
  const faults = new Map(one.faults)
  for (const [kind, count] of other.faults) faults.set(kind, (faults.get(kind) ?? 0) + count)
  return {
    runs: one.runs + other.runs,
    steps: one.steps + other.steps,
    commands: one.commands + other.commands,
    faults,
    violating: [...one.violating, ...other.violating],
    shrunk: [...one.shrunk, ...other.shrunk],
  }
}
