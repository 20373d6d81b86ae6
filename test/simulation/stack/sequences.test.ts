import { expect, test } from 'vitest'
import { devAssembly } from '../../kit/dev-stack.ts'
import { runThroughStack } from './run.ts'
import { planOf } from './sequence.ts'
import { tellSequence } from './sequences.ts'

/** Without long pauses. `npm run simulate` plays the others, and a broken variant. */
const seeds = Array.from({ length: 100 }, (_, nth) => 1 + nth)
  .filter((seed) => planOf(seed).rests === 0 && planOf(seed).pause <= 100)
  .slice(0, 3)

test('C1 to C4 hold at rest, and mails are sent once, through the whole stack with faults', async () => {
  const { sequences, violating, troubles } = await runThroughStack(devAssembly, seeds)
  expect(violating, violating.map(tellSequence).join('\n')).toEqual([])
  expect(troubles).toEqual([])
  expect(sequences).toBe(3)
}, 600_000)
