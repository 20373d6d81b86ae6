import { beforeEach, describe, expect, it } from 'vitest'
import { all, call, type Page, page, perform } from './api.ts'
import type { Account } from './host.ts'
import { acme, ada, bo, invite, max, remove, reset } from './relationship.ts'

interface Event {
  id: string
  at: string
}

const log = async ({ administrator }: Account) => all<Event>(administrator, '/v1/activity')

describe('the account log', { timeout: 60_000 }, () => {
  beforeEach(reset, 120_000)

  it('is read in pages, newest first, to which what happens meanwhile adds nothing twice', async () => {
    for (let n = 0; n < 4; n += 1) await remove(ada, await invite(ada, bo))
    const whole = await log(acme)
    // One after the other, these four sent and deleted; before them clients may have been at it side by side.
    const latest = whole.slice(0, 8).map(({ at }) => at)
    expect(latest).toEqual([...latest].sort().reverse())
    const first = await page<Event>(max, '/v1/activity?limit=3')
    await remove(ada, await invite(ada, bo))
    const rest: Event[] = []
    for (let next = first.next; next !== null; ) {
      const one: Page<Event> = await page(max, `/v1/activity?limit=100&cursor=${encodeURIComponent(next)}`)
      rest.push(...one.items)
      next = one.next
    }
    expect([...first.items, ...rest].map(({ id }) => id)).toEqual(whole.map(({ id }) => id))
  })

  it('has a state that each new entry changes on both sides, for programs that ask often', async () => {
    const ask = (etag = '"none"') =>
      call<{ latest: string }>(ada, 'GET', '/v1/changes', undefined, { 'if-none-match': etag })
    const before = await ask()
    const theirs = await perform(bo, 'GET', '/v1/changes')
    expect(before.status).toBe(200)
    const etag = before.headers.get('etag') ?? ''
    expect((await ask(etag)).status).toBe(304)
    await invite(ada, bo)
    const after = await ask(etag)
    expect(after.status).toBe(200)
    expect(after.body.latest).not.toBe(before.body.latest)
    expect(await perform(bo, 'GET', '/v1/changes')).not.toEqual(theirs)
    expect((await ask(after.headers.get('etag') ?? '')).status).toBe(304)
  })
})
