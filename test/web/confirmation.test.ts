import { randomUUID } from 'node:crypto'
import type { Page, Route } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { eventually, mails } from '../journeys/api.ts'
import { links, readers } from '../journeys/mail.ts'
import {
  acme,
  ada,
  addUnconfirmed,
  addUser,
  bo,
  changeUser,
  globex,
  makePartners,
  newAddress,
  reset,
  userOf,
} from '../journeys/relationship.ts'
import { examine, oneEach, showAll, widths } from './examine.ts'
import { button, go, gone, home, loaded, pageOf, problem, row, signIn, visit, withBrowser } from './people.ts'

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

/** The link of the newest confirmation e-mail to this address, once there are so many. */
function linkTo(email: string, count = 1): Promise<string> {
  return eventually(async () => {
    const sent = (await mails()).filter((mail) => readers(mail).includes(email))
    expect(sent).toHaveLength(count)
    const [link = ''] = sent.slice(-1).flatMap(links)
    return link
  })
}

/** Opens the link in a browser of its own, and presses the button. */
async function follow(link: string, title: string): Promise<Page> {
  const page = await visit(link, { locale: 'en-GB' })
  await button(page, said.en.confirm).click()
  await heading(page, title).waitFor()
  return page
}

describe('from an address that an administrator types to a confirmed one', { timeout: 120_000 }, () => {
  let page: Page
  let partner: Page

  beforeAll(async () => {
    await reset()
    await makePartners(ada, bo)
    page = await signIn(ada, '/users')
    partner = await signIn(bo, '/contacts')
  }, 120_000)

  /** Adds a user, and waits until the page says that the address has to be confirmed. */
  async function addInPage(name: string, email: string): Promise<void> {
    await button(page, 'Add user').click()
    const dialog = page.getByRole('dialog', { name: 'Add user' })
    await dialog.getByLabel('Name').fill(name)
    await dialog.getByLabel('E-mail address').fill(email)
    await button(dialog, 'Add').click()
    await page.getByRole('status').getByText(`Somebody has to confirm ${email}`).waitFor()
  }

  it('a user is added → the e-mail arrives → its link is opened elsewhere, which confirms nothing → the button does → the pages of the account and of its partner show it; the link works once', async () => {
    const email = newAddress(acme)
    await addInPage('May Dahl', email)
    await row(page, email, 'Not confirmed').waitFor()
    await row(partner, email, 'Not confirmed').waitFor()

    const link = await linkTo(email)
    const reader = await visit(link, { locale: 'sv-SE' })
    await button(reader, said.sv.confirm).waitFor()
    expect(reader.url()).toBe(`${home}/confirm`)
    expect(await userOf(acme, email)).toMatchObject({ emailConfirmed: false })

    await button(reader, said.sv.confirm).click()
    await heading(reader, said.sv.confirmed).waitFor()
    await gone(row(page, email, 'Not confirmed'))
    await row(page, email).waitFor()
    await gone(row(partner, email, 'Not confirmed'))
    await row(partner, email).waitFor()
    await go(page, 'Contacts')
    await row(page, email).waitFor()
    await gone(row(page, email, 'Not confirmed'))

    await reader.context().close()
    await (await follow(link, said.en.unknown)).context().close()
  })

  it('a link is followed by somebody who is signed in, to another account even, and stays signed in', async () => {
    const { email } = await addUnconfirmed(acme)
    const link = await linkTo(email)
    await partner.goto(link)
    await button(partner, said.en.confirm).click()
    await heading(partner, said.en.confirmed).waitFor()
    await partner.getByRole('link', { name: 'Go to Partners' }).click()
    await loaded(partner)
    await partner.locator('header').getByText('Bo Ek').waitFor()
    await go(partner, 'Contacts')
    await row(partner, email).waitFor()
    await gone(row(partner, email, 'Not confirmed'))
  })

  it('a confirmed address stays in use until the new one is confirmed; going back to it needs no confirmation', async () => {
    const user = await addUnconfirmed(acme, { name: 'Una Berg' })
    await (await follow(await linkTo(user.email), said.en.confirmed)).context().close()
    const email = newAddress(acme)
    const change = async (to: string) => {
      await button(row(page, 'Una Berg'), 'Change').click()
      const dialog = page.getByRole('dialog', { name: 'Change user' })
      await dialog.getByLabel('E-mail address').fill(to)
      await button(dialog, 'Save').click()
      await gone(dialog)
    }
    await go(page, 'Users')
    await gone(row(page, user.email, 'Not confirmed'))
    await change(email)
    await page
      .getByRole('status')
      .getByText(`${user.email} stays in use until somebody confirms ${email}`)
      .waitFor()
    await row(page, user.email, `New address: ${email}`, 'Not confirmed').waitFor()
    await row(partner, user.email).waitFor()
    await gone(row(partner, user.email, 'Not confirmed'))

    await change(user.email)
    await gone(row(page, user.email, 'New address'))
    await (await follow(await linkTo(email), said.en.unknown)).context().close()

    await change(email)
    await (await follow(await linkTo(email, 2), said.en.confirmed)).context().close()
    await gone(row(page, user.email))
    await row(page, email).waitFor()
    await row(partner, email).waitFor()
  })

  it('the e-mail is sent again, its link alone works, and where a day’s number is reached it says when again', async () => {
    const { email } = await addUnconfirmed(acme)
    const first = await linkTo(email)
    await go(page, 'Users')
    const again = button(row(page, email), 'Send the e-mail again')
    await again.click()
    await page.getByRole('status').getByText(`The e-mail to ${email} is sent again`).waitFor()
    await linkTo(email, 2)
    await (await follow(first, said.en.unknown)).context().close()
    await again.click()
    const last = await linkTo(email, 3)
    await again.click()
    const alert = page.getByRole('alert')
    await alert.getByText(`The e-mail to ${email} was not sent again`).waitFor()
    const tomorrow = new Date(new Date().setUTCHours(24, 0, 0, 0))
    const day = tomorrow.toLocaleDateString('en-GB', { day: 'numeric', month: 'long' })
    await alert.getByText(`Try again after ${day}`).waitFor()
    await button(alert, 'Close').click()
    await (await follow(last, said.en.confirmed)).context().close()
    await gone(again)
  })

  it('an address whose domain is not ASCII is shown as people write it', async () => {
    const name = `u${randomUUID()}`
    const email = `${name}@bücher.example`
    await go(page, 'Users')
    await addInPage('Jo Grün', email)
    await row(page, email, 'Not confirmed').waitFor()
    const link = await linkTo(`${name}@xn--bcher-kva.example`)
    await (await follow(link, said.en.confirmed)).context().close()
    await row(partner, email).waitFor()
    await go(page, 'Activity')
    await page.getByText(`added the user ${email}`).waitFor()
  })

  it('where another user has confirmed the address first, the page says so', async () => {
    const email = newAddress(acme)
    await addUnconfirmed(acme, { email })
    const first = await linkTo(email)
    const user = await addUser(globex)
    await changeUser(globex, user, { email })
    const second = await linkTo(email, 2)
    await (await follow(first, said.en.confirmed)).context().close()
    await (await follow(second, said.en.taken)).context().close()
  })
})
