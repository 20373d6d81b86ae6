import { mutants, smallPages } from './mutants.ts'
import { inThreads } from './threads.ts'
const [runs, ...names] = process.argv.slice(2)
const t = await inThreads(mutants.filter((m) => names.some((n) => m.name.includes(n))).map((m) => ({ name: m.name, edits: [smallPages, ...m.edits], seed: 1, runs: Number(runs), histories: 1 })), 2)
for (const [n, x] of t) console.log(n, x.violating.length, 'of', x.runs, x.violating.slice(0, 3).map((v) => `${v.seed} ${v.violations[0]}`), x.steps / x.runs, x.shrunk[0] ? x.shrunk[0].history.join('\n') : '')
