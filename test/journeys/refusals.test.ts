import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { routes } from '../../shared/contract/actions.ts'
import { type Answer, all, answered, call, type Invitation, page, perform, signIn, type User } from './api.ts'
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
  makePartners,
  max,
  newAddress,
  olle,
  remove,
  removeUser,
  reset,
  userOf,
} from './relationship.ts'

interface Request {
  method: string
  path: string
  body?: unknown
}

/** Every command of administrators, well formed, with ids of nobody. */
const commandsToNobody: Request[] = [
  { method: 'POST', path: '/v1/invitations', body: { email: 'nobody@nowhere.example' } },
  { method: 'POST', path: '/v1/invitations/nobody/accept' },
  { method: 'POST', path: '/v1/invitations/nobody/reject' },
  { method: 'DELETE', path: '/v1/invitations/nobody' },
  { method: 'DELETE', path: '/v1/partners/nobody' },
  {
    method: 'POST',
    path: '/v1/users',
    body: { email: newAddress(acme), name: 'New', profile: 'observer' },
  },
  { method: 'PATCH', path: '/v1/users/nobody', body: { name: 'New' } },
  { method: 'DELETE', path: '/v1/users/nobody' },
  { method: 'POST', path: '/v1/users/nobody/confirmation' },
  { method: 'DELETE', path: '/v1/contacts/nobody' },
]

/** Every command of any user, in the same way. */
const sharesWithNobody: Request[] = [
  {
    method: 'POST',
    path: '/v1/shares',
    body: { partnerAccountId: 'nobody', kind: 'proof', objectId: '1', title: 'A proof' },
  },
  { method: 'DELETE', path: '/v1/shares/nobody' },
]

const listPaths = [
  '/v1/invitations?direction=sent',
  '/v1/invitations?direction=received',
  '/v1/partners',
  '/v1/contacts',
  '/v1/users',
  '/v1/shares',
  '/v1/activity',
]

const bodies = [
  { method: 'POST', path: '/v1/invitations', body: { email: bo } },
  { method: 'POST', path: '/v1/users', body: { email: bo, name: 'New', profile: 'observer' } },
  { method: 'PATCH', path: '/v1/users/nobody', body: { name: 'New' } },
]

function ask(user: string | null, { method, path, body }: Request): Promise<Answer<unknown>> {
  return call(user, method, path, body)
}

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

  const every: Request[] = [
    ...commandsToNobody,
    ...sharesWithNobody,
    ...[...listPaths, '/v1/me', '/v1/invitations/nobody', '/v1/partners/nobody'].map((path) => ({
      method: 'GET',
      path,
    })),
  ]

  it('these requests are for every route of users', () => {
    const asked = ({ method, path }: { method: string; path: string }) =>
      every.some(
        (request) =>
          request.method === method &&
          new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`).test(request.path.split('?')[0] ?? ''),
      )
    const ofUsers = Object.values(routes).filter(({ access }) => /^(user|administrator)$/.test(access))
    expect(ofUsers.filter((route) => !asked(route))).toEqual([])
  })

  for (const request of every) {
    it(`${request.method} ${request.path}: without a token, or with a wrong one, 401`, async () => {
      expect((await ask(null, request)).status).toBe(401)
      for (const authorization of await wrongTokens()) {
        const answer = await call(null, request.method, request.path, request.body, { authorization })
        expect(answer.status, authorization).toBe(401)
      }
    })
  }

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

  it('a user removed while the token lives is an unknown-user on every route', async () => {
    const gone = await addUser(acme, { profile: 'administrator' })
    expect(answered(await call(gone.email, 'GET', '/v1/me'))).toBe('200')
    await removeUser(acme, gone)
    for (const request of every) {
      expect(answered(await ask(gone.email, request)), request.path).toBe('403 unknown-user')
    }
  })

  it('an administrator demoted is refused from the next request on, and one promoted is not', async () => {
    const user = await addUser(acme, { profile: 'administrator' })
    const sent = await perform<Invitation>(user.email, 'POST', '/v1/invitations', { email: bo })
    expect(sent.actions).toEqual({ delete: null })

    await changeUser(acme, user, { profile: 'supervisor' })
    for (const request of commandsToNobody) {
      expect(answered(await ask(user.email, request)), request.path).toBe('403 not-an-administrator')
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

describe('users who are no administrators', { timeout: 60_000 }, () => {
  const onlookers: string[] = []
  beforeAll(async () => {
    await reset()
    const supervisor = await addUser(acme, { profile: 'supervisor' })
    onlookers.push(max, olle, supervisor.email)
  }, 120_000)

  for (const request of commandsToNobody) {
    it(`are refused ${request.method} ${request.path}`, async () => {
      for (const user of onlookers) {
        expect(answered(await ask(user, request)), user).toBe('403 not-an-administrator')
      }
    })
  }

  for (const path of listPaths) {
    it(`may look at ${path}`, async () => {
      for (const user of onlookers) await page(user, path)
    })
  }

  it('may look at an invitation and a partner', async () => {
    const sent = await makePartners(ada, bo)
    for (const [user, partner] of [
      [max, globex.id],
      [olle, acme.id],
    ]) {
      expect(answered(await call(`${user}`, 'GET', `/v1/invitations/${sent.id}`))).toBe('200')
      expect(answered(await call(`${user}`, 'GET', `/v1/partners/${partner}`))).toBe('200')
    }
  })
})

describe('malformed requests', { timeout: 60_000 }, () => {
  beforeAll(reset, 120_000)

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

  it('a cursor of another account shows nothing of it', async () => {
    const { next } = await page<object>(ada, '/v1/users?limit=1')
    const answer = await call<{ items: User[] }>(
      ines,
      'GET',
      `/v1/users?cursor=${encodeURIComponent(`${next}`)}`,
    )
    if (answer.status === 400) return expect(answered(answer)).toBe('400 malformed-request')
    const own = (await all<User>(ines, '/v1/users')).map(({ id }) => id)
    for (const { id } of answer.body.items) expect(own).toContain(id)
  })
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

  it('to an address that no user has is no-account-for-email', async () => {
    const answer = await call(ada, 'POST', '/v1/invitations', { email: newAddress(globex) })
    expect(answered(answer)).toBe('422 no-account-for-email')
    await expectListsFor('none', bo)
  })

  it('to one’s own account is own-account', async () => {
    for (const email of [ada, max]) {
      expect(answered(await call(ada, 'POST', '/v1/invitations', { email }))).toBe('422 own-account')
    }
    await expectListsFor('none', bo)
  })

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

  it('not-an-administrator comes before not-found and not-the-recipient', async () => {
    const sent = await invite(ada, bo)
    for (const path of [`/v1/invitations/${sent.id}/accept`, '/v1/invitations/nobody/accept']) {
      expect(answered(await call(max, 'POST', path))).toBe('403 not-an-administrator')
    }
  })

  it('not-found comes before not-the-recipient, and that before the state', async () => {
    const sent = await makePartners(ada, bo)
    expect(answered(await call(ines, 'POST', `/v1/invitations/${sent.id}/reject`))).toBe('404 not-found')
    expect(answered(await call(ada, 'POST', `/v1/invitations/${sent.id}/reject`))).toBe(
      '403 not-the-recipient',
    )
    expect(answered(await call(bo, 'POST', `/v1/invitations/${sent.id}/reject`))).toBe(
      '409 invitation-not-pending',
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

describe('ids of others', { timeout: 60_000 }, () => {
  beforeEach(reset, 120_000)

  it('a partner that is none is not-found', async () => {
    for (const id of [globex.id, acme.id, 'nobody']) {
      expect(answered(await call(ada, 'GET', `/v1/partners/${id}`)), id).toBe('404 not-found')
      expect(answered(await call(ada, 'DELETE', `/v1/partners/${id}`)), id).toBe('404 not-found')
    }
  })

  it('a user of another account is not-found, a partner’s too', async () => {
    await makePartners(ada, bo)
    for (const { id } of await all<User>(bo, '/v1/users')) {
      const path = `/v1/users/${id}`
      expect(answered(await call(ada, 'PATCH', path, { name: 'Taken' })), path).toBe('404 not-found')
      expect(answered(await call(ada, 'DELETE', path)), path).toBe('404 not-found')
    }
    expect((await all<User>(bo, '/v1/users')).map(({ name }) => name)).not.toContain('Taken')
  })
})

describe('users', { timeout: 60_000 }, () => {
  beforeEach(reset, 120_000)

  const proper = { name: 'New', profile: 'observer' }

  it('an address that one’s own account uses is email-taken, in other letters too', async () => {
    const own = await addUser(acme)
    for (const email of [ada, own.email, ada.replace('ada', 'ADA')]) {
      expect(answered(await call(ada, 'POST', '/v1/users', { ...proper, email })), email).toBe(
        '409 email-taken',
      )
      if (email === own.email) continue
      const change = await call(ada, 'PATCH', `/v1/users/${own.id}`, { email })
      expect(answered(change), email).toBe('409 email-taken')
    }
    expect((await userOf(acme, own.email)).email).toBe(own.email)
  })

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

  it('the last administrator can’t be removed or demoted, and can be once there is another', async () => {
    const last = await userOf(initech, ines)
    const expectLast = async () => {
      const removal = await call(ines, 'DELETE', `/v1/users/${last.id}`)
      expect(answered(removal)).toBe('409 last-administrator')
      for (const profile of ['supervisor', 'manager', 'observer']) {
        const demotion = await call(ines, 'PATCH', `/v1/users/${last.id}`, { profile })
        expect(answered(demotion)).toBe('409 last-administrator')
      }
      expect(await userOf(initech, ines)).toEqual(last)
    }
    await expectLast()
    await addUser(initech, { profile: 'manager' })
    await expectLast()

    await changeUser(initech, last, { profile: 'billing-administrator' })
    await changeUser(initech, last, { profile: 'administrator' })

    const other = await addUser(initech, { profile: 'billing-administrator' })
    await perform(other.email, 'PATCH', `/v1/users/${last.id}`, { profile: 'manager' })
    const demotion = await call(other.email, 'PATCH', `/v1/users/${other.id}`, { profile: 'observer' })
    expect(answered(demotion)).toBe('409 last-administrator')
    await perform(other.email, 'PATCH', `/v1/users/${last.id}`, { profile: 'administrator' })
    await removeUser(initech, other)
    await expectLast()
  })

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

/** A token of nobody's making, one with another user put in, and one that says it needs no signature. */
async function wrongTokens(): Promise<string[]> {
  const [header, payload, signature] = (await signIn(ada)).split('.')
  const claims = JSON.parse(Buffer.from(`${payload}`, 'base64url').toString())
  const forged = encode({ ...claims, sub: 'somebody', user_id: 'somebody', account_id: globex.id })
  return [
    'Bearer nonsense',
    'Basic YWRhOmFkYQ==',
    `Bearer ${header}.${forged}.${signature}`,
    `Bearer ${encode({ alg: 'none', typ: 'JWT' })}.${payload}.`,
  ]
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
