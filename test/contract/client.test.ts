import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openApiDocument } from '../../shared/contract/openapi.ts'

const root = join(import.meta.dirname, '../..')

it('the types of the client are those that the description generates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'client-'))
  const [document, types] = [join(folder, 'openapi.json'), join(folder, 'schema.d.ts')]
  writeFileSync(document, JSON.stringify(openApiDocument()))
  const generator = join(root, 'node_modules/openapi-typescript/bin/cli.js')
  execFileSync(process.execPath, [generator, document, '-o', types], { stdio: 'ignore' })
  const generated = readFileSync(types, 'utf8')
  rmSync(folder, { recursive: true })
  const committed = readFileSync(join(root, 'client/schema.d.ts'), 'utf8')
  expect(committed === generated, 'client/schema.d.ts is stale: run npm run client').toBe(true)
})
