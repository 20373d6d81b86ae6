import { globSync } from 'node:fs'
import { expect, it } from 'vitest'

/**
 * The tests of infra/ as one file, so that one mutant costs one synthesis of each environment. That of the bundler is not
 * among them, because the bundler is not mutated.
 */
async function load(): Promise<void> {
  for (const file of globSync('../infra/!(bundle).test.ts', { cwd: import.meta.dirname })) await import(file)
}

// Stryker does not count a file that fails to load.
const failure = await load().catch((error: unknown) => error)

it('every environment is synthesized', () => {
  expect(failure).toBeUndefined()
})
