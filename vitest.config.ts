import { defineConfig } from 'vitest/config'

// Stacks and databases would slow each other into timeouts: one kind of test after the other, and those that load
// a whole stack one file at a time. The tests of the effects mostly wait, so the table's run beside them.
export default defineConfig({
  test: {
    // Time for a busy machine: what hangs is ended, what is slow is not.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'test/{domain,contract,mail,model,runtime,infra,docs,checks}/**/*.test.ts',
            'test/fuzz/rules.test.ts',
          ],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'table',
          include: ['test/{table,functions,demo}/**/*.test.ts', 'test/simulation/store.test.ts'],
          exclude: [
            'test/table/{relationship,reconcile}.test.ts',
            'test/functions/reconcile-contacts.test.ts',
          ],
          globalSetup: 'test/dynamodb.ts',
          setupFiles: 'test/own-table.ts',
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          // On engines of their own: DynamoDB Local gets slower with all that it holds and has held.
          name: 'histories',
          include: ['test/table/relationship.test.ts', 'test/fuzz/in-process.test.ts'],
          globalSetup: 'test/dynamodb.ts',
          setupFiles: 'test/own-table.ts',
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'reconcile',
          include: ['test/table/reconcile.test.ts', 'test/functions/reconcile-contacts.test.ts'],
          globalSetup: 'test/dynamodb.ts',
          setupFiles: 'test/own-table.ts',
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'simulation',
          include: ['test/simulation/simulation.test.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'effects',
          include: ['test/effects/**/*.test.ts'],
          globalSetup: 'test/dynamodb.ts',
          setupFiles: 'test/own-table.ts',
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'local',
          include: ['test/local/**/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'journeys',
          include: ['test/journeys/**/*.test.ts', 'test/fuzz/over-http.test.ts'],
          globalSetup: 'test/journeys/stack.ts',
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: 'web',
          include: ['test/web/**/*.test.ts'],
          globalSetup: 'test/journeys/stack.ts',
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
})
