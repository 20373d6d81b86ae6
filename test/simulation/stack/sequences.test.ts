import { expect, test } from 'vitest'
import { devAssembly } from '../../kit/dev-stack.ts'
import { runThroughStack } from './run.ts'
import { planOf } from './sequence.ts'
import { tellSequence } from './sequences.ts'

/** With many faults and without long pauses. `npm run simulate` plays the others, and a broken variant. */
const seeds = Array.from({ length: 100 }, (_, nth) => 1 + nth)
  .filter((seed) => {
    const { rests, pause, weather } = planOf(seed)
    return rests === 0 && pause <= 100 && weather.faultRate >= 0.1 && weather.faults >= 5
  })
  .slice(0, 3)

test('C1 to C4 hold at rest, and mails are sent once, through the whole stack with faults, without long pauses', async () => {
  const { sequences, faults, violating, troubles } = await runThroughStack(devAssembly, seeds)
  expect(violating, violating.map(tellSequence).join('\n')).toEqual([])
  expect(troubles).toEqual([])
  expect(sequences).toBe(3)
  expect([...faults.values()].reduce((sum, count) => sum + count)).toBeGreaterThan(0)
}, 600_000)
