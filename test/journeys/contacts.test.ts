import { setTimeout as pause } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { all, type Contact, eventually, type Invitation } from './api.ts'
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
})
