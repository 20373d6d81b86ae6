import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { overhang } from './people.ts'

/** Where the pictures are. */
export const folder = join(import.meta.dirname, '../../web/screenshots')
mkdirSync(folder, { recursive: true })

export const widths = { wide: 1280, narrow: 320 }

/** Both languages in both colour schemes. */
export const variants = (['en', 'sv'] as const).flatMap((language) =>
  (['light', 'dark'] as const).map((scheme) => ({ language, scheme })),
)

/** One colour scheme for each language, where that shows enough. */
export const oneEach = variants.filter(({ language, scheme }) => (language === 'en') === (scheme === 'light'))

/** As high as the whole page: rows that are far below would not be drawn. */
export async function showAll(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: 800 })
  const height = await page.evaluate<number>('document.documentElement.scrollHeight')
  await page.setViewportSize({ width, height: Math.min(height, 4_000) })
}

/** A picture for people to look at, and that axe finds nothing and nothing sticks out at the side. */
export async function examine(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(folder, `${name}.png`) })
  // One frame and no other: what is found needs no page of its own to be put together on.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
  const { violations } = await axe.analyze()
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
  )
  expect(found, name).toEqual([])
  expect(await overhang(page), name).toBe(0)
}
