import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type Part, parts } from './parts.ts'

const usage = `npm run mutate -- [PART…]
  Runs the mutation tests of these parts, or of all: ${Object.keys(parts).join(', ')}`

const stryker = join(
  dirname(createRequire(import.meta.url).resolve('@stryker-mutator/core/package.json')),
  'bin/stryker.js',
)
const wanted = process.argv.slice(2)
const unknown = wanted.filter((part) => !(part in parts))
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}.\n\n${usage}`)
  process.exit(2)
}
for (const part of (wanted.length > 0 ? wanted : Object.keys(parts)) as Part[]) {
  const { status } = spawnSync(process.execPath, [stryker, 'run'], {
    stdio: 'inherit',
    env: { ...process.env, MUTATED_PART: part },
  })
  if (status !== 0) process.exitCode = 1
}
