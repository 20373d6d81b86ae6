import type { Page } from 'playwright-core'
import { beforeAll, describe, it } from 'vitest'
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
import { examine, oneEach, showAll, variants, widths } from './examine.ts'
import { button, go, gone, row, signIn, withBrowser } from './people.ts'

withBrowser()

const paths = ['partners', 'contacts', 'users', 'shares', 'activity']
const titles = {
  en: ['Partners', 'Contacts', 'Users', 'Shares', 'Activity'],
  sv: ['Partner', 'Kontakter', 'Användare', 'Delat', 'Aktivitet'],
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

  it.each(oneEach)('the dialogs in $language, $scheme, wide and narrow', async (variant) => {
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
