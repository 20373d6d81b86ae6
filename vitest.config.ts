import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { functionsEnvironment as env } from './test/kit/environment.ts'

const project = (
  name: string,
  include: string[],
  test: TestProjectInlineConfiguration['test'] = {},
): TestProjectInlineConfiguration => ({ extends: true, test: { name, include, ...test } })

const onTables = { globalSetup: 'test/kit/dynamodb.ts', setupFiles: 'test/kit/own-table.ts', env }
const onStack = { globalSetup: 'test/journeys/stack.ts', setupFiles: 'test/journeys/own-accounts.ts' }
const reconciling = ['test/table/reconcile.test.ts', 'test/functions/reconcile-contacts.test.ts']
const writing = ['test/functions/budgets.test.ts', 'test/fuzz/in-process.test.ts']

/** The files that take longest. They start first, so that none of them runs alone at the end. */
const longest = [
  'journeys/who-sees-what',
  'functions/budgets',
  'table/reconcile',
  'effects/sync-cost',
  'journeys/contacts',
  'effects/faults',
  'simulation/simulation',
  'local/start',
  'journeys/journeys',
  'local/engines/database',
  'operate/import',
  'table/races',
  'simulation/stack/sequences',
  'table/relationship',
  'table/hosts-word',
  'effects/copies',
  'local/restart',
  'fuzz/in-process',
  'effects/reconcile',
]
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = longest.findIndex((file) => moduleId.endsWith(`/test/${file}.test.ts`))
      return at === -1 ? longest.length : at
    }
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other))
  }
}

// Files run beside each other, as many as keep two cores busy. Each has accounts or a table of its own.
export default defineConfig({
  test: {
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    // On a busy machine, a slow test passes and a test that hangs ends.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    projects: [
      project(
        'unit',
        [
          'test/{answers,domain,contract,mail,model,runtime,infra,operate,docs,checks}/**/*.test.ts',
          'test/fuzz/rules.test.ts',
        ],
        { isolate: false, env },
      ),
      project('table', ['test/{table,functions,demo}/**/*.test.ts', 'test/simulation/store.test.ts'], {
        ...onTables,
        exclude: [...writing, ...reconciling],
      }),
      // On engines of their own: DynamoDB Local gets slower with all that it holds and has held.
      project('writing', writing, onTables),
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
