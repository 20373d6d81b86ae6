import { describe, expect, it } from 'vitest'
import { all, answered, type Contact, call, eventually, perform, signIn, type User } from './api.ts'
import { type Account, ask, dropUser, hostAccount, putAccount, putUser, userAt, userPath } from './host.ts'
import {
  acme,
  ada,
  confirmationToken,
  contactsFrom,
  expectContacts,
  initech,
  makePartners,
  newAddress,
} from './relationship.ts'

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

  it('in a version that is not higher changes nothing and answers with what is there', async () => {
    const account = await hostAccount()
    await putAccount(account.id, 'Newest', 5)
    for (const version of [4, 1]) {
      const answer = await putAccount(account.id, 'Late', version)
      expect([answered(answer), answer.body]).toEqual(['200', { id: account.id, name: 'Newest', version: 5 }])
    }
  })

  it('may be one that was here before the host spoke of it: it keeps its users and administrators', async () => {
    expect((await putAccount(initech.id, initech.name, 1)).body).toMatchObject({ id: initech.id, version: 1 })
    expect(await perform(initech.administrator, 'GET', '/v1/me')).toMatchObject({ administrator: true })
  })
})

const versions = [1, 2, 3, 4]

/** All orders of these. */
const orders = <T>(of: T[]): T[][] =>
  of.length === 0 ? [[]] : of.flatMap((one, at) => orders(of.toSpliced(at, 1)).map((rest) => [one, ...rest]))

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

  it('ends in the highest version, in whatever order puts and a removal come', async () => {
    const account = await hostAccount()
    for (const [at, order] of orders(versions).entries()) {
      const id = `overtaken-${at}`
      const email = `${id}@${account.id}.example`
      for (const version of order) {
        const answer =
          version === 3
            ? await dropUser(account.id, id, version)
            : await putUser(account.id, id, userAt(account, version, { email }))
        expect(answer.status, order.join()).toBeLessThan(300)
      }
      const last = await putUser(account.id, id, userAt(account, 1, { email }))
      expect(last.body, order.join()).toMatchObject({ name: 'Version 4', version: 4 })
    }
  })

  it('ends removed where the removal is the highest, in whatever order', async () => {
    const account = await hostAccount()
    for (const [at, order] of orders(versions).entries()) {
      const id = `removed-${at}`
      const user = (version: number) => userAt(account, version, { email: `${id}@${account.id}.example` })
      for (const version of order) {
        if (version === 4) expect(answered(await dropUser(account.id, id, version))).toBe('204')
        else await putUser(account.id, id, user(version))
      }
      const overtaken = await putUser(account.id, id, user(3))
      expect(overtaken.body, order.join()).toEqual({ id, accountId: account.id, removed: true, version: 4 })
      expect(answered(await putUser(account.id, id, user(4))), order.join()).toBe('409 version-reused')
    }
    await eventually(async () => expect(await all<User>(account.administrator, '/v1/users')).toHaveLength(1))
  })

  it('ends in the highest version where all come at once', async () => {
    const account = await hostAccount()
    const answers = await Promise.all(
      [6, 3, 8, 1, 5, 2, 7, 4].map((version) => putUser(account.id, 'one', userAt(account, version))),
    )
    // Contention that stays is a conflict, which the host tries again.
    for (const answer of answers) expect(['200', '409 conflict']).toContain(answered(answer))
    await eventually(async () =>
      expect((await putUser(account.id, 'one', userAt(account, 8))).body).toMatchObject({
        name: 'Version 8',
        version: 8,
      }),
    )
  })

  it('changed by an administrator stays so until the host’s version is higher', async () => {
    const account = await hostAccount()
    await putUser(account.id, 'one', userAt(account, 5))
    await perform(account.administrator, 'PATCH', '/v1/users/one', { name: 'By hand' })
    expect((await putUser(account.id, 'one', userAt(account, 5))).body).toMatchObject({ name: 'By hand' })
    await perform(account.administrator, 'DELETE', '/v1/users/one')
    expect((await putUser(account.id, 'one', userAt(account, 5))).body).toMatchObject({
      removed: true,
      version: 5,
    })
    expect((await putUser(account.id, 'one', userAt(account, 6))).body).toMatchObject({ name: 'Version 6' })
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

  it('removed again, or where there never was one, is 204', async () => {
    const account = await hostAccount()
    await putUser(account.id, 'one', userAt(account, 1))
    for (const version of [2, 2, 9, 9, 8])
      expect(answered(await dropUser(account.id, 'one', version))).toBe('204')
    expect(answered(await dropUser(account.id, 'nobody', 1))).toBe('204')
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

describe('the latest put holds an address', { timeout: 120_000 }, () => {
  const shownAt = async ({ administrator }: Account, userId: string) => {
    const user = (await all<User>(administrator, '/v1/users')).find(({ id }) => id === userId)
    return user && `${user.email.split('@')[0]} ${user.emailConfirmed ? 'confirmed' : 'unconfirmed'}`
  }

  it('and who had it before has it again when that one leaves it', async () => {
    const [one, other] = [await hostAccount(), await hostAccount()]
    const email = `shared@${one.id}.example`
    await putUser(one.id, 'u', userAt(one, 1, { email }))
    await putUser(other.id, 'u', userAt(other, 1, { email }))
    await eventually(async () =>
      expect([await shownAt(one, 'u'), await shownAt(other, 'u')]).toEqual([
        'shared unconfirmed',
        'shared confirmed',
      ]),
    )
    const [newest] =
      (await all<{ type: string; email: string | null }>(one.administrator, '/v1/activity')) ?? []
    expect(newest).toMatchObject({ type: 'user-changed', email })
    expect(answered(await dropUser(other.id, 'u', 2))).toBe('204')
    await eventually(async () => expect(await shownAt(one, 'u')).toBe('shared confirmed'))
  })

  it('so that two users who swap theirs end right in any order of arrival', async () => {
    const email = (account: Account, name: string) => `${name}@${account.id}.example`
    for (const order of orders(['a', 'b'])) {
      const account = await hostAccount()
      await putUser(account.id, 'a', userAt(account, 1, { email: email(account, 'a') }))
      await putUser(account.id, 'b', userAt(account, 1, { email: email(account, 'b') }))
      for (const id of order) {
        const swapped = userAt(account, 2, { email: email(account, id === 'a' ? 'b' : 'a') })
        expect(answered(await putUser(account.id, id, swapped))).toBe('200')
      }
      await eventually(async () =>
        expect([await shownAt(account, 'a'), await shownAt(account, 'b')], order.join()).toEqual([
          'b confirmed',
          'a confirmed',
        ]),
      )
    }
  })

  it('and a link that an administrator’s change sent works no longer after it', async () => {
    const account = await hostAccount()
    await putUser(account.id, 'u', userAt(account, 1))
    const pending = `pending@${account.id}.example`
    await perform(account.administrator, 'PATCH', '/v1/users/u', { email: pending })
    const token = await confirmationToken(pending)
    const put = await putUser(account.id, 'u', userAt(account, 2))
    expect(put.body).toMatchObject({ emailConfirmed: true, pendingEmail: null })
    expect(answered(await call(null, 'POST', '/v1/confirmations', { token }))).toBe('404 not-found')
  })
})

describe('the directory refuses', { timeout: 60_000 }, () => {
  it('an unknown account: 404', async () => {
    const user = { email: newAddress(acme), name: 'X', profile: 'manager', version: 1 }
    expect(answered(await putUser('no-such-account', 'x', user))).toBe('404 not-found')
    expect(answered(await dropUser('no-such-account', 'x', 1))).toBe('404 not-found')
  })

  it('another word in the same version: 409, and nothing is changed', async () => {
    const account = await hostAccount()
    expect(answered(await putAccount(account.id, 'Other', 1))).toBe('409 version-reused')
    await putUser(account.id, 'x', userAt(account, 5))
    const other = userAt(account, 5, { name: 'Other' })
    expect(answered(await putUser(account.id, 'x', other))).toBe('409 version-reused')
    expect(answered(await dropUser(account.id, 'x', 5))).toBe('409 version-reused')
    expect((await putUser(account.id, 'x', userAt(account, 5))).body).toMatchObject({ name: 'Version 5' })
  })

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
    ['of 129 characters', 'a'.repeat(129)],
    ['with a line break', 'a\nb'],
    ['with a space', 'a b'],
    ['that is not ASCII', 'å'],
  ])('an id %s: 422', async (_, id) => {
    expect(answered(await putAccount(id, 'X', 1))).toBe('422 invalid-field')
    expect(answered(await ask('PUT', userPath(acme.id, id), good))).toBe('422 invalid-field')
    expect(answered(await dropUser(acme.id, id, 1))).toBe('422 invalid-field')
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

  it('whoever does not sign with the host’s key: 403', async () => {
    for (const signing of [{ secretAccessKey: 'guessed' }, { accessKeyId: 'AKIAGUESSED' }, { service: 's3' }])
      expect(answered(await ask('PUT', userPath(acme.id, 'x'), good, { signing }))).toBe('403')
    const headers = { authorization: `Bearer ${await signIn(ada)}` }
    expect(answered(await ask('PUT', userPath(acme.id, 'x'), good, { headers }))).toBe('403')
    expect(answered(await call(ada, 'PUT', `/v1/directory${userPath(acme.id, 'x')}`, good))).toBe('404')
  })
})
