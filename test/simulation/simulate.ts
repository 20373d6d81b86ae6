import { parseArgs } from 'node:util'
import { runInterleavings } from './interleavings.ts'
import { runSequences } from './stack/sequences.ts'

const usage = `npm run simulate [-- --runs N] [-- --sequences N] [-- --seed N]
  Looks for a course of events in which contacts don't stay in step, or a mail is lost or sent twice.
  --runs N         so many interleavings in memory, of the product and of each variant broken on purpose (500000; 0: none)
  --sequences N    so many sequences of 20 commands through the stack on this machine, with faults injected (1000; 0: none)
  --seed N         the first seed (1)
  Ends with 1 where a rule is broken or a variant is not noticed.`

const { runs, sequences, seed } = readOptions()
const held = runs === 0 || (await runInterleavings(runs, seed))
const heldToo = sequences === 0 || (await runSequences(sequences, seed))
process.exitCode = held && heldToo ? 0 : 1

function readOptions() {
  try {
    const type = 'string' as const
    const { values } = parseArgs({ options: { runs: { type }, sequences: { type }, seed: { type } } })
    const number = (text: string) => {
      if (!/^\d{1,9}$/.test(text)) throw new Error(`${text} is not a number`)
      return Number(text)
    }
    return {
      runs: number(values.runs ?? '500000'),
      sequences: number(values.sequences ?? '1000'),
      seed: number(values.seed ?? '1'),
    }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`)
    return process.exit(2)
  }
}
