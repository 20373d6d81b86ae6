import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { mutants } from '../mutants.ts'
import { mutated } from './mutated.ts'
import { runThroughStack } from './run.ts'
import { planOf } from './sequence.ts'
import { tellSequence } from './sequences.ts'

const assembly = join(import.meta.dirname, '../../../cdk.out/dev')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mutated-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const from = (seed: number, count: number) => Array.from({ length: count }, (_, nth) => seed + nth)

test('C1 to C4 hold at rest, and mails are sent once, through the whole stack with faults', async () => {
  const { sequences, violating, troubles } = await runThroughStack(assembly, from(1, 10))
  expect(violating, violating.map(tellSequence).join('\n')).toEqual([])
  expect(troubles).toEqual([])
  expect(sequences).toBe(10)
}, 600_000)

/** With changes long enough after an end, and nothing that takes half a minute to be made up for. */
const telling = from(1, 100).filter((seed) => {
  const { rests, weather } = planOf(seed)
  return rests > 0 && !weather.kinds.has('function killed')
})

test('it is noticed that changes after an end are copied', async () => {
  const edits = mutants.find(({ name }) => name === 'no fence at the end')?.edits ?? []
  expect(edits).toHaveLength(1)
  const broken = await mutated(assembly, { folder, edits, functions: ['sync-contacts'] })
  const { violating } = await runThroughStack(broken, telling.slice(0, 10))
  expect(violating.flatMap(({ violations }) => violations).some((one) => one.startsWith('C2:'))).toBe(true)
}, 600_000)
