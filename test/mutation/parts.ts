export type Part = keyof typeof parts

/**
 * What is mutated together, the least percentage of mutants that its tests must notice, and these tests: those that need
 * neither a database nor a stack.
 */
export const parts = {
  domain: {
    mutated: ['shared/domain/**/*.ts'],
    leastScore: 90,
    // Without the random histories, which take long to shrink: the tables alone have to notice each mutant.
    tests: ['test/domain/**/*.test.ts'],
    without: ['test/domain/relationship.test.ts'],
  },
  shared: {
    mutated: ['shared/{answers,contract,mail,runtime,table}/**/*.ts', 'functions/**/*.ts'],
    leastScore: 85,
    tests: [
      'test/{contract,mail,runtime}/**/*.test.ts',
      'test/functions/cases.test.ts',
      'test/table/{mails,races,read,transact}.test.ts',
    ],
    without: [],
  },
  infra: {
    mutated: ['infra/**/*.ts'],
    leastScore: 85,
    tests: ['test/infra/**/*.test.ts'],
    without: ['test/infra/bundle.test.ts'],
  },
}
