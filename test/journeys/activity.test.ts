import { beforeEach, describe, expect, it } from 'vitest'
import { all, call, eventually, type Page, page, perform } from './api.ts'
import type { Account } from './host.ts'
import {
  accept,
  acme,
  ada,
  addUnconfirmed,
  bill,
  bo,
  changeUser,
  clockDifference,
  contactsFrom,
  endPartnership,
  globex,
  gun,
  ines,
  invite,
  makePartners,
  max,
  olle,
  reject,
  remove,
  removeUser,
  reset,
} from './relationship.ts'

interface Event {
  id: string
  type: string
  at: string
  by: { accountId: string; accountName: string; userName: string | null } | null
  invitationId: string | null
  email: string | null
  partner: { accountId: string; accountName: string } | null
}

const log = async ({ administrator }: Account) => all<Event>(administrator, '/v1/activity')

/** What was entered in an account's log while something was done, oldest first. */
async function entered(account: Account, doing: () => Promise<unknown>): Promise<Event[]> {
  const before = (await log(account))[0]?.id
  await doing()
  const now = await log(account)
  const known = before === undefined ? now.length : now.findIndex(({ id }) => id === before)
  return now.slice(0, known).reverse()
}

const told = ({ type, by, partner }: Event) =>
  `${type} by ${by ? `${by.userName ?? '?'} of ${by.accountName}` : '?'}${partner ? `, ${partner.accountName}` : ''}`

/** The log of both accounts: what each was told while something was done. */
async function both(doing: () => Promise<unknown>): Promise<{ acme: string[]; globex: string[] }> {
  let theirs: Event[] = []
  const ours = await entered(acme, async () => {
    theirs = await entered(globex, doing)
  })
  return { acme: ours.map(told), globex: theirs.map(told) }
}

describe('the account log', { timeout: 60_000 }, () => {
  beforeEach(reset, 120_000)

  it('tells each side of an invitation and its acceptance, its own people by name and the other side as an account', async () => {
    let id = ''
    const seen = await both(async () => {
      const invitation = await invite(ada, bo)
      id = invitation.id
      await accept(gun, invitation)
    })
    expect(seen).toEqual({
      acme: ['invitation-sent by Ada Lind of Acme', 'invitation-accepted by ? of Globex, Globex'],
      globex: [
        'invitation-sent by ? of Acme, Acme',
        expect.stringMatching(/^invitation-accepted by Gun.* of Globex, Acme$/),
      ],
    })
    for (const account of [acme, globex]) {
      const [accepted, sent] = await log(account)
      for (const event of [accepted, sent]) expect(event).toMatchObject({ invitationId: id, email: bo })
    }
  })

  it('does not tell the sender whose address it was before it was accepted', async () => {
    const seen = await both(async () => {
      const invitation = await invite(ada, bo)
      await reject(bo, invitation)
      await remove(gun, invitation)
      await remove(bill, invitation)
    })
    expect(seen.acme).toEqual([
      'invitation-sent by Ada Lind of Acme',
      'invitation-rejected by ?',
      'invitation-deleted by ?',
      expect.stringMatching(/^invitation-deleted by Bill.* of Acme$/),
    ])
    expect(seen.globex).toEqual([
      'invitation-sent by ? of Acme, Acme',
      expect.stringMatching(/^invitation-rejected by Bo.* of Globex, Acme$/),
      expect.stringMatching(/^invitation-deleted by Gun.* of Globex, Acme$/),
    ])
  })

  it('tells both sides of the end of a partnership, and of shares', async () => {
    await makePartners(ada, bo)
    const fields = {
      partnerAccountId: globex.id,
      kind: 'proof',
      objectId: `log-${Date.now()}`,
      title: 'Cover',
    }
    const seen = await both(async () => {
      const { id } = await perform<{ id: string }>(max, 'POST', '/v1/shares', fields)
      await perform(max, 'POST', '/v1/shares', fields)
      await perform(max, 'DELETE', `/v1/shares/${id}`)
      await endPartnership(bo, acme)
    })
    expect(seen.acme).toEqual([
      expect.stringMatching(/^share-added by Max.* of Acme, Globex$/),
      expect.stringMatching(/^share-removed by Max.* of Acme, Globex$/),
      'partner-ended by ? of Globex, Globex',
    ])
    expect(seen.globex).toEqual([
      'share-added by ? of Acme, Acme',
      'share-removed by ? of Acme, Acme',
      expect.stringMatching(/^partner-ended by Bo.* of Globex, Acme$/),
    ])
  })

  it('tells an account of its own users, with their addresses, and nobody else', async () => {
    await makePartners(ada, bo)
    let email = ''
    const seen = await both(async () => {
      const user = await addUnconfirmed(acme)
      email = user.email
      await changeUser(acme, user, { name: 'Changed' })
      await changeUser(acme, user, { name: 'Changed' })
      await removeUser(acme, user)
    })
    expect(seen.acme).toEqual(
      ['user-added', 'user-changed', 'user-removed'].map((type) => `${type} by Ada Lind of Acme`),
    )
    expect(seen.globex).toEqual([])
    expect((await log(acme)).slice(0, 3).map((event) => event.email)).toEqual([email, email, email])
  })

  it(
    'tells an account that a contact was removed, and not its former partner',
    async () => {
      await makePartners(ada, bo)
      await eventually(async () =>
        expect((await contactsFrom(acme, globex)).map((contact) => contact.email)).toContain(olle),
      )
      await endPartnership(ada, globex)
      const contact = (await contactsFrom(acme, globex)).find(({ email }) => email === olle)
      const seen = await both(() => perform(ada, 'DELETE', `/v1/contacts/${contact?.id}`))
      expect(seen).toEqual({ acme: ['contact-removed by Ada Lind of Acme, Globex'], globex: [] })
      expect((await log(acme))[0]).toMatchObject({ email: olle })
    },
    clockDifference + 60_000,
  )

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

  it('a refused command enters nothing', async () => {
    const seen = await both(async () => {
      await call(max, 'POST', '/v1/invitations', { email: bo })
      await call(ada, 'POST', '/v1/invitations', { email: 'nobody@nowhere.example' })
      await call(ada, 'DELETE', `/v1/partners/${globex.id}`)
      await call(ines, 'POST', '/v1/shares', {
        ...{ partnerAccountId: acme.id, kind: 'proof', objectId: '1', title: 'Cover' },
      })
    })
    expect(seen).toEqual({ acme: [], globex: [] })
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
