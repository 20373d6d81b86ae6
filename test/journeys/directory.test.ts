import { describe, expect, it } from 'vitest'
import { all, answered, type Contact, call, eventually, perform, signIn, type User } from './api.ts'
import { ask, dropUser, hostAccount, putAccount, putUser, userAt, userPath } from './host.ts'
import { acme, ada, contactsFrom, expectContacts, initech, makePartners } from './relationship.ts'

describe('an account that the host puts', { timeout: 60_000 }, () => {
  it('is made, renamed by a higher version, and shown by its new name everywhere', async () => {
    const account = await hostAccount('Hooli')
    await makePartners(account.administrator, ada)
    const renamed = await putAccount(account.id, 'Hooli XYZ', 2)
    expect(answered(renamed)).toBe('200')
    expect(renamed.body).toEqual({ id: account.id, name: 'Hooli XYZ', version: 2 })
    expect(await perform(account.administrator, 'GET', '/v1/me')).toMatchObject({
      account: { name: 'Hooli XYZ' },
      administrator: true,
    })
    expect(await perform(ada, 'GET', `/v1/partners/${account.id}`)).toMatchObject({
      accountName: 'Hooli XYZ',
    })
    await perform(ada, 'DELETE', `/v1/partners/${account.id}`)
  })

  it('may be one that was here before the host spoke of it: it keeps its users and administrators', async () => {
    expect((await putAccount(initech.id, initech.name, 1)).body).toMatchObject({ id: initech.id, version: 1 })
    expect(await perform(initech.administrator, 'GET', '/v1/me')).toMatchObject({ administrator: true })
  })
})

describe('a user that the host puts', { timeout: 120_000 }, () => {
  it('is answered, listed, and may sign in at once', async () => {
    const account = await hostAccount()
    const user = userAt(account, 1, { name: 'Siv Åberg', locale: 'sv', profile: 'administrator' })
    const answer = await putUser(account.id, 'siv', user)
    expect(answered(answer)).toBe('200')
    expect(answer.body).toEqual({
      ...user,
      emailConfirmed: true,
      pendingEmail: null,
      id: 'siv',
      accountId: account.id,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
    })
    const { version: _, accountId: __, ...shown } = answer.body
    await eventually(async () =>
      expect(await all<User>(account.administrator, '/v1/users')).toContainEqual(shown),
    )
    const me = await perform(user.email, 'GET', '/v1/me')
    expect(me).toMatchObject({ user: shown, account: { id: account.id }, administrator: true })
  })

  it('appears in partners’ contacts like any other, and so does a change and a removal', async () => {
    const account = await hostAccount()
    await putUser(account.id, 'first', userAt(account, 1))
    await makePartners(account.administrator, ada)
    const email = `second@${account.id}.example`
    await putUser(account.id, 'second', userAt(account, 1, { email }))
    await expectContacts(acme, account)
    await putUser(account.id, 'first', userAt(account, 2, { name: 'Åke Changed', profile: 'observer' }))
    await expectContacts(acme, account)
    // Nothing new, and then something: what says nothing new must not hide what follows.
    await putUser(account.id, 'first', userAt(account, 3, { name: 'Åke Changed', profile: 'observer' }))
    await putUser(account.id, 'first', userAt(account, 4))
    await dropUser(account.id, 'second', 2)
    await expectContacts(acme, account)
    const names = (await contactsFrom(acme, account)).map(({ name }: Contact) => name)
    expect(names.sort()).toEqual(['The Boss', 'Version 4'])
    await perform(ada, 'DELETE', `/v1/partners/${account.id}`)
  })

  it('may be the last administrator and go: the host is believed', async () => {
    const account = await hostAccount()
    const token = await signIn(account.administrator)
    expect(answered(await dropUser(account.id, 'boss', 2))).toBe('204')
    const headers = { authorization: `Bearer ${token}` }
    expect(answered(await call(null, 'GET', '/v1/me', undefined, headers))).toBe('403 unknown-user')
    const boss = userAt(account, 3, { email: account.administrator, profile: 'observer' })
    expect(answered(await putUser(account.id, 'boss', boss))).toBe('200')
    const sending = await call(account.administrator, 'POST', '/v1/invitations', { email: ada })
    expect(answered(sending)).toBe('403 not-an-administrator')
  })

  it('has an id of any characters that API Gateway leaves alone in paths', async () => {
    const account = await hostAccount()
    for (const [index, id] of ['a+b', 'a@b.example', 'a|b:c', "~a!$&'()*,;=[_-]"].entries()) {
      const email = `any-${index}@${account.id}.example`
      const answer = await putUser(account.id, id, userAt(account, 1, { email }))
      expect([answered(answer), answer.body.id]).toEqual(['200', id])
      expect(await perform(email, 'GET', '/v1/me')).toMatchObject({ user: { id } })
      expect(answered(await dropUser(account.id, id, 2))).toBe('204')
    }
  })
})

describe('the directory refuses', { timeout: 60_000 }, () => {
  const good = { email: 'x@x.example', name: 'X', profile: 'manager', version: 1 }
  it.each<[string, unknown, string]>([
    ['an unknown field', { ...good, id: 'x' }, '400 malformed-request'],
    ['what is not JSON', '{', '400 malformed-request'],
    ['no version', { ...good, version: undefined }, '422 invalid-field'],
    ['a version of 0', { ...good, version: 0 }, '422 invalid-field'],
    ['a version that is not whole', { ...good, version: 1.5 }, '422 invalid-field'],
    ['a version that is a text', { ...good, version: '1' }, '422 invalid-field'],
    [
      'a version above 2⁵³ − 1',
      `${JSON.stringify(good).replace('1}', '9007199254740992}')}`,
      '422 invalid-field',
    ],
    ['a profile that is none', { ...good, profile: 'king' }, '422 invalid-field'],
    ['no name', { ...good, name: ' ' }, '422 invalid-field'],
    ['a bad address', { ...good, email: 'x' }, '422 invalid-email'],
  ])('%s', async (_, body, expected) => {
    expect(answered(await ask('PUT', userPath(acme.id, 'x'), body))).toBe(expected)
  })

  it.each([
    '',
    '?version=',
    '?version=0',
    '?version=-1',
    '?version=1e3',
    '?version=9007199254740992',
    '?version=1&x=1',
  ])('a removal with the query %s: 400', async (query) => {
    expect(answered(await ask('DELETE', userPath(acme.id, 'x') + query))).toBe('400 malformed-request')
  })
})
