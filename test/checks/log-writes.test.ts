import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

const filesThatSay = (said: RegExp) =>
  globSync('{functions,shared}/**/*.ts', { cwd: root }).filter((file) =>
    said.test(readFileSync(join(root, file), 'utf8')),
  )

// Roles let a function write in a log as part of a transaction only, and this module checks what those parts are.
it('makes transactions in one module, which lets a log only grow', () => {
  expect(filesThatSay(/TransactWrite|ExecuteTransaction|ExecuteStatement/)).toEqual([
    'shared/table/transact.ts',
  ])
})
