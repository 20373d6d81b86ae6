import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { mutants } from '../simulation/mutants.ts'

it('docs/contacts-in-step.md names every broken variant', () => {
  const page = readFileSync(new URL('../../docs/contacts-in-step.md', import.meta.url), 'utf8')
  const words = page.replace(/\s+/g, ' ')
  expect(mutants.map(({ name }) => name).filter((name) => !words.includes(`*${name}*`))).toEqual([])
})
