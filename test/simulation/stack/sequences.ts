import { join } from 'node:path'
import { countsIn, showProgress } from '../progress.ts'
import { runThroughStack, type StackTally } from './run.ts'

const assembly = join(import.meta.dirname, '../../../cdk.out/dev')

/**
 * Sequences through the whole stack on this machine, from a seed on. Prints what came of them.
 *
 * @returns whether no rule was broken
 */
export async function runSequences(count: number, seed: number): Promise<boolean> {
  const began = performance.now()
  const seeds = Array.from({ length: count }, (_, nth) => seed + nth)
  let done = 0
  const tally = await runThroughStack(assembly, seeds, () => showProgress(++done, count, 'sequences'))
  const { commands, answers, faults, mails, compared, violating, troubles } = tally
  console.log(`${count} sequences from seed ${seed} through the stack: ${commands} commands, ${mails} mails`)
  console.log('How they were answered:')
  for (const line of countsIn(answers)) console.log(line)
  console.log('What went wrong in them, by kind:')
  for (const line of countsIn(faults)) console.log(line)
  console.log(`What reconcile says of it:\n${compared.replace(/^/gm, '  ')}`)
  console.log(`Violations: ${violating.length}`)
  for (const line of [...troubles, ...violating.slice(0, 3).map(tellSequence)]) console.log(line)
  console.log(`${((performance.now() - began) / 1000).toFixed(0)} s`)
  return violating.length === 0 && troubles.length === 0
}

/** What happened in a sequence, so that one can see how a rule came to be broken. */
export function tellSequence({ seed, violations, history }: StackTally['violating'][number]): string {
  return [
    `\nThe sequence of seed ${seed}, which may take another course when it is played again:`,
    ...history.map((line) => `  ${line}`),
    ...violations.map((violation) => `  => ${violation}`),
  ].join('\n')
}
