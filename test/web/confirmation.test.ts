import type { Page, Route } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { ada } from '../journeys/relationship.ts'
import { examine, oneEach, showAll, widths } from './examine.ts'
import { button, go, gone, home, pageOf, problem, row, signIn, visit, withBrowser } from './people.ts'

withBrowser()

const link = `${home}/confirm#not-a-token`

/** The words of the page, in the order of its states. */
const said = {
  en: {
    asking: 'Confirm your e-mail address',
    confirm: 'Confirm the address',
    again: 'Try again',
    noAnswer: 'The address is not confirmed yet. There was no answer.',
    unavailable: 'The service is not available at the moment',
    confirmed: 'Your e-mail address is confirmed',
    unknown: 'This link doesn’t work',
    taken: 'Another user has this address',
    incomplete: 'The link is not complete',
  },
  sv: {
    asking: 'Bekräfta din e-postadress',
    confirm: 'Bekräfta adressen',
    again: 'Försök igen',
    noAnswer: 'Adressen är inte bekräftad än. Det kom inget svar.',
    unavailable: 'Tjänsten är inte tillgänglig just nu',
    confirmed: 'Din e-postadress är bekräftad',
    unknown: 'Länken fungerar inte',
    taken: 'En annan användare har adressen',
    incomplete: 'Länken är inte fullständig',
  },
}

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true })

/** Answers the confirmations from now on like this. */
async function answer(page: Page, how: (route: Route) => unknown): Promise<void> {
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await page.route('**/v1/confirmations', how)
}

describe('the page that a confirmation link leads to', { timeout: 120_000 }, () => {
  it.each(oneEach)(
    'each of its states in $language, $scheme, wide and narrow',
    async ({ language, scheme }) => {
      const words = said[language]
      const page = await visit(link, { colorScheme: scheme, locale: language === 'sv' ? 'sv-SE' : 'en-GB' })
      const look = async (state: string) => {
        for (const [name, width] of Object.entries(widths)) {
          await showAll(page, width)
          await examine(page, `9-confirm-${state}-${language}-${scheme}-${name}`)
        }
      }
      await heading(page, words.asking).waitFor()
      expect(await page.title()).toContain(words.asking)
      await look('asking')

      await answer(page, (route) => route.abort())
      await button(page, words.confirm).click()
      await page.getByRole('alert').getByText(words.noAnswer).waitFor()
      await look('no-answer')
      await answer(page, (route) => route.fulfill(problem(503, 'unavailable')))
      await button(page, words.again).click()
      await page.getByRole('alert').getByText(words.unavailable).waitFor()

      for (const [state, how] of [
        ['confirmed', { status: 204 }],
        ['unknown', problem(404, 'not-found')],
        ['taken', problem(409, 'email-taken')],
      ] as const) {
        await page.reload()
        await answer(page, (route) => route.fulfill(how))
        await button(page, words.confirm).click()
        await heading(page, words[state]).and(page.locator(':focus')).waitFor()
        await gone(button(page, words.confirm))
        expect(await page.title()).toContain(words[state])
        await look(state)
      }
      await page.goto('about:blank')
      await page.goto(`${home}/confirm`)
      await heading(page, words.incomplete).waitFor()
      await look('incomplete')
      await page.context().close()
    },
  )

  it('the token leaves the address bar, and is still there when the page is loaded again', async () => {
    const page = await visit(link)
    await button(page, said.en.confirm).waitFor()
    expect(page.url()).toBe(`${home}/confirm`)
    await page.reload()
    const sent = page.waitForRequest('**/v1/confirmations')
    await answer(page, (route) => route.fulfill({ status: 204 }))
    await button(page, said.en.confirm).click()
    expect((await sent).postDataJSON()).toEqual({ token: 'not-a-token' })
    await page.context().close()
  })

  it('a second link in the same tab is another one', async () => {
    const page = await visit(link)
    await answer(page, (route) => route.fulfill({ status: 204 }))
    await button(page, said.en.confirm).click()
    await heading(page, said.en.confirmed).waitFor()
    await page.goto(`${home}/confirm#another`)
    const sent = page.waitForRequest('**/v1/confirmations')
    await button(page, said.en.confirm).click()
    expect((await sent).postDataJSON()).toEqual({ token: 'another' })
    await page.context().close()
  })
})

describe('unconfirmed addresses on the pages', { timeout: 120_000 }, () => {
  const long = 'Extraordinarilylongnamewithoutanyspaces'.repeat(3)
  const people = [
    { name: 'Ada Lind', email: ada, emailConfirmed: true, pendingEmail: null },
    { name: 'May Dahl', email: 'may@acme.example', emailConfirmed: false, pendingEmail: null },
    { name: 'Una Berg', email: 'una@acme.example', emailConfirmed: true, pendingEmail: 'una@bücher.example' },
    {
      name: long,
      email: `${long}@bücher.example`,
      emailConfirmed: true,
      pendingEmail: `x${long}@bücher.example`,
    },
    { name: 'دانا النجار', email: 'dana@مثال.example', emailConfirmed: false, pendingEmail: null },
  ].map((person, at) => ({ id: `u${at}`, profile: 'administrator', locale: 'en', ...person }))

  it.each(oneEach)('are marked, whatever the names, in $language, $scheme', async ({ language, scheme }) => {
    const page = await signIn(ada, '/', { colorScheme: scheme })
    await page.locator('header select').selectOption(language)
    await page.route('**/v1/users?*', (route) => route.fulfill(pageOf(people)))
    const account = { accountId: 'globex', accountName: 'Globex', kind: 'member', live: true }
    await page.route('**/v1/contacts?*', (route) =>
      route.fulfill(pageOf(people.map((person) => ({ ...person, ...account })))),
    )
    const unconfirmed = language === 'en' ? 'Not confirmed' : 'Inte bekräftad'
    for (const { name, titles, marked } of [
      { name: 'users', titles: { en: 'Users', sv: 'Användare' }, marked: 4 },
      { name: 'contacts', titles: { en: 'Contacts', sv: 'Kontakter' }, marked: 2 },
    ]) {
      await go(page, titles[language])
      await row(page, 'may@acme.example', unconfirmed).waitFor()
      expect(await page.locator('main li').getByText(unconfirmed).count()).toBe(marked)
      for (const [size, width] of Object.entries({ ...widths, phone: 390 })) {
        await showAll(page, width)
        await examine(page, `9-unconfirmed-${name}-${language}-${scheme}-${size}`)
      }
      await page.setViewportSize({ width: widths.wide, height: 800 })
    }
    await page.context().close()
  })
})
