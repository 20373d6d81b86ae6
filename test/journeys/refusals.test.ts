import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type RouteName, routes } from '../../shared/contract/actions.ts'
import { type Answer, all, answered, call, type Invitation, perform, type User } from './api.ts'
import { pathOf } from './both.ts'
import {
  acme,
  ada,
  addUnconfirmed,
  addUser,
  bill,
  bo,
  changeUser,
  expectListsFor,
  globex,
  gun,
  ines,
  initech,
  invite,
  max,
  newAddress,
  olle,
  remove,
  removeUser,
  reset,
  userOf,
} from './relationship.ts'

// Requests that are refused for what they are, before it matters who asks about what: who-sees-what.test.ts asks that.

type Asked = { method: string; path: string; body: object | undefined }

/** A well-formed body for each action of users that has one. The contract says which these are. */
const wellFormed: Partial<Record<RouteName, object>> = {
  'send-invitation': { email: bo },
  'add-user': { email: bo, name: 'New', profile: 'observer' },
  'change-user': { name: 'New' },
  'add-share': { partnerAccountId: 'nobody', kind: 'proof', objectId: '1', title: 'A proof' },
}

const params = { id: 'nobody', accountId: 'nobody' }
const ofUsers = Object.values(routes).filter(({ access }) => access === 'user' || access === 'administrator')
const asked = ({ name, method }: { name: string; method: string }): Asked => {
  const action = name as RouteName
  return { method, path: pathOf({ action, params }), body: wellFormed[action] }
}

/** Every command of administrators, about nobody; every request with a body; every list. */
const commandsToNobody = ofUsers.filter(({ access }) => access === 'administrator').map(asked)
const bodies = ofUsers.filter(({ body }) => body).map(asked)
const listPaths = ofUsers
  .filter(({ name }) => name.startsWith('list-'))
  .flatMap(({ name }) => {
    const directions: Record<string, string[]> = { 'list-invitations': ['sent', 'received'] }
    const queries = directions[name]?.map((direction) => ({ query: { direction } })) ?? [{}]
    return queries.map((query) => pathOf({ action: name as RouteName, ...query }))
  })

/** Refused for the field that the pointer names, which the problem lists. */
function expectField(answer: Answer<unknown>, refusals: string[], pointer: string): void {
  expect(refusals).toContain(answered(answer))
  const { errors } = answer.body as { errors?: unknown }
  expect(errors).toContainEqual(expect.objectContaining({ pointer, detail: expect.any(String) }))
}

/** Where the interface leaves open which of these a bad query or an odd body is. */
const badInput = ['400 malformed-request', '422 invalid-field']

describe('who calls', { timeout: 60_000 }, () => {
  beforeEach(reset, 120_000)

  it('a route that is none is 404', async () => {
    expect((await call(ada, 'GET', '/v1/nothing')).status).toBe(404)
  })

  it('me: the user, the account, and whether the user is an administrator', async () => {
    for (const [user, account, administrator] of [
      [ada, acme, true],
      [bill, acme, true],
      [max, acme, false],
      [olle, globex, false],
    ] as const) {
      const me = await perform<{ account: object }>(user, 'GET', '/v1/me')
      expect(me).toMatchObject({ user: { email: user }, administrator })
      expect(Object.values(me.account)).toContain(account.name)
    }
  })

  it('an administrator demoted is refused from the next request on, and one promoted is not', async () => {
    const user = await addUser(acme, { profile: 'administrator' })
    const sent = await perform<Invitation>(user.email, 'POST', '/v1/invitations', { email: bo })
    expect(sent.actions).toEqual({ delete: null })

    await changeUser(acme, user, { profile: 'supervisor' })
    for (const { method, path, body } of commandsToNobody) {
      expect(answered(await call(user.email, method, path, body)), path).toBe('403 not-an-administrator')
    }
    const demoted = await perform<Invitation>(user.email, 'GET', `/v1/invitations/${sent.id}`)
    expect(demoted.actions).toEqual({ delete: 'not-an-administrator' })
    expect(await perform(user.email, 'GET', '/v1/me')).toMatchObject({ administrator: false })
    await expectListsFor('pending', bo)

    await changeUser(acme, user, { profile: 'billing-administrator' })
    expect(await perform(user.email, 'GET', '/v1/me')).toMatchObject({ administrator: true })
    await remove(user.email, sent)
    await expectListsFor('none', bo)
  })
})

describe('malformed requests', { timeout: 60_000 }, () => {
  beforeAll(reset, 120_000)

  it('are tried with every action of users that takes a body', () => {
    expect(bodies.filter(({ body }) => body === undefined)).toEqual([])
  })

  for (const { method, path, body } of bodies) {
    for (const [what, sent] of [
      ['not JSON', '{"email": '],
      ['not JSON at all', `email=${bo}`],
      ['an unknown field', { ...body, colour: 'red' }],
      ['an unknown field named as an object’s own', { ...body, constructor: 'red' }],
      [
        'a body too large',
        { ...body, name: 'x'.repeat(1_000_000), email: `${'x'.repeat(1_000_000)}@a.example` },
      ],
    ] as const) {
      it(`${method} ${path}: ${what} is malformed-request`, async () => {
        expect(answered(await call(ada, method, path, sent))).toBe('400 malformed-request')
      })
    }

    for (const sent of ['[]', `[${JSON.stringify(body)}]`, 'null', '"text"', '7']) {
      it(`${method} ${path}: ${sent} for an object is refused`, async () => {
        expect(badInput).toContain(answered(await call(ada, method, path, sent)))
      })
    }

    it(`${method} ${path}: a body that is not JSON by its media type is unsupported-media-type`, async () => {
      const answer = await call(ada, method, path, JSON.stringify(body), { 'content-type': 'text/plain' })
      expect(answered(answer)).toBe('415 unsupported-media-type')
    })
  }

  it('a media type with a charset is JSON all the same', async () => {
    const answer = await call(ada, 'POST', '/v1/invitations', JSON.stringify({ email: 'nobody@x.example' }), {
      'content-type': 'application/json; charset=utf-8',
    })
    expect(answered(answer)).toBe('422 no-account-for-email')
  })

  for (const path of listPaths) {
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'limit=-1', 'limit=1.5', 'cursor=nonsense']) {
      it(`GET ${path} with ${query} is malformed-request`, async () => {
        const answer = await call(ada, 'GET', `${path}${path.includes('?') ? '&' : '?'}${query}`)
        expect(answered(answer)).toBe('400 malformed-request')
      })
    }
    it(`GET ${path} with limit=1 and with limit=100 is a page`, async () => {
      expect((await all(ada, path, 1)).length).toBe((await all(ada, path, 100)).length)
    })
  }

  for (const path of [
    '/v1/invitations',
    '/v1/invitations?direction=sideways',
    '/v1/invitations?direction=sent&status=accepted',
    '/v1/invitations?direction=sent&status=lost',
    '/v1/contacts?kind=friend',
  ]) {
    it(`GET ${path} is refused`, async () => {
      expect(badInput).toContain(answered(await call(ada, 'GET', path)))
    })
  }
})

describe('sending', { timeout: 60_000 }, () => {
  beforeEach(reset, 120_000)

  for (const email of [
    '',
    'bo',
    'bo@',
    '@globex.example',
    'bo @globex.example',
    'bo@globex.example, gun@globex.example',
  ]) {
    it(`to "${email}" is invalid-email`, async () => {
      const answer = await call(ada, 'POST', '/v1/invitations', { email })
      expectField(answer, ['422 invalid-email'], '/email')
    })
  }

  for (const body of [{}, { email: 5 }, { email: null }, { email: [bo] }, { email: { address: bo } }]) {
    it(`with ${JSON.stringify(body)} is refused for the field`, async () => {
      const answer = await call(ada, 'POST', '/v1/invitations', body)
      expectField(answer, ['422 invalid-email', '422 invalid-field'], '/email')
    })
  }

  it('answers 201 with the invitation, and where it is', async () => {
    const answer = await call<Invitation>(ada, 'POST', '/v1/invitations', { email: bo })
    expect(answered(answer)).toBe('201')
    const location = new URL(`${answer.headers.get('location')}`, 'http://any.example').pathname
    expect(location.endsWith(`/v1/invitations/${answer.body.id}`)).toBe(true)
    expect(await perform(ada, 'GET', `/v1/invitations/${answer.body.id}`)).toEqual(answer.body)
  })
})

describe('the first refusal that applies', { timeout: 60_000 }, () => {
  beforeEach(reset, 120_000)

  it('malformed-request and unsupported-media-type come before unknown-user and not-an-administrator', async () => {
    const gone = await addUser(acme)
    await perform(gone.email, 'GET', '/v1/me')
    await removeUser(acme, gone)
    for (const user of [gone.email, max]) {
      for (const { method, path, body } of bodies) {
        expect(answered(await call(user, method, path, '{'))).toBe('400 malformed-request')
        const extended = { ...body, colour: 'red' }
        expect(answered(await call(user, method, path, extended))).toBe('400 malformed-request')
        const typed = await call(user, method, path, JSON.stringify(body), { 'content-type': 'text/plain' })
        expect(answered(typed)).toBe('415 unsupported-media-type')
      }
    }
  })

  it('unknown-user and not-an-administrator come before a field', async () => {
    const gone = await addUser(acme)
    await perform(gone.email, 'GET', '/v1/me')
    await removeUser(acme, gone)
    for (const [user, refusal] of [
      [gone.email, '403 unknown-user'],
      [max, '403 not-an-administrator'],
    ] as const) {
      for (const [method, path, body] of [
        ['POST', '/v1/invitations', { email: 'bo' }],
        ['POST', '/v1/invitations', { email: 5 }],
        ['POST', '/v1/invitations', {}],
        ['POST', '/v1/users', { email: 'bo', name: 5, profile: 'king' }],
        ['PATCH', '/v1/users/nobody', { profile: 'king' }],
      ] as const) {
        expect(answered(await call(user, method, path, body)), JSON.stringify(body)).toBe(refusal)
      }
    }
  })

  it('a field comes before not-found', async () => {
    const answer = await call(ada, 'PATCH', '/v1/users/nobody', { profile: 'king' })
    expectField(answer, ['422 invalid-field'], '/profile')
    expect(answered(await call(ada, 'PATCH', '/v1/users/nobody', { profile: 'manager' }))).toBe(
      '404 not-found',
    )
  })

  it('no-account-for-email comes before the state of the invitation that stands', async () => {
    const gone = await addUser(globex)
    await invite(ada, gone.email)
    await removeUser(globex, gone)
    const answer = await call(ada, 'POST', '/v1/invitations', { email: gone.email })
    expect(answered(answer)).toBe('422 no-account-for-email')
    await expectListsFor('pending', gone.email)
  })
})

describe('users', { timeout: 60_000 }, () => {
  beforeEach(reset, 120_000)

  const proper = { name: 'New', profile: 'observer' }

  for (const [pointer, body] of [
    ['/profile', { name: 'New', profile: 'king' }],
    ['/profile', { name: 'New' }],
    ['/profile', { name: 'New', profile: 5 }],
    ['/name', { profile: 'observer' }],
    ['/name', { name: 5, profile: 'observer' }],
    ['/locale', { ...proper, locale: 5 }],
  ] as const) {
    it(`one added with ${JSON.stringify(body)} is refused for ${pointer}`, async () => {
      const answer = await call(ada, 'POST', '/v1/users', { ...body, email: newAddress(acme) })
      expectField(answer, ['422 invalid-field'], pointer)
    })
  }

  for (const email of [undefined, 5, '', 'new', 'new@']) {
    it(`one added with the address ${JSON.stringify(email)} is refused for the field`, async () => {
      const answer = await call(ada, 'POST', '/v1/users', { ...proper, email })
      expectField(answer, ['422 invalid-email', '422 invalid-field'], '/email')
    })
  }

  for (const [pointer, change] of [
    ['/profile', { profile: 'king' }],
    ['/name', { name: 5 }],
    ['/email', { email: 'new' }],
  ] as const) {
    it(`a change to ${JSON.stringify(change)} is refused for ${pointer}, and changes nothing`, async () => {
      const user = await addUser(acme)
      const answer = await call(ada, 'PATCH', `/v1/users/${user.id}`, change)
      expectField(answer, ['422 invalid-field', '422 invalid-email'], pointer)
      expect(await userOf(acme, user.email)).toEqual(user)
    })
  }

  it('removing a user twice is not-found', async () => {
    const user = await addUser(globex)
    expect(answered(await call(gun, 'DELETE', `/v1/users/${user.id}`))).toBe('204')
    expect(answered(await call(gun, 'DELETE', `/v1/users/${user.id}`))).toBe('404 not-found')
    expect(answered(await call(gun, 'PATCH', `/v1/users/${user.id}`, { name: 'Gone' }))).toBe('404 not-found')
  })

  it('a hundred administrators and no more', async () => {
    const administrators = (await all<User>(ines, '/v1/users')).filter(({ profile }) =>
      profile.endsWith('administrator'),
    )
    for (let count = administrators.length; count < 100; count += 1) {
      await addUnconfirmed(initech, { profile: count % 2 === 0 ? 'administrator' : 'billing-administrator' })
    }
    const before = (await all<User>(ines, '/v1/users')).length
    const email = newAddress(initech)
    const answer = await call(ines, 'POST', '/v1/users', {
      email,
      name: 'One too many',
      profile: 'administrator',
    })
    expect([409, 422]).toContain(answer.status)
    const manager = await addUser(initech)
    const promotion = await call(ines, 'PATCH', `/v1/users/${manager.id}`, { profile: 'administrator' })
    expect([409, 422]).toContain(promotion.status)
    expect((await all<User>(ines, '/v1/users')).length).toBe(before + 1)
  })
})
