import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { build } from 'rolldown'
import { readAssembly } from '../../../local/template/assembly.ts'
import { devAssembly } from '../../kit/dev-stack.ts'
import { countsIn, showProgress } from '../progress.ts'
import { replacementsIn } from '../variants.ts'
import { runThroughStack, type StackTally } from './run.ts'
import { planOf } from './sequence.ts'

const root = join(import.meta.dirname, '../../..')

/**
 * Plays sequences through the whole stack on this machine, from a seed on, and a few on a broken variant. Prints the
 * results.
 *
 * @returns whether the product breaks no rule, and the variant was caught
 */
export async function runSequences(count: number, seed: number): Promise<boolean> {
  const began = performance.now()
  const seeds = Array.from({ length: count }, (_, nth) => seed + nth)
  let done = 0
  const tally = await runThroughStack(devAssembly, seeds, () => showProgress(++done, count, 'sequences'))
  const { commands, answers, faults, mails, compared, violating, troubles } = tally
  console.log(`${count} sequences from seed ${seed} through the stack: ${commands} commands, ${mails} mails`)
  console.log('How they were answered:')
  for (const line of countsIn(answers)) console.log(line)
  console.log('What went wrong in them, by kind:')
  for (const line of countsIn(faults)) console.log(line)
  console.log(`What reconcile says of it:\n${compared.replace(/^/gm, '  ')}`)
  console.log(`Violations: ${violating.length}`)
  for (const line of [...troubles, ...violating.slice(0, 3).map(tellSequence)]) console.log(line)
  const isCaught = await catchesChangesAfterAnEnd(seed)
  console.log(`${isCaught ? 'caught' : 'MISSED'} through the stack: ${variant}`)
  console.log(`${((performance.now() - began) / 1000).toFixed(0)} s`)
  return violating.length === 0 && troubles.length === 0 && isCaught
}

const variant = 'no fence at the end'

/** Whether the variant that copies changes after an end breaks C2. */
async function catchesChangesAfterAnEnd(seed: number): Promise<boolean> {
  // With changes long enough after an end, and nothing that takes half a minute to be made up for.
  const seeds = Array.from({ length: 100 }, (_, nth) => seed + nth).filter((one) => {
    const { rests, weather } = planOf(one)
    return rests > 0 && !weather.kinds.has('function killed')
  })
  const folder = mkdtempSync(join(tmpdir(), 'variant-'))
  try {
    await buildVariant(folder, 'sync-contacts')
    const { violating } = await runThroughStack(folder, seeds.slice(0, 10))
    return violating.flatMap(({ violations }) => violations).some((one) => one.startsWith('C2:'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

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

/** What happened in a sequence, so that one can see how a rule came to be broken. */
export function tellSequence({ seed, violations, history }: StackTally['violating'][number]): string {
  return [
    `\nThe sequence of seed ${seed}, which may take another course when it is played again:`,
    ...history.map((line) => `  ${line}`),
    ...violations.map((violation) => `  => ${violation}`),
  ].join('\n')
}
