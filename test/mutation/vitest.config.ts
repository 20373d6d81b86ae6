import { defineConfig } from 'vitest/config'
import { environment } from '../../shared/environment.ts'
import { type Part, parts } from './parts.ts'

const { tests, without } = parts[(process.env.MUTATED_PART ?? 'domain') as Part]

export default defineConfig({
  test: {
    include: tests,
    exclude: without,
    testTimeout: 60_000,
    env: {
      [environment.table]: 'Table',
      AWS_REGION: 'eu-north-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
  },
})
