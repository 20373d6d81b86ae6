import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { documentation, type RouteName, routeNames } from '../../shared/contract/actions.ts'
import { signed } from '../kit/signed.ts'
import { answersOf } from '../model/both.ts'
import { idOf, type Ref } from '../model/directory.ts'
import type { Request } from '../model/model.ts'
import { cells, states } from '../model/states.ts'
import { answered, answerOf, call, eventually, type Page, perform, signIn } from './api.ts'
import { ada, max, pathOf, Stage } from './both.ts'
import { confirmationToken } from './relationship.ts'

// Who is answered what about whose things. The independent model of test/model says it, and the contract says what
// there is to ask: an action without objects here fails.

const stack = inject('stack')
const stage = new Stage()
const { both, model } = stage

/** Accounts in relation to ours. Of the three after them, each has to do with one of the others only. */
let us: string, partner: string, former: string, stranger: string
let other: string, partnersPartner: string, strangersPartner: string
/** Accounts that each of ours has invited, and that have invited each. */
let invited: string, inviting: string

/** Who calls, by name. */
let callers: Record<string, Ref>

/** What a request is about: its words, and what makes it, so that a request that succeeds does not change the next. */
type Objects = Record<string, () => Promise<Partial<Request>> | Partial<Request>>

beforeAll(async () => {
  ;[us, partner, former, stranger] = [
    await stage.account('us'),
    await stage.account('partner'),
    await stage.account('former'),
    await stage.account('stranger'),
  ]
  ;[other, partnersPartner, strangersPartner, invited, inviting] = [
    await stage.account('other'),
    await stage.account('its'),
    await stage.account('their'),
    await stage.account('invited'),
    await stage.account('inviting'),
  ]
  const removed = await stage.put({ accountId: us, userId: 'removed' }, 'administrator')
  await both.ask({ action: 'get-me', by: removed })
  await stage.done('remove-user', us, { params: { id: removed.userId } })
  callers = {
    administrator: ada(us),
    manager: max(us),
    partner: ada(partner),
    former: ada(former),
    stranger: ada(stranger),
    removed,
  }
  // Contacts that partners left behind, whose ids are read from the lists.
  for (const [owner, source] of [
    [us, other],
    [us, former],
    [partner, other],
    [stranger, other],
  ] as const) {
    await stage.partners(owner, source)
    await eventually(() => both.look(ada(owner)))
    if (source === former) await shareBothWays(us, former)
    await end(owner, source)
  }
  await partnerships()
  await shareBothWays(us, partner)
  await shareBothWays(stranger, strangersPartner)
  for (const one of [us, partner, former, stranger]) {
    await stage.inState('pending', one, invited)
    await stage.inState('pending', inviting, one)
  }
  await eventually(() => both.lookAll())
}, 300_000)

/** Those that there are when an action is asked for. */
async function partnerships(): Promise<void> {
  await stage.partners(partner, us)
  await stage.partners(partner, partnersPartner)
  await stage.partners(stranger, strangersPartner)
  if (model.partnership(us, former)) await end(us, former)
}

/** The recipient of a partnership's invitation ends it. */
const end = (sender: string, recipient: string) =>
  stage.done('delete-partner', recipient, { params: { accountId: sender } })

async function shareBothWays(one: string, other: string): Promise<void> {
  await stage.share(one, other)
  await stage.share(other, one)
}

const id = (made: string | Promise<string>) => async () => ({ params: { id: await made } })
const idAfter = (make: () => Promise<string>) => async () => ({ params: { id: await make() } })
const nobody = id('nobody')

/** An invitation of ours to the other account, and one of its to us, in each state. */
const inEveryState = (request: (id: string) => Partial<Request>): Objects =>
  Object.fromEntries(
    states.flatMap((state) => [
      [`${state}, sent by us`, async () => request(await stage.inState(state, us, other))],
      [`${state}, sent to us`, async () => request(await stage.inState(state, other, us))],
    ]),
  )

const invitations = (): Objects => ({
  ...inEveryState((id) => ({ params: { id } })),
  'accepted by us, of the partner’s': idAfter(() => stage.partners(partner, us)),
  'of the former partnership': idAfter(() => stage.inState('dismissed-partnership', us, former)),
  'sent by the partner': idAfter(() => stage.inState('pending', partner, other)),
  'sent to the partner': idAfter(() => stage.inState('pending', other, partner)),
  'sent by the stranger': idAfter(() => stage.inState('pending', stranger, other)),
  'sent to the stranger': idAfter(() => stage.inState('pending', other, stranger)),
  'of nobody': nobody,
  'of nobody, as long as no id is': id('a'.repeat(1000)),
  'of nobody, and no ASCII': id('\u{1f600}'),
})

const accounts = (place: (accountId: string) => Partial<Request>): Objects =>
  Object.fromEntries(
    Object.entries({
      'our own account': us,
      'the partner': partner,
      'the former partner': former,
      'the stranger': stranger,
      'the partner’s partner': partnersPartner,
      'the stranger’s partner': strangersPartner,
      'no account': 'nowhere',
    }).map(([words, accountId]) => [
      words,
      async () => {
        await partnerships()
        return place(accountId)
      },
    ]),
  )

const contacts = (): Objects => ({
  'a user of ours': id(`contact ${idOf(ada(us))}`),
  'the partner’s user': id(`contact ${idOf(ada(partner))}`),
  'left with us': id(`contact ${idOf(ada(former))}`),
  'the partner’s partner’s user': id(`contact ${idOf(ada(partnersPartner))}`),
  'left with us, the partner and the stranger': id(`contact ${idOf(ada(other))}`),
  'of nobody': nobody,
})

const users = (): Objects => {
  const newUser = (accountId: string) =>
    idAfter(async () => (await stage.put({ accountId, userId: randomUUID() }, 'manager')).userId)
  const unconfirmed = (accountId: string) =>
    idAfter(async () => {
      const body = { email: `${randomUUID()}@${accountId}.example`, name: 'Unconfirmed', profile: 'manager' }
      const answer = await stage.done('add-user', accountId, { body })
      return (answer.body as { id: string }).id
    })
  return {
    'of ours': newUser(us),
    'of the partner’s': newUser(partner),
    'of the former partner’s': newUser(former),
    'of the stranger’s': newUser(stranger),
    'of ours, unconfirmed': unconfirmed(us),
    'of the partner’s, unconfirmed': unconfirmed(partner),
    'the only administrator': id(ada(us).userId),
    nobody,
  }
}

const shares = (): Objects => {
  const between = (owner: string, recipient: string, sender = owner) =>
    idAfter(async () => {
      await stage.partners(sender, sender === owner ? recipient : owner)
      return stage.share(owner, recipient)
    })
  const formerly = (owner: string, recipient: string) =>
    idAfter(async () => {
      await stage.partners(us, former)
      const shared = await stage.share(owner, recipient)
      await end(us, former)
      return shared
    })
  return {
    'ours with the partner': between(us, partner, partner),
    'ours with the former partner': formerly(us, former),
    'the partner’s with us': between(partner, us),
    'the former partner’s with us': formerly(former, us),
    'the partner’s with its partner': between(partner, partnersPartner),
    'the stranger’s with its partner': between(stranger, strangersPartner),
    'of nobody': nobody,
  }
}

const addressed = (more: object = {}): Objects =>
  Object.fromEntries(
    Object.entries({
      'to a new address': () => `${randomUUID()}@somewhere.example`,
      'to a user of ours': () => `max-${us}@${us}.example`,
      'to a user of the partner’s': () => `max-${partner}@${partner}.example`,
      'to a user of the former partner’s': () => `max-${former}@${former}.example`,
      'to a user of the stranger’s': () => `max-${stranger}@${stranger}.example`,
    }).map(([words, email]) => [
      words,
      async () => {
        const columns = [us, partner, former, stranger]
        for (const [at, one] of columns.entries())
          for (const another of columns.slice(at + 1))
            if (!(one === us && another === partner)) await stage.clear(one, another)
        await partnerships()
        return { body: { email: email(), ...more } }
      },
    ]),
  )

const directoryUsers = (body?: object): Objects => {
  const put = (accountId: string, userId?: string) => async (): Promise<Partial<Request>> => {
    const params = {
      accountId,
      userId: userId ?? (await stage.put({ accountId, userId: randomUUID() }, 'manager')).userId,
    }
    const fields = {
      email: `${params.userId}@${accountId}.example`,
      name: 'Put',
      profile: 'manager',
      version: 9,
    }
    return body ? { params, body: fields } : { params, query: { version: '9' } }
  }
  return { 'of ours': put(us), 'a new one': put(us, randomUUID()), 'of no account': put('nowhere', 'nobody') }
}

const whole: Objects = { '': () => ({}) }
const directions = (names: string[]): Objects =>
  Object.fromEntries(names.map((direction) => [direction, () => ({ query: { direction } })]))
const user = { name: 'New User', profile: 'observer' }

/** The objects of every action; the compiler asks for those of a new one. */
const objectsOf: Record<RouteName, () => Objects> = {
  'get-me': () => whole,
  'send-invitation': () => ({
    ...inEveryState(() => ({ body: { email: `${ada(other).userId}@${other}.example` } })),
    ...addressed(),
    'to no address': () => ({ body: { email: 'nobody' } }),
  }),
  'list-invitations': () => directions(['sent', 'received']),
  'get-invitation': invitations,
  'resend-invitation': () => ({
    ...invitations(),
    'sent to a user who is gone': idAfter(async () => {
      const gone = await stage.put({ accountId: other, userId: randomUUID() }, 'manager')
      const email = model.directory.users.get(idOf(gone))?.email
      const { body } = await stage.done('send-invitation', us, { body: { email } })
      await stage.both.ask({ action: 'drop-user', params: gone, query: { version: '2' } })
      return (body as { id: string }).id
    }),
  }),
  'accept-invitation': invitations,
  'reject-invitation': invitations,
  'delete-invitation': invitations,
  'list-partners': () => whole,
  'get-partner': () => accounts((accountId) => ({ params: { accountId } })),
  'delete-partner': () => ({
    ...inEveryState(() => ({ params: { accountId: other } })),
    ...accounts((accountId) => ({ params: { accountId } })),
  }),
  'list-contacts': () => ({
    '': () => ({ query: { kind: 'user' } }),
    ...accounts((accountId) => ({ query: { accountId } })),
  }),
  'delete-contact': contacts,
  'list-users': () => whole,
  'add-user': () => addressed(user),
  'change-user': () => ({
    'of ours, to an address of ours': async () => ({
      ...(await users()['of ours']?.()),
      body: { email: `max-${us}@${us}.example` },
    }),
    ...Object.fromEntries(
      Object.entries(users()).map(([words, make]) => [
        words,
        async () => ({
          ...(await make()),
          body: words.startsWith('the only') ? { profile: 'manager' } : { name: 'New' },
        }),
      ]),
    ),
  }),
  'remove-user': users,
  'send-confirmation': users,
  'confirm-address': () => ({
    'no token': () => ({ body: { token: 'nothing' } }),
    'a token of ours': tokenOfOurs,
  }),
  'add-share': () =>
    accounts((partnerAccountId) => ({
      body: { partnerAccountId, kind: 'file', objectId: 'shared-again', title: 'A file' },
    })),
  'list-shares': () => directions(['outgoing', 'incoming']),
  'remove-share': shares,
  'list-activity': () => whole,
  'get-changes': () => whole,
  'put-account': () => ({ ours: () => ({ params: { accountId: us }, body: { name: 'Ours', version: 9 } }) }),
  'put-user': () => directoryUsers({}),
  'drop-user': () => directoryUsers(),
  'get-openapi': () => whole,
  'get-docs': () => whole,
}

async function tokenOfOurs(): Promise<Partial<Request>> {
  const email = `${randomUUID()}@${us}.example`
  const { body } = await stage.done('add-user', us, { body: { email, ...user } })
  const token = await confirmationToken(email)
  model.directory.linked({ accountId: us, userId: (body as { id: string }).id }, token)
  return { body: { token } }
}

describe.each(documentation.map(({ contract }) => contract))('$name', ({ name, method, access }) => {
  const action = name as RouteName

  const isOfUsers = access === 'user' || access === 'administrator'

  it('answers each caller about each object as the model does', async () => {
    const objects = Object.entries(objectsOf[action]())
    expect(objects).not.toEqual([])
    for (const [words, make] of objects) {
      let request: Partial<Request> | undefined
      for (const by of isOfUsers ? Object.values(callers) : [undefined]) {
        request ??= await make()
        const ask = () => both.ask({ action, ...(by && { by }), ...request })
        // Contacts follow a moment later.
        const { answer, body } = action === 'list-contacts' ? await eventually(ask) : await ask()
        if (by === callers.manager && name.startsWith('list-') && !withoutItems.test(words))
          expect((body as Page<object>).items, words).not.toEqual([])
        if (answer.startsWith('2') && method !== 'GET') request = undefined
      }
    }
  }, 300_000)

  it.runIf(isOfUsers)(
    'is refused by the gateway without an access token that is valid, and of ours',
    async () => {
      const request = { action, params: { id: 'nobody', accountId: 'nobody' } }
      const answers: Record<string, string> = {}
      for (const [what, [authorization]] of Object.entries(await credentials()))
        answers[what] = answered(
          await call(null, method, pathOf(request), undefined, authorization ? { authorization } : {}),
        )
      const wanted = Object.entries(await credentials()).map(([what, [, status]]) => [what, status])
      expect(answers).toEqual(Object.fromEntries(wanted))
    },
  )

  it.runIf(access === 'anyone')('is answered whatever token comes with it', async () => {
    for (const [authorization] of Object.values(await credentials())) {
      const headers = { ...(authorization && { authorization }), 'content-type': 'application/json' }
      const body = method === 'GET' ? undefined : '{"token":"nothing"}'
      const { status } = await fetch(`${stack.api}${pathOf({ action })}`, {
        method,
        headers,
        ...(body && { body }),
      })
      expect(status).toBe(method === 'GET' ? 200 : 404)
    }
  })

  it.runIf(access === 'host')(
    'is refused without the host’s signature, and not to be found where users call',
    async () => {
      const path = pathOf({ action, params: { accountId: us, userId: 'new' }, query: { version: '9' } })
      const token = { authorization: `Bearer ${await signIn(`ada-${us}@${us}.example`)}` }
      const url = `${stack.directory.url}${path}`
      const wrong = [
        signed(method, url, '{}', { ...stack.directory, secretAccessKey: 'another' }),
        signed(method, url, '{}', { ...stack.directory, accessKeyId: 'ANOTHER' }),
        signed(method, url, '{}', { ...stack.directory, service: 's3' }),
        signed(method, url, '{}', stack.directory, new Date(Date.now() - 3_600_000)),
        token,
        {},
      ]
      for (const signing of wrong) {
        const headers = { ...signing, 'content-type': 'application/json' }
        const response = await fetch(url, { method, headers, body: '{}' })
        expect(answered(await answerOf(response, method, path, 'the host'))).toBe('403')
      }
      for (const headers of [token, {}])
        expect(answered(await call(null, method, path, {}, headers))).toBe('404')
    },
  )
})

/** Accounts whose users are not in our contacts. */
const withoutItems = /the stranger|the partner’s partner|no account/

/** What comes in the place of a valid access token, and the gateway's status. */
async function credentials(): Promise<Record<string, [string | undefined, string]>> {
  const username = `ada-${us}@${us}.example`
  const tokens = async (more: Record<string, string>) => {
    const form = new URLSearchParams({ grant_type: 'password', username, ...more })
    const response = await fetch(stack.token, { method: 'POST', body: form })
    return (await response.json()) as { access_token: string; id_token: string }
  }
  const { access_token, id_token } = await tokens({})
  const [header, payload, signature] = access_token.split('.')
  const claims = JSON.parse(Buffer.from(`${payload}`, 'base64url').toString())
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const forged = encode({ ...claims, sub: 'somebody', user_id: 'somebody', account_id: partner })
  return {
    none: [undefined, '401'],
    'no token': ['Bearer nonsense', '401'],
    'another scheme': ['Basic YWRhOmFkYQ==', '401'],
    expired: [`Bearer ${(await tokens({ expires_in: '-60' })).access_token}`, '401'],
    'for another audience': [`Bearer ${(await tokens({ audience: 'another' })).access_token}`, '401'],
    'an ID token': [`Bearer ${id_token}`, '403'],
    'with another user put in': [`Bearer ${header}.${forged}.${signature}`, '401'],
    'that says it needs no signature': [`Bearer ${encode({ alg: 'none', typ: 'JWT' })}.${payload}.`, '401'],
  }
}

describe('a cursor belongs to its account and list', () => {
  it.each(['/v1/users?limit=1', '/v1/contacts?limit=1', '/v1/activity?limit=1'])('%s', async (path) => {
    const administrators = [us, partner, stranger].map((account) => `ada-${account}@${account}.example`)
    const cursorOf = async (email: string, of = path) =>
      encodeURIComponent(`${(await perform<Page<object>>(email, 'GET', of)).next}`)
    const ask = async (email: string, cursor: string) =>
      answered(await call(email, 'GET', `${path}&cursor=${cursor}`))
    for (const owner of administrators) {
      const cursor = await cursorOf(owner)
      for (const caller of administrators)
        expect(await ask(caller, cursor)).toBe(caller === owner ? '200' : '400 malformed-request')
    }
    const [ours = ''] = administrators
    expect(await ask(`max-${us}@${us}.example`, await cursorOf(ours))).toBe('200')
    const otherwise = [`/v1/contacts?kind=user&limit=1`, `/v1/contacts?accountId=${us}&limit=1`]
    for (const cursor of [
      'bm93aGVyZQ',
      ...(await Promise.all(otherwise.map((list) => cursorOf(ours, list)))),
    ])
      expect(await ask(ours, cursor)).toBe('400 malformed-request')
  })
})

/** Answers that other tests meet. Those of well-formed requests are in each file that is named. */
const elsewhere = [
  /304|conflict|quota-exceeded|idempotency-key-reused|too-many-invitations|version-reused/,
  // refusals.test.ts
  /invalid-field|invalid-email/,
  // users.test.ts
  /confirm-address 409 email-taken/,
]

it.each(routeNames)('all answers that the contract has for %s are met', (action) => {
  const wanted = answersOf(action).filter((answer) => !elsewhere.some((some) => some.test(answer)))
  expect(wanted.filter((answer) => !both.met.has(answer))).toEqual([])
})

it('each command of either side, or of a third account, is met in every state of an invitation', () => {
  // The acceptance of another is met in test/table/relationship.test.ts.
  const wanted = cells.filter((cell) => cell.includes(' by '))
  expect(wanted.filter((cell) => !both.met.has(cell))).toEqual([])
})
