import { expect, test } from 'vitest'
import { inThreads, type Task } from './threads.ts'
import { brokenVariants } from './variants.ts'

const threads = 2

const task = (name: string, runs: number): Task => ({ name, seed: 1, runs, enough: 1, histories: 1 })

test('C1 to C4 hold at rest, and mails are sent once, after any interleaving and fault', async () => {
  const halves = [1, 501].map((seed) => ({ ...task('product', 500), seed }))
  const totals = await inThreads(halves, threads)
  const { violating = [], shrunk = [] } = totals.get('product') ?? {}
  const histories = shrunk.map(({ history, violations }) => [...history, ...violations].join('\n'))
  expect(violating, histories.join('\n')).toEqual([])
  expect(totals.get('product')?.runs).toBe(1_000)
}, 300_000)

/** These variants need hundreds of runs. `npm run simulate` catches them too. */
const rarelyCaught = [
  'no tombstone of a removed contact',
  "a removed contact's tombstone has the epoch of the contact, not of the last partnership",
  'partnership read before the users',
  "copies by the owner's record of the partnership",
  'a claim that is not given up when its holder has died',
  "a confirmation link that works after the host's put",
]

test('the simulation notices what is broken', async () => {
  const soonCaught = brokenVariants.filter((name) => !rarelyCaught.includes(name))
  expect(soonCaught).toHaveLength(brokenVariants.length - rarelyCaught.length)
  const tasks = soonCaught.map((variant) => ({ ...task(variant, 500), variant, histories: 0 }))
  const totals = await inThreads(tasks, threads)
  const missed = soonCaught.filter((name) => !totals.get(name)?.violating.length)
  expect(missed).toEqual([])
}, 300_000)

test('the same seed gives the same run', async () => {
  const [one, other] = await Promise.all([1, 2].map(() => inThreads([task('product', 20)], 1)))
  expect(one).toEqual(other)
}, 60_000)
