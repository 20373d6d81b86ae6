import { part, parts } from './test/mutation/parts.ts'

export default {
  mutate: parts[part].mutated,
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.ts' },
  plugins: ['@stryker-mutator/vitest-runner', './test/mutation/prose.ts'],
  ignorers: ['prose'],
  ignorePatterns: ['cdk.out', '.local', 'reports'],
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, allowEmojis: false },
  // The client's types are compared letter by letter.
  disableTypeChecks: false,
  concurrency: 1,
  thresholds: { high: 95, low: 90, break: 85 },
}
