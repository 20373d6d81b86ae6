import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expect, inject, it } from 'vitest'
import { eventually, type Mail, mails } from '../journeys/api.ts'
import { expectMails, html, language, mailMark, readers, text } from '../journeys/mail.ts'
import {
  acme,
  ada,
  addUnconfirmed,
  bill,
  bo,
  globex,
  gun,
  ines,
  invite,
  makePartners,
  newAddress,
  reject,
  reset,
} from '../journeys/relationship.ts'
import { folder } from './examine.ts'
import { overhang, visit, withBrowser } from './people.ts'

withBrowser()

/** A mail is a part of a mail program’s page: what axe advises for whole pages does not apply. */
const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** The two parts of a mail, as pictures for people to look at; axe finds nothing in its HTML. */
async function picture(page: Page, mail: Mail, name: string): Promise<void> {
  for (const width of [640, 320]) {
    await page.setViewportSize({ width, height: 480 })
    await page.setContent(html(mail))
    await page.screenshot({ path: join(folder, `8-mail-${name}-${width}.png`), fullPage: true })
    const { violations } = await new AxeBuilder({ page }).withTags(wcag).analyze()
    expect(
      violations.map(({ id }) => id),
      name,
    ).toEqual([])
    expect(await overhang(page), name).toBe(0)
  }
  await page.setContent('<pre style="white-space: pre-wrap">')
  await page.locator('pre').evaluate((element, words) => {
    element.textContent = words
  }, text(mail))
  await page.screenshot({ path: join(folder, `8-mail-${name}-text.png`), fullPage: true })
}

it('the e-mails, in both languages, text and HTML, and in the inbox', { timeout: 120_000 }, async () => {
  await reset()
  const mark = await mailMark()
  await reject(bo, await invite(ada, bo))
  await reject(ada, await invite(gun, ada))
  await invite(ada, gun)
  await makePartners(gun, bill)
  await makePartners(ines, bo)
  const to = [bo, ada, ada, bill, bo, ines].map((reader) => `${reader} en`)
  const sent = await expectMails(mark, [...to, ...[gun, gun, gun].map((reader) => `${reader} sv`)])

  const page = await visit('about:blank')
  for (const [at, mail] of sent.entries())
    await picture(page, mail, `${at + 1}-${readers(mail)[0]?.split('@')[0]}`)
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.goto(inject('stack').mail)
  await page
    .getByText(sent[0]?.subject ?? '')
    .first()
    .waitFor()
  await page.screenshot({ path: join(folder, '8-mails-inbox.png') })
})

it('the confirmation e-mail, in both languages', async () => {
  await reset()
  const [english, swedish] = [newAddress(acme), newAddress(globex)]
  await addUnconfirmed(acme, { email: english, locale: 'en' })
  await addUnconfirmed(globex, { email: swedish, locale: 'sv' })
  const page = await visit('about:blank')
  for (const [reader, locale] of [
    [english, 'en'],
    [swedish, 'sv'],
  ]) {
    const mail = await eventually(async () => {
      const [own, ...others] = (await mails()).filter((one) => readers(one).includes(`${reader}`))
      expect([language(own as Mail), others]).toEqual([locale, []])
      return own as Mail
    })
    await picture(page, mail, `confirmation-${locale}`)
  }
})
