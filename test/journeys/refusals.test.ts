import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type RouteName, routes } from '../../shared/contract/actions.ts'
import { type Answer, all, answered, call, perform } from './api.ts'
import { pathOf } from './both.ts'
import {
  acme,
  ada,
  addUser,
  bo,
  expectListsFor,
  globex,
  invite,
  max,
  removeUser,
  reset,
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

/** Every request with a body, and every list. */
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
