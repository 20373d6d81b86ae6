import { startTable } from './table.ts'

// node bench/run.ts NAME runs one of the measurements below on DynamoDB Local. Needs cdk.out/dev.

const benches: Record<string, () => Promise<{ default: () => Promise<void> }>> = {
  csv: () => import('./csv.ts'),
  sync: () => import('./sync.ts'),
}

const bench = benches[process.argv[2] ?? '']
if (!bench) {
  console.error(`Which one? There are ${Object.keys(benches).join(', ')}.`)
  process.exit(2)
}
const stop = await startTable()
try {
  await (await bench()).default()
} finally {
  await stop()
}
