import { defineConfig } from 'vitest/config'

// Files run beside each other, as many as keep two cores busy: those of the effects mostly wait, and each has accounts or
// a table of its own.
export default defineConfig({
  test: {
    maxWorkers: 4,
    // Time for a busy machine: what hangs is ended, what is slow is not.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'test/{answers,domain,contract,mail,model,runtime,infra,operate,docs,checks}/**/*.test.ts',
            'test/fuzz/rules.test.ts',
          ],
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
          globalSetup: 'test/kit/dynamodb.ts',
          setupFiles: 'test/kit/own-table.ts',
        },
      },
      {
        extends: true,
        test: {
          // On engines of their own: DynamoDB Local gets slower with all that it holds and has held.
          name: 'histories',
          include: ['test/table/relationship.test.ts', 'test/fuzz/in-process.test.ts'],
          globalSetup: 'test/kit/dynamodb.ts',
          setupFiles: 'test/kit/own-table.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'reconcile',
          include: ['test/table/reconcile.test.ts', 'test/functions/reconcile-contacts.test.ts'],
          globalSetup: 'test/kit/dynamodb.ts',
          setupFiles: 'test/kit/own-table.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'simulation',
          include: ['test/simulation/simulation.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'effects',
          include: ['test/effects/**/*.test.ts'],
          globalSetup: 'test/kit/dynamodb.ts',
          setupFiles: 'test/kit/own-table.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'local',
          include: ['test/local/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'journeys',
          include: ['test/journeys/**/*.test.ts', 'test/fuzz/over-http.test.ts'],
          globalSetup: 'test/journeys/stack.ts',
          setupFiles: 'test/journeys/own-accounts.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'sequences',
          include: ['test/simulation/stack/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'web',
          include: ['test/web/**/*.test.ts'],
          globalSetup: 'test/journeys/stack.ts',
          setupFiles: 'test/journeys/own-accounts.ts',
        },
      },
    ],
  },
})
