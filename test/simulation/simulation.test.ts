import { availableParallelism } from 'node:os'
import { expect, test } from 'vitest'
import { inThreads, type Task, tellViolating } from './threads.ts'
import { brokenVariants } from './variants.ts'
import { faultKinds } from './weather.ts'

const threads = Math.max(2, availableParallelism())
/** `npm run simulate` makes more runs, of other seeds. */
const runs = Number(process.env.SIMULATION_RUNS ?? 1_000)
const first = Number(process.env.SIMULATION_SEED ?? 1)
const isLong = runs > 1_000

const task = (name: string, runs: number): Task => ({ name, seed: first, runs })

test(
  `C1 to C4 hold at rest, and mails are sent once, after any interleaving and fault (from seed ${first})`,
  async () => {
    const half = task('product', runs / 2)
    const totals = await inThreads([half, { ...half, seed: first + runs / 2 }], threads)
    const { violating = [], faults, runs: made } = totals.get('product') ?? {}
    expect(violating, tellViolating(violating)).toEqual([])
    expect(made).toBe(runs)
    expect([...(faults?.keys() ?? [])].sort()).toEqual([...faultKinds].sort())
  },
  300_000 + runs * 20,
)

/** These variants need thousands of runs. `npm run simulate` catches them. */
const rarelyCaught = [
  'no tombstone of a removed contact',
  "a removed contact's tombstone has the epoch of the contact, not of the last partnership",
  'partnership read before the users',
  "copies by the owner's record of the partnership",
  'a claim that is not given up when its holder has died',
  "a confirmation link that works after the host's put",
]

test(
  'the simulation notices what is broken',
  async () => {
    const caught = brokenVariants.filter((name) => isLong || !rarelyCaught.includes(name))
    expect(caught).toHaveLength(brokenVariants.length - (isLong ? 0 : rarelyCaught.length))
    const tasks = caught.map((variant) => ({ ...task(variant, isLong ? 25_000 : 500), variant }))
    const totals = await inThreads(tasks, threads)
    expect(caught.filter((name) => !totals.get(name)?.violating.length)).toEqual([])
  },
  300_000 + runs * 20,
)

test('the same seed gives the same run', async () => {
  const [one, other] = await Promise.all([1, 2].map(() => inThreads([task('product', 20)], 1)))
  expect(one).toEqual(other)
}, 60_000)
