import type { Browser, BrowserContextOptions, Download, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest'
import { changed } from '../journeys/api.ts'
import { bo, reset } from '../journeys/relationship.ts'
import { startChromium } from './chromium.ts'

const { web, token, mail } = inject('stack')
export const home = new URL(web).origin
const hosts = [web, token, mail].map((address) => new URL(address).origin)

let browser: Browser

/** What went wrong in any of the browsers: errors of scripts, what the Content-Security-Policy forbade, requests to other hosts. */
const faults: string[] = []

/** What a test has brought about itself is no fault. */
export function foreseen(pattern: RegExp): void {
  faults.splice(0, faults.length, ...faults.filter((fault) => !pattern.test(fault)))
}

/** One browser for all tests of a file. */
export function withBrowser(): void {
  beforeAll(async () => {
    browser = await startChromium()
  })
  afterAll(async () => {
    await browser.close()
    expect(faults).toEqual([])
  })
}

/** The page of `withPageOf`. */
export let page: Page

/** One page for all tests of a group, where this user is signed in. A test's own answers end with the test. */
export function withPageOf(email: string): void {
  beforeAll(async () => {
    await reset()
    page = await signIn(email)
  }, 120_000)
  afterEach(() => page.unrouteAll({ behavior: 'ignoreErrors' }))
}

const slow = 30_000

/** A browser of one's own, at a path of the pages or another address, where one has not signed in yet. */
export async function visit(path = '/', options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options })
  context.setDefaultTimeout(slow)
  const page = await context.newPage()
  page.on('pageerror', (error) => faults.push(`${error.stack}`))
  page.on('console', (message) => {
    // A refusal is an answer like any other; Chromium reports each as an error.
    if (message.type() === 'error' && !/^Failed to load resource/.test(message.text()))
      faults.push(message.text())
  })
  page.on('request', (request) => {
    const { origin, protocol, pathname } = new URL(request.url())
    if (request.method() !== 'GET' && pathname.startsWith('/v1/')) changed.add(pathname.split('/')[2] ?? '')
    if (protocol.startsWith('http') && !hosts.includes(origin)) faults.push(`a request to ${request.url()}`)
  })
  await page.goto(new URL(path, home).href)
  return page
}

/** A browser of this user's own, at a page that is there. */
export async function signIn(email: string, path = '/', options: BrowserContextOptions = {}): Promise<Page> {
  const page = await visit(path, options)
  await page.getByLabel('E-mail address').fill(email)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await loaded(page)
  return page
}

/** All that the page reads first is there. */
export async function loaded(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.locator('[aria-busy=true]').waitFor({ state: 'detached' })
}

/** How a list of these is answered. */
export const pageOf = (items: object[], next: string | null = null) => ({ json: { items, next } })

/** Answers a list with these items, a hundred in each page. */
export const answerInPages = (page: Page, pattern: string, items: object[]) =>
  page.route(pattern, (route) => {
    const from = Number(new URL(route.request().url()).searchParams.get('cursor') ?? 0)
    const to = from + 100
    return route.fulfill(pageOf(items.slice(from, to), to < items.length ? `${to}` : null))
  })

/** A contact as the API shows it. */
export const contact = (name: string, at: number) => ({
  id: `c${at}`,
  ...{ kind: 'member', name, email: `p${at}@globex.example`, profile: 'manager' },
  ...{ accountId: 'globex', accountName: 'Globex', live: true, emailConfirmed: true },
})

/** An invitation that Initech has sent, as the API shows it. */
export const sentInvitation = {
  ...{ id: 'one', direction: 'sent', status: 'pending', email: bo, recipient: null },
  sender: { accountId: 'initech', accountName: 'Initech', userName: 'Ines Roth' },
  ...{ createdAt: '2026-03-12T09:00:00.000Z', updatedAt: '2026-03-12T09:00:00.000Z' },
  actions: { delete: null },
}

/** How a request is refused with this code. */
export const problem = (status: number, code: string, headers: Record<string, string> = {}) => ({
  status,
  headers,
  contentType: 'application/problem+json',
  body: JSON.stringify({ type: `/problems/${code}`, title: '-', status, detail: '-', code, requestId: '-' }),
})

/** The row with these words in it. */
export const row = (page: Page, ...texts: string[]): Locator =>
  texts.reduce((rows, hasText) => rows.filter({ hasText }), page.locator('main').getByRole('listitem'))

export const button = (within: Page | Locator, name: string): Locator =>
  within.getByRole('button', { name, exact: true })

/** Presses a button that asks first, and says yes. */
export async function confirm(page: Page, within: Page | Locator, name: string): Promise<void> {
  await button(within, name).click()
  await button(page.getByRole('alertdialog'), name).click()
}

/** Goes to a page by its link. */
export async function go(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name, exact: true }).click()
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
  await loaded(page)
}

export const gone = (locator: Locator): Promise<void> => locator.first().waitFor({ state: 'detached' })

/** Opens the dialog, fills in the address, and sends. */
export async function send(page: Page, email: string): Promise<Locator> {
  await button(page, 'Send new partner invitation').click()
  const dialog = page.getByRole('dialog', { name: 'Send invitation' })
  await dialog.getByLabel('E-mail address').fill(email)
  await button(dialog, 'Send').click()
  return dialog
}

/** What a downloaded file holds. */
export const textOf = async (file: Download): Promise<string> =>
  Buffer.concat(await (await file.createReadStream()).toArray()).toString('utf8')

/** How many pixels a page can be scrolled sideways: none, where everything fits. */
export const overhang = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
