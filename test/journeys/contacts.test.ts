import { setTimeout as pause } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { all, answered, type Contact, call, eventually, type Invitation, type Partner } from './api.ts'
import type { Account } from './host.ts'
import {
  accept,
  acme,
  ada,
  addUser,
  bo,
  byEmail,
  changeUser,
  clockDifference,
  contactsFrom,
  endPartnership,
  expectContacts,
  expectSharedContacts,
  globex,
  gun,
  ines,
  initech,
  invite,
  makePartners,
  max,
  newAddress,
  olle,
  reject,
  remove,
  removeUser,
  reset,
  separate,
} from './relationship.ts'

/** NFKD, no marks, lower case. */
function folded(name: string): string {
  return name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

describe('contacts while a partnership lasts', { timeout: 60_000 }, () => {
  beforeEach(reset, 120_000)

  it('an account without partners has its own users, live, and no one of the others’ is live', async () => {
    for (const account of [acme, globex, initech]) await expectContacts(account, account)
    await eventually(async () => {
      const members = await all<Contact>(ines, '/v1/contacts?kind=member')
      expect(members.filter(({ live }) => live)).toEqual([])
    })
  })

  it('a pending, a rejected and a dismissed invitation bring none', async () => {
    await pause(clockDifference)
    const before = await contactsFrom(acme, globex)
    await invite(ada, olle)
    await reject(bo, await invite(ada, bo))
    await remove(bo, await invite(ada, gun))
    const newcomer = await addUser(globex)
    await makePartners(ines, bo)
    await expectContacts(initech, globex)
    expect(await contactsFrom(acme, globex)).toEqual(before)
    expect(before.map(({ email }) => email)).not.toContain(newcomer.email)
  })

  for (const [what, change] of [
    ['name', { name: 'Örjan Ny' }],
    ['profile', { profile: 'observer' }],
    ['address', { email: newAddress(globex) }],
  ] as const) {
    it(`a change of a user’s ${what} shows at the partner, and in the user’s own account`, async () => {
      const user = await addUser(globex, { name: 'Örjan', profile: 'supervisor' })
      await makePartners(ada, bo)
      await expectSharedContacts(acme, globex)
      await changeUser(globex, user, change)
      await expectSharedContacts(acme, globex)
    })
  }

  it('a user added, changed and removed at once, on either side, leaves the two lists alike', async () => {
    await makePartners(ada, bo)
    for (const account of [acme, globex]) {
      const fleeting = await addUser(account, { name: 'Fleeting' })
      await changeUser(account, fleeting, { name: 'Fleeting still' })
      await removeUser(account, fleeting)
      const staying = await addUser(account, { name: 'Staying' })
      for (const name of ['One', 'Two', 'Three']) await changeUser(account, staying, { name })
    }
    await expectSharedContacts(acme, globex)
  })

  it('a user removed is gone at the partner', async () => {
    const user = await addUser(globex)
    await makePartners(ada, bo)
    await expectSharedContacts(acme, globex)
    await removeUser(globex, user)
    await expectSharedContacts(acme, globex)
    expect((await contactsFrom(acme, globex)).map(({ email }) => email)).not.toContain(user.email)
  })

  it('a user who moves to a third account is gone at the partner, and nobody’s there but the third account’s', async () => {
    const user = await addUser(globex, { name: 'Mover' })
    await makePartners(ada, bo)
    await expectSharedContacts(acme, globex)
    await removeUser(globex, user)
    const moved = await addUser(initech, { email: user.email, name: 'Mover' })
    await expectSharedContacts(acme, globex)
    await expectContacts(initech, initech)
    const named = (await all<Contact>(ada, '/v1/contacts')).filter(({ email }) => email === moved.email)
    expect(named).toEqual([])
  })

  it('users added, changed and removed while the partnership begins are not lost', async () => {
    const changed = await addUser(globex, { name: 'Before' })
    const removed = await addUser(globex, { name: 'Removed' })
    const sent = await invite(ada, bo)
    await Promise.all([
      accept(bo, sent),
      addUser(globex, { name: 'Added' }),
      changeUser(globex, changed, { name: 'After' }),
      removeUser(globex, removed),
      addUser(acme, { name: 'Added too' }),
    ])
    await expectSharedContacts(acme, globex)
  })

  it('of two partners, each sees its own members of the third and none of the other', async () => {
    await makePartners(ada, bo)
    await makePartners(ines, ada)
    await expectSharedContacts(acme, globex)
    await expectSharedContacts(acme, initech)
    await addUser(acme)
    await expectSharedContacts(acme, globex)
    await expectSharedContacts(acme, initech)
    await eventually(async () => {
      expect((await contactsFrom(globex, initech)).filter(({ live }) => live)).toEqual([])
    })
  })
})

describe('contacts after the end of a partnership', { timeout: 120_000 }, () => {
  beforeEach(reset, 120_000)

  for (const [by, ending, ended] of [
    ['sender', ada, globex],
    ['recipient', bo, acme],
  ] as const) {
    it(`ended by the ${by}: they stay on both sides, no longer live, and follow the former partner no more`, async () => {
      const changed = await addUser(globex, { name: 'Before' })
      const removed = await addUser(globex, { name: 'Removed' })
      const readdressed = await addUser(acme, { name: 'Readdressed' })
      await makePartners(ada, bo)
      await expectSharedContacts(acme, globex)
      const kept = new Map<Account, Contact[]>()
      for (const [owner, source] of bothWays) {
        kept.set(
          owner,
          (await contactsFrom(owner, source)).map((one) => ({ ...one, live: false })),
        )
      }
      await endPartnership(ending, ended)
      const expectKept = async () => {
        for (const [owner, source] of bothWays) {
          expect(byEmail(await contactsFrom(owner, source))).toEqual(byEmail(kept.get(owner) ?? []))
        }
      }
      await eventually(expectKept)

      await pause(clockDifference)
      await makePartners(ines, ada)
      await makePartners(ines, bo)
      await addUser(globex, { name: 'Newcomer' })
      await addUser(acme, { name: 'Newcomer' })
      await changeUser(globex, changed, { name: 'After' })
      await changeUser(acme, readdressed, { email: newAddress(acme) })
      await removeUser(globex, removed)
      await expectContacts(initech, globex)
      await expectContacts(initech, acme)
      await expectKept()
      for (const account of [acme, globex]) await expectContacts(account, account)

      await makePartners(bo, ada)
      await expectSharedContacts(acme, globex)
    })
  }

  it('partners who part and meet again, many times over and in both directions, have no contact twice', async () => {
    for (let time = 0; time < 5; time += 1) {
      const [one, other] = time % 2 === 0 ? [ada, bo] : [bo, ada]
      await makePartners(one, other)
      await addUser(globex)
      if (time < 4) await separate([acme, globex])
    }
    await expectSharedContacts(acme, globex)
  })

  it('a partnership with one account ends, one with another goes on', async () => {
    await makePartners(ada, bo)
    await makePartners(ada, ines)
    await expectSharedContacts(acme, globex)
    await expectSharedContacts(acme, initech)
    await endPartnership(ada, globex)
    await eventually(async () => {
      expect((await contactsFrom(acme, globex)).filter(({ live }) => live)).toEqual([])
    })
    await addUser(initech)
    await addUser(acme)
    await expectSharedContacts(acme, initech)
  })
})

const bothWays = [
  [acme, globex],
  [globex, acme],
] as const

describe('the list of contacts', { timeout: 60_000 }, () => {
  beforeEach(reset, 120_000)

  async function meetBoth(): Promise<void> {
    await makePartners(ada, bo)
    await makePartners(ada, ines)
    await expectSharedContacts(acme, globex)
    await expectSharedContacts(acme, initech)
  }

  it('is filtered by kind and by account, together and apart', async () => {
    await meetBoth()
    const whole = byEmail(await all<Contact>(max, '/v1/contacts'))
    expect(new Set(whole.map(({ accountId }) => accountId))).toEqual(
      new Set([acme.id, globex.id, initech.id]),
    )
    const kinds = ['', 'user', 'member']
    const accounts = ['', acme.id, globex.id, initech.id]
    for (const [kind, accountId] of kinds.flatMap((one) => accounts.map((other) => [one, other] as const))) {
      const query = new URLSearchParams({ ...(kind && { kind }), ...(accountId && { accountId }) })
      const wanted = whole.filter((one) => {
        return (!kind || one.kind === kind) && (!accountId || one.accountId === accountId)
      })
      expect(byEmail(await all<Contact>(max, `/v1/contacts?${query}`)), `${query}`).toEqual(wanted)
    }
    for (const { kind, accountId } of whole) expect(kind === 'user').toBe(accountId === acme.id)
  })

  it('is in the order of the folded names, in whatever pages it is read', async () => {
    for (const name of [
      'Åke',
      'ake B',
      'Zoë',
      'Émile',
      'emil',
      'Emil Berg',
      'EMILIA',
      'Ödla',
      'oda',
      'ﬁna',
      'Fia',
      'fiona',
    ]) {
      await addUser(name.length % 2 === 0 ? acme : globex, { name })
    }
    await meetBoth()
    const whole = await all<Contact>(ada, '/v1/contacts')
    const names = whole.map(({ name }) => folded(name))
    expect(names).toEqual([...names].sort())
    for (const query of [
      '',
      '?kind=user',
      '?kind=member',
      `?accountId=${globex.id}`,
      `?kind=member&accountId=${globex.id}`,
    ]) {
      const once = await all<Contact>(ada, `/v1/contacts${query}`)
      expect(once.map(({ name }) => folded(name))).toEqual(once.map(({ name }) => folded(name)).sort())
      for (const limit of [1, 2, 7]) {
        expect(await all<Contact>(ada, `/v1/contacts${query}`, limit), `${query} by ${limit}`).toEqual(once)
      }
    }
  })

  it('is moved within by a change of name', async () => {
    const user = await addUser(globex, { name: 'Aaa Moved' })
    await makePartners(ada, bo)
    await expectSharedContacts(acme, globex)
    await changeUser(globex, user, { name: 'Zzz Moved' })
    await expectSharedContacts(acme, globex)
    const names = (await contactsFrom(acme, globex)).map(({ name }) => folded(name))
    expect(names).toEqual([...names].sort())
    expect(names.at(-1)).toBe('zzz moved')
  })
})

describe('the lists of invitations and partners', { timeout: 60_000 }, () => {
  beforeEach(reset, 120_000)

  it('invitations come newest first, each exactly once, in pages of any size', async () => {
    const sent: string[] = []
    for (const email of [bo, gun, olle, ines]) sent.unshift((await invite(ada, email)).id)
    for (let count = 0; count < 3; count += 1) {
      sent.unshift((await invite(ada, (await addUser(globex)).email)).id)
    }
    for (const [user, direction, ids] of [
      [ada, 'sent', sent],
      [max, 'sent', sent],
      [bo, 'received', sent.filter((_, at) => at !== 3)],
      [ines, 'received', sent.filter((_, at) => at === 3)],
    ] as const) {
      for (const limit of [1, 2, 3, 100]) {
        const listed = await all<Invitation>(user, `/v1/invitations?direction=${direction}`, limit)
        expect(listed.map(({ id }) => id)).toEqual(ids)
        const times = listed.map(({ createdAt }) => createdAt)
        expect(times).toEqual([...times].sort().reverse())
      }
    }
  })

  it('a status is filtered through all pages', async () => {
    const emails = [bo, gun, olle, (await addUser(globex)).email, (await addUser(globex)).email]
    const ids: string[] = []
    for (const email of emails) ids.unshift((await invite(ada, email)).id)
    const rejected = ids.filter((_, at) => at % 2 === 0)
    for (const id of rejected) {
      expect(answered(await call(bo, 'POST', `/v1/invitations/${id}/reject`))).toBe('200')
    }
    for (const [user, direction] of [
      [ada, 'sent'],
      [bo, 'received'],
    ] as const) {
      for (const limit of [1, 2, 100]) {
        const listed = async (status: string) => {
          const path = `/v1/invitations?direction=${direction}&status=${status}`
          return (await all<Invitation>(user, path, limit)).map(({ id }) => id)
        }
        expect(await listed('rejected')).toEqual(rejected)
        expect(await listed('pending')).toEqual(ids.filter((id) => !rejected.includes(id)))
      }
    }
  })

  it('partners are listed exactly once, in pages of any size', async () => {
    await makePartners(ada, bo)
    await makePartners(ines, ada)
    for (const limit of [1, 2, 100]) {
      const listed = await all<Partner>(ada, '/v1/partners', limit)
      expect(listed.map(({ accountId, initiatedBy }) => `${accountId} ${initiatedBy}`).sort()).toEqual([
        `${globex.id} us`,
        `${initech.id} them`,
      ])
    }
  })
})
