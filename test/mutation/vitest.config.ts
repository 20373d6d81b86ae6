import { matchesGlob, relative } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { environment } from '../../shared/environment.ts'
import { part, parts } from './parts.ts'

const fileOf = (name: string) => new URL(name, import.meta.url).pathname
const needTable = ['table', 'answers', 'runtime', 'functions', 'contract']

const root = fileOf('../../')
const rank = ({ moduleId }: TestSpecification) =>
  parts[part].tests.findIndex((pattern) => matchesGlob(relative(root, moduleId), pattern))

/** In the order of the part, the smallest file first: a run ends with the first test that fails. */
class CheapestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    return (await super.sort(files)).reverse().sort((one, other) => rank(one) - rank(other))
  }
}

export default defineConfig({
  resolve: { alias: [{ find: /.*\/kit\/fresh-table\.ts$/, replacement: fileOf('memory.ts') }] },
  test: {
    include: parts[part].tests,
    setupFiles: needTable.includes(part) ? [fileOf('setup.ts')] : [],
    isolate: false,
    sequence: { sequencer: CheapestFirst },
    testTimeout: 60_000,
    env: {
      [environment.table]: 'Table',
      AWS_REGION: 'eu-north-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
  },
})
