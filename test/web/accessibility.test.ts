import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { perform } from '../journeys/api.ts'
import {
  acme,
  ada,
  bill,
  bo,
  gun,
  ines,
  initech,
  invite,
  makePartners,
  max,
  reject,
  reset,
} from '../journeys/relationship.ts'
import { button, go, gone, overhang, row, signIn, withBrowser } from './people.ts'

withBrowser()

const folder = join(import.meta.dirname, '../../web/screenshots')
mkdirSync(folder, { recursive: true })

const paths = ['partners', 'contacts', 'users', 'shares', 'activity']
const titles = {
  en: ['Partners', 'Contacts', 'Users', 'Shares', 'Activity'],
  sv: ['Partner', 'Kontakter', 'Användare', 'Delat', 'Aktivitet'],
}
const widths = { wide: 1280, narrow: 320 }
const variants = (['en', 'sv'] as const).flatMap((language) =>
  (['light', 'dark'] as const).map((scheme) => ({ language, scheme })),
)

/** As high as the whole page: rows that are far below would not be drawn. */
async function showAll(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: 800 })
  const height = await page.evaluate<number>('document.documentElement.scrollHeight')
  await page.setViewportSize({ width, height: Math.min(height, 4_000) })
}

/** A picture for people to look at, and that axe finds nothing and nothing sticks out at the side. */
async function examine(page: Page, name: string): Promise<void> {
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

describe('everybody can use it', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    await reset()
    // Something of everything on every page.
    await reject(bo, await invite(ada, bo))
    await invite(bill, gun)
    await invite(bo, ada)
    await reject(ada, await invite(gun, max))
    await makePartners(ines, bill)
    const share = { kind: 'proof', objectId: 'a11y', url: 'https://proofs.example/1' }
    await perform(ada, 'POST', '/v1/shares', {
      ...share,
      partnerAccountId: initech.id,
      title: 'Cover, second draft',
    })
    await perform(ines, 'POST', '/v1/shares', {
      ...share,
      partnerAccountId: acme.id,
      title: 'Catalogue 2027',
    })
  }, 120_000)

  async function inVariant({ language, scheme }: (typeof variants)[number]): Promise<Page> {
    const page = await signIn(ada, '/', { colorScheme: scheme })
    await page.locator('header select').selectOption(language)
    return page
  }

  it.each(variants)('every page in $language, $scheme, wide and narrow', async (variant) => {
    const { language, scheme } = variant
    const page = await inVariant(variant)
    for (const [at, title] of titles[language].entries()) {
      await go(page, title)
      for (const [name, width] of Object.entries(widths)) {
        await showAll(page, width)
        await examine(page, `${at + 1}-${paths[at]}-${language}-${scheme}-${name}`)
      }
      await page.setViewportSize({ width: widths.wide, height: 800 })
    }
    await page.context().close()
  })

  const apart = variants.filter(({ language, scheme }) => (language === 'en') === (scheme === 'light'))
  it.each(apart)('the dialogs in $language, $scheme, wide and narrow', async (variant) => {
    const { language, scheme } = variant
    const page = await inVariant(variant)
    for (const [dialog, name] of [
      ['send', { en: 'Send new partner invitation', sv: 'Skicka ny partnerinbjudan' }],
      ['accept', { en: 'Accept', sv: 'Acceptera' }],
    ] as const) {
      for (const [size, width] of Object.entries(widths)) {
        await page.setViewportSize({ width, height: 800 })
        await button(page, name[language]).click()
        await page.getByRole('heading', { level: 2 }).first().waitFor()
        await examine(page, `6-${dialog}-${language}-${scheme}-${size}`)
        await page.keyboard.press('Escape')
        await gone(page.locator('.modal'))
      }
    }
    await page.context().close()
  })

  it('forced colours', async () => {
    const page = await signIn(ada, '/', { forcedColors: 'active' })
    for (const title of ['Contacts', 'Partners']) {
      await go(page, title)
      await showAll(page, widths.wide)
      await examine(page, `7-${title.toLowerCase()}-forced-colours`)
    }
    await page.context().close()
  })

  describe('by keyboard alone', () => {
    /** Goes on with Tab until what has the focus has this name. */
    async function tabTo(browser: Page, name: string): Promise<void> {
      for (let tabs = 0; tabs < 60; tabs++) {
        await browser.keyboard.press('Tab')
        if ((await browser.locator(':focus').textContent()) === name) return
      }
      throw new Error(`Tab does not lead to ${name}`)
    }

    it('send → accept → both are partners; the focus is never lost', async () => {
      await reset()
      const page = await signIn(ada)
      await tabTo(page, 'Send new partner invitation')
      await page.keyboard.press('Enter')
      await page.getByRole('dialog', { name: 'Send invitation' }).waitFor()
      await page.keyboard.type(bo)
      await page.keyboard.press('Enter')
      await gone(page.getByRole('dialog'))
      await row(page, bo, 'Sent – awaiting approval').waitFor()
      await button(page, 'Send new partner invitation').and(page.locator(':focus')).waitFor()

      const other = await signIn(bo)
      await row(other, 'Acme', 'Waiting for your answer').waitFor()
      await tabTo(other, 'Accept')
      await other.keyboard.press('Enter')
      await button(other.getByRole('alertdialog'), 'Accept').and(other.locator(':focus')).waitFor()
      await other.keyboard.press('Enter')
      await row(other, 'Acme', 'Partner since').waitFor()
      await other.getByRole('heading', { level: 1 }).and(other.locator(':focus')).waitFor()
      await row(page, 'Globex', 'Partner since').waitFor()
    })
  })
})
