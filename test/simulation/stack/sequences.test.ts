import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { build } from 'rolldown'
import { expect, test } from 'vitest'
import { readAssembly } from '../../../local/template/assembly.ts'
import { devAssembly } from '../../kit/dev-stack.ts'
import { tellViolating } from '../threads.ts'
import { replacementsIn } from '../variants.ts'
import { runThroughStack } from './run.ts'
import { planOf, type SequencePlan } from './sequence.ts'

const root = join(import.meta.dirname, '../../..')

/** `npm run simulate` plays as many sequences as this says, of all kinds. */
const count = Number(process.env.SIMULATION_SEQUENCES ?? 0)
const first = Number(process.env.SIMULATION_SEED ?? 1)

const seedsOf = (suits: (plan: SequencePlan) => boolean) =>
  Array.from({ length: 100 }, (_, nth) => first + nth).filter((seed) => suits(planOf(seed)))

/** With many faults and without long pauses. */
const few = seedsOf(
  ({ rests, pause, weather }) =>
    rests === 0 && pause <= 100 && weather.faultRate >= 0.1 && weather.faults >= 5,
).slice(0, 3)
const seeds = count > 0 ? Array.from({ length: count }, (_, nth) => first + nth) : few
const kind = count > 0 ? `from seed ${first}` : 'without long pauses'

test(
  `C1 to C4 hold at rest, and mails are sent once, through the whole stack with faults, ${kind}`,
  async () => {
    const { sequences, faults, violating, troubles } = await runThroughStack(devAssembly, seeds)
    expect(violating, tellViolating(violating)).toEqual([])
    expect(troubles).toEqual([])
    expect(sequences).toBe(seeds.length)
    expect([...faults.values()].reduce((sum, count) => sum + count)).toBeGreaterThan(0)
  },
  600_000 + count * 5_000,
)

const variant = 'no fence at the end'

test.runIf(count > 0)(
  `the sequences notice: ${variant}`,
  async () => {
    // With changes long enough after an end, and nothing that takes half a minute to be made up for.
    const changing = seedsOf(({ rests, weather }) => rests > 0 && !weather.kinds.has('function killed'))
    const folder = mkdtempSync(join(tmpdir(), 'variant-'))
    try {
      await buildVariant(folder, 'sync-contacts')
      const { violating } = await runThroughStack(folder, changing.slice(0, 10))
      expect(violating.flatMap(({ violations }) => violations)).toContainEqual(expect.stringMatching(/^C2:/))
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
  600_000,
)

/** Copies the assembly into a folder, with the broken variant of one function. */
async function buildVariant(folder: string, functionName: string): Promise<void> {
  cpSync(devAssembly, folder, { recursive: true })
  const { stacks, assets } = readAssembly(folder)
  const key = stacks
    .flatMap(({ template }) => Object.values(template.Resources ?? {}))
    .map(({ Properties }) => Properties as { FunctionName?: unknown; Code?: { S3Key: string } } | undefined)
    .find((properties) => String(properties?.FunctionName).endsWith(`-${functionName}`))?.Code?.S3Key
  const bundle = assets.get(key?.replace('.zip', '') ?? '')
  if (!bundle) throw new Error(`${devAssembly} has no bundle of ${functionName}`)
  await build({
    input: join(root, 'functions', `${functionName}.ts`),
    platform: 'node',
    plugins: [
      { name: variant, transform: (code, id) => code + replacementsIn(relative(root, id), [variant]) },
    ],
    output: { file: join(bundle, 'index.cjs'), format: 'cjs', codeSplitting: false },
  })
}
