import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

const project = (
  name: string,
  include: string[],
  test: TestProjectInlineConfiguration['test'] = {},
): TestProjectInlineConfiguration => ({ extends: true, test: { name, include, ...test } })

const onTables = { globalSetup: 'test/kit/dynamodb.ts', setupFiles: 'test/kit/own-table.ts' }
const onStack = { globalSetup: 'test/journeys/stack.ts', setupFiles: 'test/journeys/own-accounts.ts' }
const reconciling = ['test/table/reconcile.test.ts', 'test/functions/reconcile-contacts.test.ts']

// Files run beside each other, as many as keep two cores busy: those of the effects mostly wait, and each has accounts or
// a table of its own.
export default defineConfig({
  test: {
    maxWorkers: 4,
    // On a busy machine, a slow test passes and a test that hangs ends.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    projects: [
      project('unit', [
        'test/{answers,domain,contract,mail,model,runtime,infra,operate,docs,checks}/**/*.test.ts',
        'test/fuzz/rules.test.ts',
      ]),
      project('table', ['test/{table,functions,demo}/**/*.test.ts', 'test/simulation/store.test.ts'], {
        ...onTables,
        exclude: ['test/table/relationship.test.ts', ...reconciling],
      }),
      // On engines of their own: DynamoDB Local gets slower with all that it holds and has held.
      project('histories', ['test/table/relationship.test.ts', 'test/fuzz/in-process.test.ts'], onTables),
      project('reconcile', reconciling, onTables),
      project('simulation', ['test/simulation/simulation.test.ts']),
      project('effects', ['test/effects/**/*.test.ts'], onTables),
      project('local', ['test/local/**/*.test.ts']),
      project('journeys', ['test/journeys/**/*.test.ts', 'test/fuzz/over-http.test.ts'], onStack),
      project('sequences', ['test/simulation/stack/**/*.test.ts']),
      project('web', ['test/web/**/*.test.ts'], onStack),
    ],
  },
})
