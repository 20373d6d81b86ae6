import { defineConfig } from 'vitest/config'

// For mutation testing: without the engines of other kinds of test, and without the random histories, which take long
// to shrink, so that each mutant is met by the tables alone.
export default defineConfig({
  test: { include: ['test/domain/**/*.test.ts'], exclude: ['test/domain/relationship.test.ts'] },
})
