import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { statesPage } from '../../docs/diagram.ts'

it('the state diagram in docs/ is the one that the table of states generates', () => {
  const page = readFileSync(new URL('../../docs/states.md', import.meta.url), 'utf8')
  expect(page, 'docs/states.md is stale: run npm run diagram').toBe(statesPage())
})
