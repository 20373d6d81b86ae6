import { expect, test } from 'vitest'
import { mutants, smallPages } from './mutants.ts'
import { inThreads, type Task } from './threads.ts'

const threads = 2

const task = (name: string, runs: number): Task => ({
  name,
  edits: [smallPages],
  seed: 1,
  runs,
  enough: 1,
  histories: 1,
})

test('C1 to C4 hold at rest, and mails are sent once, after any interleaving and fault', async () => {
  const halves = [1, 3_001].map((seed) => ({ ...task('product', 3_000), seed }))
  const totals = await inThreads(halves, threads)
  const { violating = [], shrunk = [] } = totals.get('product') ?? {}
  const histories = shrunk.map(({ history, violations }) => [...history, ...violations].join('\n'))
  expect(violating, histories.join('\n')).toEqual([])
  expect(totals.get('product')?.runs).toBe(6_000)
}, 300_000)

/** What few runs show; the others take the many of `npm run simulate`. */
const soonCaught = [
  'no fence at the end',
  'stop at the first page of users',
  'no copies for a new partnership',
  'acknowledged before it is written',
  'a failed record counts as queued, and is not',
  'only one side records the end',
  'a mail without a claim',
  "a takeover that deletes another's claim",
  'an address that is not handed back when its holder leaves it',
  "a takeover that keeps the displaced user's version",
  "a confirmation link that works after the host's put",
]

test('the simulation notices what is broken', async () => {
  const tried = mutants.filter(({ name }) => soonCaught.includes(name))
  expect(tried).toHaveLength(soonCaught.length)
  const tasks = tried.map(({ name, edits }) => ({
    ...task(name, 1_000),
    edits: [smallPages, ...edits],
    histories: 0,
  }))
  const totals = await inThreads(tasks, threads)
  const missed = soonCaught.filter((name) => totals.get(name)?.violating.length === 0)
  expect(missed).toEqual([])
}, 300_000)

test('the same seed gives the same run', async () => {
  const [one, other] = await Promise.all([1, 2].map(() => inThreads([task('product', 20)], 1)))
  expect(one).toEqual(other)
}, 60_000)
