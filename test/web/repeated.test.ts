import type { Route } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { ada, bo, ines, invite, reset } from '../journeys/relationship.ts'
import {
  answerInPages,
  button,
  confirm,
  contact,
  go,
  gone,
  page,
  problem,
  row,
  send,
  sentInvitation,
  textOf,
  withBrowser,
  withPageOf,
} from './people.ts'

withBrowser()

// What a reader does twice, or what is answered late, in parts or not at all.
describe('what is repeated or comes in parts', { timeout: 90_000 }, () => {
  withPageOf(ines)

  /** Notes each request that sends an invitation, by its Idempotency-Key. */
  async function noteSendings(answer: (route: Route, nth: number) => Promise<void>): Promise<string[]> {
    const keys: string[] = []
    await page.route('**/v1/invitations', (route) => {
      if (route.request().method() !== 'POST') return route.continue()
      keys.push(route.request().headers()['idempotency-key'] ?? '')
      return answer(route, keys.length)
    })
    return keys
  }

  it('Enter twice in a dialog sends once', async () => {
    await go(page, 'Partners')
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
    const keys = await noteSendings(async (route) => {
      await answered
      await route.fulfill({ status: 201, json: sentInvitation })
    })
    await button(page, 'Send new partner invitation').click()
    const dialog = page.getByRole('dialog', { name: 'Send invitation' })
    const field = dialog.getByLabel('E-mail address')
    await field.fill(bo)
    await field.press('Enter')
    await field.press('Enter')
    await expect.poll(() => keys.length).toBe(1)
    await field.press('Enter')
    answer()
    await gone(dialog)
    expect(keys).toHaveLength(1)
  })

  it('a request whose answer is lost is sent again with the same key, and another invitation with another', async () => {
    await go(page, 'Partners')
    const keys = await noteSendings((route, nth) =>
      nth === 1 ? route.abort('connectionreset') : route.fulfill({ status: 201, json: sentInvitation }),
    )
    await gone(await send(page, bo))
    expect(keys).toHaveLength(2)
    expect(keys[0]).not.toBe('')
    expect(keys[1]).toBe(keys[0])
    await gone(await send(page, ada))
    expect(keys[2]).not.toBe(keys[0])
  })

  it('a request that stays without an answer is sent again by the reader with the same key', async () => {
    await go(page, 'Partners')
    const keys = await noteSendings((route) => route.abort('connectionreset'))
    const dialog = await send(page, bo)
    await dialog.getByRole('alert').getByText(/\S/).waitFor()
    const unasked = keys.length
    await button(dialog, 'Send').click()
    await expect.poll(() => keys.length).toBeGreaterThan(unasked)
    expect(new Set(keys).size).toBe(1)
    await button(dialog, 'Cancel').click()
  })

  it('an export is one file of all parts, in their order', async () => {
    const parts = ['"name"\r\n"Ada"\r\n', '"Bo"\r\n', '"Cyd"\r\n']
    const asked: (string | null)[] = []
    await page.route('**/v1/contacts*', (route) => {
      const { searchParams } = new URL(route.request().url())
      if (!route.request().headers().accept?.includes('text/csv')) return route.continue()
      asked.push(searchParams.get('cursor'))
      const nth = Number(searchParams.get('cursor') ?? 0)
      const link = `</v1/contacts?cursor=${nth + 1}>; rel="next"`
      const more = nth + 1 < parts.length
      return route.fulfill({
        contentType: 'text/csv',
        ...(more && { headers: { link } }),
        body: parts[nth] ?? '',
      })
    })
    await go(page, 'Contacts')
    const [file] = await Promise.all([page.waitForEvent('download'), button(page, 'Export CSV').click()])
    expect(await textOf(file)).toBe(parts.join(''))
    expect(asked).toEqual([null, '1', '2'])
  })

  it('a list that is not complete says so, and shows more when asked', async () => {
    const contacts = Array.from({ length: 1_200 }, (_, at) => contact(`Person ${at}`, at))
    await answerInPages(page, '**/v1/contacts*', contacts)
    await go(page, 'Partners')
    await go(page, 'Contacts')
    await page.getByText('The first 1,000 contacts').waitFor()
    await button(page, 'Show more').click()
    await page.getByText('The first 1,100 contacts').waitFor()
    await button(page, 'Show more').click()
    await page.getByText('1,200 contacts', { exact: true }).waitFor()
    expect(await button(page, 'Show more').count()).toBe(0)
  })

  it('a change that fails is taken back in every list that showed it', async () => {
    await reset()
    await invite(ada, ines)
    await go(page, 'Partners')
    let refuse: (() => Promise<void>) | undefined
    await page.route('**/v1/invitations/*/reject', (route) => {
      refuse = () => route.fulfill(problem(503, 'unavailable'))
    })
    await button(row(page, 'Acme', 'Waiting for your answer'), 'Reject and ignore').click()
    await row(page, 'Acme', 'Rejected').waitFor()
    await gone(row(page, 'Acme', 'Waiting for your answer'))
    // A fault of the service is tried again before it is believed.
    for (let tries = 0; tries < 3; tries++) {
      await expect.poll(() => refuse, { timeout: 20_000 }).toBeDefined()
      const answer = refuse
      refuse = undefined
      await answer?.()
    }
    await row(page, 'Acme', 'Waiting for your answer').waitFor()
    await gone(row(page, 'Acme', 'Rejected'))
    await page.getByRole('alert').getByText('The invitation from Acme was not rejected.').waitFor()
    await button(page, 'Close').click()
  })

  it('a deletion that fails brings the row back', async () => {
    await page.route('**/v1/invitations/*', (route) =>
      route.request().method() === 'DELETE' ? route.fulfill(problem(409, 'conflict')) : route.continue(),
    )
    await confirm(page, row(page, 'Acme', 'Waiting for your answer'), 'Delete')
    await page.getByRole('alert').getByText('was not deleted').waitFor()
    await row(page, 'Acme', 'Waiting for your answer').waitFor()
    await button(page, 'Close').click()
  })

  it('the browser keeps no token', async () => {
    const stored = 'JSON.stringify([{ ...localStorage }, { ...sessionStorage }])'
    const kept = `${await page.evaluate<string>(stored)}${JSON.stringify(await page.context().cookies())}`
    let bearer = ''
    await page.route('**/v1/users*', (route) => {
      bearer = route.request().headers().authorization?.replace('Bearer ', '') ?? ''
      return route.continue()
    })
    await go(page, 'Users')
    expect(bearer).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    expect(kept).not.toContain(bearer)
    expect(kept).not.toMatch(/access_token|refresh_token|id_token|eyJ/)
  })
})
