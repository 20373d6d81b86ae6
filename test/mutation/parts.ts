const overTable = [
  'test/{answers,runtime}/*.test.ts',
  'test/table/{directory,keys,mails,read,readers,transact,well-formed}.test.ts',
  'test/functions/answers.test.ts',
  'test/functions/!(budgets|confirmation-emails).test.ts',
  'test/effects/copies.test.ts',
  'test/table/reconcile.test.ts',
  'test/functions/{budgets,confirmation-emails}.test.ts',
]

/**
 * What is mutated together, and the tests that have to notice it: those that need neither a database nor a stack. The
 * table in test/kit/memory-table.ts stands in for the database. What runs only in a
 * process of its own is not mutated: infra/app.ts, the bundler and what it puts into bundles, operate/, and local/ except
 * for what decides without a stack.
 */
export const parts = {
  domain: {
    mutated: ['shared/domain/*.ts'],
    tests: ['test/domain/!(addresses).test.ts', 'test/domain/addresses.test.ts'],
  },
  contract: {
    // Without the examples of the documentation.
    mutated: ['shared/contract/!(examples).ts', 'shared/html.ts'],
    tests: [
      'test/contract/!(openapi).test.ts',
      'test/contract/openapi.test.ts',
      'test/functions/{cases,host-ids}.test.ts',
    ],
  },
  table: {
    mutated: ['shared/table/*.ts'],
    tests: [...overTable, 'test/table/{hosts-word,key-sizes,races}.test.ts'],
  },
  answers: { mutated: ['shared/answers/*.ts'], tests: overTable },
  runtime: { mutated: ['shared/runtime/*.ts', 'shared/environment.ts'], tests: overTable },
  functions: { mutated: ['functions/*.ts'], tests: overTable },
  mail: {
    mutated: ['shared/mail/*.ts', 'shared/languages.ts'],
    tests: ['test/mail/*.test.ts'],
  },
  infra: {
    mutated: ['infra/!(app|bundle|environment-credentials).ts'],
    tests: ['test/mutation/infra.test.ts'],
  },
  local: {
    mutated: ['local/template/{intrinsics,roles}.ts', 'local/lambda/{delivery,filters}.ts'],
    tests: ['test/local/template/{intrinsics,roles}.test.ts', 'test/local/lambda/{delivery,filters}.test.ts'],
  },
}

export type Part = keyof typeof parts

/** The part that this run mutates. */
export const part = (process.env.MUTATED_PART ?? 'domain') as Part
