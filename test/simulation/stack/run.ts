import { environment } from '../../../shared/environment.ts'
import type { Item } from '../../kit/expressions.ts'
import type { FaultKind } from '../weather.ts'
import type { Violating } from '../worker.ts'
import { Client } from './client.ts'
import { startRunning } from './running.ts'
import { judgedTypes, planOf, Sequence, seedIn } from './sequence.ts'
import { Watcher } from './watcher.ts'

/** What came of sequences. */
export type StackTally = {
  sequences: number
  faults: Map<FaultKind, number>
  violating: Violating[]
  /** What is wrong that is of no sequence. */
  troubles: string[]
}

/** Sequences side by side: they mostly wait between two commands. */
const abreast = 64

/**
 * Plays the sequences of these seeds on a stack of their own, with faults injected between its functions and its engines,
 * and judges each when all has come to rest.
 *
 * @param assembly the synthesized assembly's folder
 */
export async function runThroughStack(assembly: string, seeds: number[]): Promise<StackTally> {
  const running = await startRunning(assembly)
  const { stack, tableName } = running
  const sequences = new Map(seeds.map((seed) => [seed, new Sequence(planOf(seed))]))
  const about = (text: string) => sequences.get(seedIn(text) ?? Number.NaN)
  stack.faults.add((call) => about(JSON.stringify(call.input))?.called(call))
  stack.deliveries.add((functionName, records) =>
    about(JSON.stringify(records[0]?.dynamodb.Keys))?.delivered(functionName) ? 'twice' : undefined,
  )
  const watcher = new Watcher(stack.dynamodb, tableName, (change, now) =>
    about(`${change.pk} ${change.sk}`)?.seen(change, now),
  )
  watcher.start()
  try {
    process.env[environment.table] = tableName
    const { itemsOf } = await import('../accounts.ts')
    const client = new Client(stack)
    const asking = { ask: client.ask.bind(client), caughtUp: () => watcher.caughtUp() }
    const left = [...sequences.values()]
    const player = async () => {
      for (let sequence = left.shift(); sequence; sequence = left.shift()) {
        const since = Date.now()
        await running.put(sequence.accounts.flatMap(({ accountId, size }) => itemsOf(accountId, size, since)))
        await watcher.caughtUp()
        await sequence.play(asking)
      }
    }
    await Promise.all(Array.from({ length: abreast }, player))
    for (const sequence of sequences.values()) sequence.isRough = false
    await running.rest()
    await running.compare()
    await watcher.caughtUp()
    const bySeed = Map.groupBy(await running.items(judgedTypes), ({ pk }) => seedIn(String(pk)))
    const mails = await running.mails()
    return tallyOf([...sequences.values()], bySeed, mails, running)
  } finally {
    await watcher.stop()
    await running.stop()
  }
}

function tallyOf(
  sequences: Sequence[],
  bySeed: Map<number | undefined, Item[]>,
  mails: string[],
  { troubles, timeouts }: { troubles: string[]; timeouts(): number },
): StackTally {
  const answers = sum(sequences.map((sequence) => sequence.answers))
  const faults = sum(sequences.map((sequence) => sequence.faults.counts))
  const noted = sequences.flatMap(({ history }) => history.mails.map(({ to }) => to))
  if (noted.sort().join() !== mails.sort().join())
    troubles.push(`SES has ${mails.length} mails, and was seen to take ${noted.length}`)
  const ended = sequences.reduce((total, { faults }) => total + faults.endedActions, 0)
  const unanswered = answers.get('500') ?? 0
  if (unanswered > ended + timeouts())
    troubles.push(`${unanswered} requests had no answer, and only ${ended} functions were ended`)
  const violating = sequences.flatMap((sequence) => {
    const { seed } = sequence.plan
    const violations = sequence.violations(bySeed.get(seed) ?? [])
    return violations.length > 0 ? [{ seed, violations, history: sequence.trace }] : []
  })
  return { sequences: sequences.length, faults, violating, troubles }
}

function sum<Kind>(counts: Map<Kind, number>[]): Map<Kind, number> {
  const total = new Map<Kind, number>()
  for (const one of counts) for (const [kind, count] of one) total.set(kind, (total.get(kind) ?? 0) + count)
  return total
}
