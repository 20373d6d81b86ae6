import { expect, it } from 'vitest'

/** The tests of infra/ as one file, so that one mutant costs one synthesis of each environment. */
async function load(): Promise<void> {
  await import('../infra/data-stack.test.ts')
  await import('../infra/alarms.test.ts')
  await import('../infra/api-stack.test.ts')
  await import('../infra/effects-stack.test.ts')
  await import('../infra/web-stack.test.ts')
  await import('../infra/grants.test.ts')
  await import('../infra/environments.test.ts')
}

// Stryker does not count a file that fails to load.
const failure = await load().catch((error: unknown) => error)

it('every environment is synthesized', () => {
  expect(failure).toBeUndefined()
})
