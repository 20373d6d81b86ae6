import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

it('the types of the client are those that the description generates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'client-'))
  const types = join(folder, 'schema.d.ts')
  execFileSync(process.execPath, [join(root, 'docs/client-types.ts'), types], { stdio: 'ignore' })
  const generated = readFileSync(types, 'utf8')
  rmSync(folder, { recursive: true })
  const committed = readFileSync(join(root, 'client/schema.d.ts'), 'utf8')
  expect(committed === generated, 'client/schema.d.ts is stale: run npm run client').toBe(true)
})
