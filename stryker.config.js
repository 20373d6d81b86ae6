import { parts } from './test/mutation/parts.ts'

const { mutated, leastScore } = parts[process.env.MUTATED_PART ?? 'domain']

export default {
  mutate: mutated,
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.ts' },
  ignorePatterns: ['cdk.out', 'docs', '.local', 'reports'],
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, allowEmojis: false },
  concurrency: 2,
  thresholds: { high: 97, low: 95, break: leastScore },
}
