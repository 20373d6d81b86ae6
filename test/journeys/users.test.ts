import { beforeEach, describe, expect, it } from 'vitest'
import { all, answered, call, eventually, perform, type User } from './api.ts'
import {
  acme,
  ada,
  addUnconfirmed,
  addUser,
  bill,
  bo,
  byEmail,
  changeUser,
  confirmAddress,
  confirmationToken,
  contactsFrom,
  expectContacts,
  globex,
  ines,
  invite,
  makePartners,
  max,
  newAddress,
  remove,
  removeUser,
  reset,
  userOf,
} from './relationship.ts'

const demoProfiles = [
  [ada, 'administrator'],
  [bill, 'billing-administrator'],
  [max, 'manager'],
]

describe('the users of an account', { timeout: 60_000 }, () => {
  beforeEach(reset, 120_000)

  it('are listed whole, in pages of any size, and no one else’s among them', async () => {
    await addUser(acme)
    const users = await all<User>(bill, '/v1/users')
    const demo = users.filter(({ email }) => demoProfiles.some(([known]) => known === email))
    expect(byEmail(demo).map(({ email, profile }) => [email, profile])).toEqual(demoProfiles)
    expect(users).toHaveLength(demoProfiles.length + 1)
    for (const limit of [1, 2, 3]) {
      expect(byEmail(await all<User>(ada, '/v1/users', limit))).toEqual(byEmail(users))
    }
  })

  it('one added is answered, listed, and may sign in once the address is confirmed', async () => {
    const email = newAddress(acme)
    const fields = { email, name: 'Siv Åberg', profile: 'observer', locale: 'sv' }
    const answer = await call<User>(bill, 'POST', '/v1/users', fields)
    expect(answered(answer)).toBe('201')
    expect(answer.body).toMatchObject(fields)
    expect(answer.body.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
    expect(answer.body).toMatchObject({ emailConfirmed: false, pendingEmail: null })
    expect(await all<User>(ada, '/v1/users')).toContainEqual(answer.body)
    await confirmAddress(email)
    const me = await perform(email, 'GET', '/v1/me')
    expect(me).toMatchObject({ user: { ...fields, emailConfirmed: true }, administrator: false })
    await expectContacts(acme, acme)
  })

  it('one who gets another address leaves the old one free, and is the same user', async () => {
    const user = await addUser(acme)
    const before = await perform<{ user: User }>(user.email, 'GET', '/v1/me')
    const email = newAddress(acme)
    const changed = await changeUser(acme, user, { email })
    expect(changed).toMatchObject({ email: user.email, emailConfirmed: true, pendingEmail: email })
    await remove(bo, await invite(bo, user.email))
    await confirmAddress(email)
    expect(await perform(user.email, 'GET', '/v1/me')).toMatchObject({ user: { ...before.user, email } })
    expect(answered(await call(bo, 'POST', '/v1/invitations', { email: user.email }))).toBe(
      '422 no-account-for-email',
    )
    const successor = await addUser(globex, { email: user.email })
    expect(successor.id).not.toBe(user.id)
    expect(answered(await call(ada, 'POST', '/v1/users', { email, name: 'X', profile: 'observer' }))).toBe(
      '409 email-taken',
    )
    await remove(ada, await invite(ada, user.email))
    expect(answered(await call(bo, 'POST', '/v1/invitations', { email: user.email }))).toBe('422 own-account')
  })

  it('one whose address waits to be confirmed shows so at partners, and the link settles it once', async () => {
    await makePartners(ada, bo)
    const user = await addUnconfirmed(globex)
    await expectContacts(acme, globex)
    const shown = (await contactsFrom(acme, globex)).find(({ email }) => email === user.email)
    expect(shown).toMatchObject({ emailConfirmed: false })
    expect(answered(await call(ines, 'POST', '/v1/invitations', { email: user.email }))).toBe(
      '422 no-account-for-email',
    )
    const token = await confirmationToken(user.email)
    const follow = () => call(null, 'POST', '/v1/confirmations', { token })
    expect(answered(await follow())).toBe('204')
    expect(answered(await follow())).toBe('404 not-found')
    await expectContacts(acme, globex)
    await remove(ines, await invite(ines, user.email))
  })

  it('an address that two accounts typed is whose reader confirms it first', async () => {
    const [one, other] = [await addUnconfirmed(acme), newAddress(acme)]
    const rival = await addUnconfirmed(globex, { email: one.email })
    // Whichever e-mail is the newer, its link is for the user that it went out for.
    await confirmAddress(one.email)
    const users = [await userOf(acme, one.email), await userOf(globex, rival.email)]
    expect(users.map(({ emailConfirmed }) => emailConfirmed).sort()).toEqual([false, true])
    const loser = users[0]?.emailConfirmed ? ([globex, rival] as const) : ([acme, one] as const)
    await perform(loser[0].administrator, 'POST', `/v1/users/${loser[1].id}/confirmation`)
    await eventually(async () => {
      const token = await confirmationToken(one.email)
      expect(answered(await call(null, 'POST', '/v1/confirmations', { token }))).toBe('409 email-taken')
    })
    await changeUser(loser[0], loser[1], { email: other })
    await confirmAddress(other)
  })

  it('one moved to another account is another user there, and what the old one may do is over', async () => {
    const user = await addUser(acme, { profile: 'administrator' })
    await perform(user.email, 'GET', '/v1/me')
    await removeUser(acme, user)
    await addUser(globex, { email: user.email, profile: 'administrator' })
    expect(answered(await call(user.email, 'GET', '/v1/me'))).toBe('403 unknown-user')
    expect(answered(await call(user.email, 'POST', '/v1/invitations', { email: ada }))).toBe(
      '403 unknown-user',
    )
  })
})
