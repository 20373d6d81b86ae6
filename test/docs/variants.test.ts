import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { variants } from '../simulation/variants.ts'

it('docs/contacts-in-step.md names every broken variant', () => {
  const page = readFileSync(new URL('../../docs/contacts-in-step.md', import.meta.url), 'utf8')
  const words = page.replace(/\s+/g, ' ')
  expect(Object.keys(variants).filter((name) => !words.includes(`*${name}*`))).toEqual([])
})
