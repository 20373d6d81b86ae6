import { startTable } from '../test/kit/table.ts'

// node bench/run.ts NAME runs one of the measurements below. Needs cdk.out/dev.

type Bench = () => Promise<{ default: () => Promise<void> }>

const benches: Record<string, () => Promise<void>> = {
  csv: () => onTable(() => import('./csv.ts')),
  load: async () => (await import('./load.ts')).default(),
  sync: () => onTable(() => import('./sync.ts')),
}

const bench = benches[process.argv[2] ?? '']
if (!bench) {
  console.error(`Which one? There are ${Object.keys(benches).join(', ')}.`)
  process.exit(2)
}
await bench()

/** Runs it on DynamoDB Local, by itself. */
async function onTable(bench: Bench): Promise<void> {
  const stop = await startTable()
  try {
    await (await bench()).default()
  } finally {
    await stop()
  }
}
