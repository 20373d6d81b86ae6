import type { Route } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import {
  acme,
  ada,
  addUser,
  bo,
  endPartnership,
  ines,
  initech,
  invite,
  makePartners,
  olle,
  reset,
} from '../journeys/relationship.ts'
import {
  answerInPages,
  button,
  confirm,
  contact,
  foreseen,
  go,
  gone,
  home,
  loaded,
  overhang,
  page,
  pageOf,
  problem,
  row,
  send,
  signIn,
  textOf,
  visit,
  withBrowser,
  withPageOf,
} from './people.ts'

withBrowser()

/** What has jumped since the page came, as Core Web Vitals count it, once nothing is busy any more. */
const shifts = `new Promise((resolve) => {
  let sum = 0
  const add = (entries) => { for (const { value } of entries.getEntries()) sum += value }
  new PerformanceObserver(add).observe({ type: 'layout-shift', buffered: true })
  const watch = setInterval(() => {
    if (document.querySelector('[aria-busy=true]')) return
    clearInterval(watch)
    setTimeout(() => resolve(sum), 500)
  }, 50)
})`

describe('every state of the pages', { timeout: 90_000 }, () => {
  withPageOf(ines)

  it('loading: a skeleton that is announced stands for the lists, and what comes does not jump', async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
    await page.route('**/v1/partners?*', async (route) => {
      await answered
      await route.continue()
    })
    await page.goto(`${home}/partners`)
    await page.getByText('Loading').waitFor({ state: 'attached' })
    const jumped = page.evaluate<number>(shifts)
    answer()
    // Under 0.1 is good.
    expect(await jumped).toBeLessThan(0.1)
  })

  it('empty: what to do next', async () => {
    for (const list of ['shares', 'contacts']) {
      await page.route(`**/v1/${list}?*`, (route) => route.fulfill(pageOf([])))
    }
    await go(page, 'Partners')
    await page.getByText('Invite somebody of another account by their e-mail address').waitFor()
    await page.getByText('An account becomes a partner when it accepts').waitFor()
    await go(page, 'Shares')
    await page.getByText('Become partners first').waitFor()
    await page.getByText('You share nothing at the moment').waitFor()
    await go(page, 'Contacts')
    await page.getByRole('radio', { name: 'Partners’' }).click()
    await page.getByText('They appear here when you become partners').waitFor()
  })

  it('error: says so, and tries again', async () => {
    await page.route('**/v1/activity*', (route) => route.fulfill(problem(503, 'unavailable')))
    await page.goto(`${home}/activity`)
    const alert = page.locator('main').getByRole('alert')
    await alert.getByText('The service is not available at the moment').waitFor()
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    await button(alert, 'Try again').click()
    await gone(alert)
    await loaded(page)
  })

  it('error later on: keeps what was read, says that it may be out of date, and goes on by itself', async () => {
    await go(page, 'Users')
    await page.route('**/v1/users?*', (route) => route.fulfill(problem(500, 'internal-error')))
    await page.getByText('This may be out of date.').waitFor()
    await row(page, ines).waitFor()
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    await gone(page.getByText('This may be out of date.'))
  })

  it('offline: says so, keeps what was read, and goes on when it is back', async () => {
    await go(page, 'Users')
    await page.context().setOffline(true)
    await page.getByText('You are offline').waitFor()
    await row(page, ines).waitFor()
    await page.context().setOffline(false)
    await gone(page.getByText('You are offline'))
  })

  it('no permission: one who is no administrator sees the lists, and is told who can act', async () => {
    const invitation = await invite(ada, bo)
    const observer = await signIn(olle)
    await row(observer, 'Acme', 'Waiting for your answer').waitFor()
    await observer.getByText('To change something, ask Bo Ek or Gun Sjö').waitFor()
    expect(await observer.locator('main').getByRole('button').count()).toBe(0)
    await go(observer, 'Users')
    await row(observer, olle).waitFor()
    expect(await observer.locator('main').getByRole('button').count()).toBe(0)
    await observer.context().close()
    expect(invitation.status).toBe('pending')
  })

  it('hundreds of rows: all are there, ordered as the language does', async () => {
    const names = [
      'Östen',
      'Zeta',
      'Åke',
      'Ärla',
      'Anna',
      ...Array.from({ length: 295 }, (_, at) => `Person ${at}`),
    ]
    await answerInPages(page, '**/v1/contacts*', names.map(contact))
    await go(page, 'Contacts')
    await page.getByText('300 contacts').waitFor()
    const order = async () =>
      (await page.locator('main li h2').allTextContents()).filter((name) => !/^Person/.test(name))
    expect(await order()).toEqual(['Åke', 'Anna', 'Ärla', 'Östen', 'Zeta'])
    await page.getByLabel('Language').selectOption('sv')
    await page.getByText('300 kontakter').waitFor()
    expect(await order()).toEqual(['Anna', 'Zeta', 'Åke', 'Ärla', 'Östen'])
    await page.getByLabel('Språk').selectOption('en')
  })

  it('very long and right-to-left names: kept apart from the sentence, and inside the page at 320 px', async () => {
    const long = 'Extraordinarilylongnamewithoutanyspaces'.repeat(5)
    await page.route('**/v1/contacts*', (route) =>
      route.fulfill(pageOf([long, 'دانا النجار', 'Ada Lind'].map(contact))),
    )
    await page.setViewportSize({ width: 320, height: 640 })
    await go(page, 'Users')
    await go(page, 'Contacts')
    await page.getByRole('heading', { name: 'دانا النجار' }).waitFor()
    const rightToLeft = (name: string) =>
      page
        .locator('bdi', { hasText: name })
        .first()
        .evaluate((element) => element.matches(':dir(rtl)'))
    expect(await rightToLeft('دانا النجار')).toBe(true)
    expect(await rightToLeft('Ada Lind')).toBe(false)
    expect(await overhang(page)).toBe(0)
    await page.setViewportSize({ width: 1280, height: 720 })
  })

  it('an action that is refused is shown at once, and undone with the reason', async () => {
    await invite(ada, ines)
    await go(page, 'Partners')
    let refuse: (() => Promise<void>) | undefined
    await page.route('**/v1/invitations/*/accept', (route: Route) => {
      refuse = () => route.fulfill(problem(409, 'conflict'))
    })
    await confirm(page, row(page, 'Acme', 'Waiting for your answer'), 'Accept')
    await row(page, 'Acme', 'Partner since').waitFor()
    await expect.poll(() => refuse).toBeDefined()
    await refuse?.()
    await row(page, 'Acme', 'Waiting for your answer').waitFor()
    await gone(row(page, 'Acme', 'Partner since'))
    const alert = page.getByRole('alert').getByText('The invitation from Acme was not accepted.')
    await alert.waitFor()
    await button(page, 'Close').click()
    await gone(alert)
  })

  it('an invitation that needs an answer is noticed from anywhere', async () => {
    await go(page, 'Activity')
    await invite(bo, ines)
    await page.getByRole('status').getByText('Globex invites you to become partners').waitFor()
    expect(await page.title()).toBe('(2) Activity – Partner Accounts')
    await page.locator('nav').getByText('2', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'Partners', exact: true }).waitFor()
  })

  it('all that waits is counted, however much it is', async () => {
    const waiting = Array.from({ length: 120 }, (_, at) => ({
      ...{ id: `i${at}`, direction: 'received', status: 'pending', email: ines, recipient: null },
      ...{ createdAt: new Date(0), updatedAt: new Date(0) },
      sender: { accountId: `a${at}`, accountName: 'Globex', userName: 'Bo Ek' },
      actions: { accept: null, reject: null, delete: null },
    }))
    await answerInPages(page, '**/v1/invitations?*status=pending*', waiting)
    await page.goto(`${home}/activity`)
    await page.locator('nav').getByText('120', { exact: true }).waitFor()
  })

  it('a refusal appears at the field, in words', async () => {
    await go(page, 'Partners')
    for (const [address, words] of [
      ['nobody', 'This is not an e-mail address'],
      ['nobody@globex.example', 'Nobody in any account has confirmed this address'],
      [ines, 'This is a user of your own account'],
    ] as const) {
      const dialog = await send(page, address)
      await dialog.getByText(words).waitFor()
      const field = dialog.getByLabel('E-mail address')
      const described = await field.getAttribute('aria-describedby')
      const texts = await Promise.all(
        (described ?? '')
          .split(' ')
          .map((id) => page.locator(`[id="${id}"]`).textContent({ timeout: 1_000 })),
      )
      expect(texts.join(' ')).toContain(words)
      await button(dialog, 'Cancel').click()
    }
  })

  it('users: the last administrator is explained, and an address that the account uses is told at its field', async () => {
    const { email } = await addUser(initech)
    await go(page, 'Users')
    await row(page, ines, 'The last administrator: an account needs one').waitFor()
    expect(await button(row(page, ines), 'Remove').count()).toBe(0)
    await button(row(page, ines), 'Change').click()
    const dialog = page.getByRole('dialog', { name: 'Change user' })
    await dialog.getByLabel('Profile').selectOption('observer')
    await button(dialog, 'Save').click()
    await dialog.getByText('This is the last administrator of your account').waitFor()
    await dialog.getByLabel('Profile').selectOption('administrator')
    await dialog.getByLabel('E-mail address').fill(email)
    await button(dialog, 'Save').click()
    await dialog.getByText('Another user of your account has this address').waitFor()
    await button(dialog, 'Cancel').click()
  })

  it('contacts: search as one types, by account, what a former partner left is removed, and all is exported', async () => {
    await reset()
    await makePartners(ines, ada)
    await go(page, 'Contacts')
    await row(page, ada, 'Partner').waitFor()
    await page.getByRole('searchbox').fill('lín')
    await gone(row(page, ines))
    await row(page, ada).waitFor()
    await page.getByRole('searchbox').fill('')
    await page.getByRole('radio', { name: 'By account' }).click()
    await page.getByRole('heading', { level: 2, name: 'Acme' }).waitFor()

    await endPartnership(ines, acme)
    await row(page, ada, 'Former partner').waitFor()
    await confirm(page, row(page, ada), 'Remove')
    await gone(row(page, ada))
    await page.getByText('Ada Lind is removed from your contacts').waitFor()
    const [file] = await Promise.all([page.waitForEvent('download'), button(page, 'Export CSV').click()])
    expect(file.suggestedFilename()).toBe('contacts.csv')
    const text = await textOf(file)
    expect(text).toMatch(/^\uFEFF"name","email","profile",/)
    expect(text).toContain(ines)
    expect(text).not.toContain(ada)
  })

  it('activity: the log, in sentences', async () => {
    await go(page, 'Activity')
    await row(page, 'Ines Roth ended the partnership with Acme.').first().waitFor()
    await row(page, `Acme accepted the invitation to ${ada}: you and Acme are partners.`).first().waitFor()
  })

  it('a token that is no longer good is renewed unseen', async () => {
    await page.route(
      '**/v1/users*',
      (route) => route.fulfill({ status: 401, json: { message: 'Unauthorized' } }),
      {
        times: 1,
      },
    )
    await go(page, 'Users')
    await row(page, ines).waitFor()
  })

  it('the page of an address is the page one comes to, also past sign-in; an unknown one says so', async () => {
    await page.goto(`${home}/shares`)
    await page.getByRole('heading', { level: 1, name: 'Shares' }).waitFor()
    await page.goto(`${home}/nowhere`)
    await page.getByRole('heading', { level: 1, name: 'There is no such page' }).waitFor()
    await page.getByRole('link', { name: 'Go to Partners' }).click()
    await page.getByRole('heading', { level: 1, name: 'Partners' }).waitFor()
  })

  it('the pages can neither run what is written into them nor ask another host', async () => {
    const stranger = await visit('/config.json')
    const blocked = await stranger.evaluate<string[]>(`new Promise((resolve) => {
      const directives = []
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
        directives.push(effectiveDirective)
        if (directives.length === 2) resolve(directives.sort())
      })
      const script = document.createElement('script')
      script.textContent = 'document.title = "run"'
      document.body.append(script)
      fetch('http://127.0.0.1:9/').catch(() => {})
    })`)
    expect(blocked).toEqual(['connect-src', 'script-src-elem'])
    foreseen(/Content Security Policy/)
  })

  it('signing out leads to sign-in, where nobody is signed in any more and each demo user has a button', async () => {
    await button(page, 'Sign out').click()
    await button(page, 'olle@globex.example').click()
    await loaded(page)
    await page.locator('header').getByText('Olle Nyman').waitFor()
  })
})
