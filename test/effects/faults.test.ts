import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Fault, FaultCall } from '../../local/endpoint/proxy.ts'
import { startDev, times } from './stack.ts'

const [ada, bo, gun, olle] = [
  'ada@acme.example',
  'bo@globex.example',
  'gun@globex.example',
  'olle@globex.example',
]
const acmes = ['ada@acme.example', 'bill@acme.example', 'max@acme.example']
const globexes = [bo, gun, olle]

let stack: Awaited<ReturnType<typeof startDev>>
let mark = 0
let healed: (() => void)[] = []
beforeAll(async () => {
  stack = await startDev()
})
afterAll(() => stack?.stop())

beforeEach(async () => {
  healed = []
  await stack.idle()
  mark = await sent()
})
/** Leaves the two as if they had never met, but for their contacts. */
afterEach(async () => {
  heal()
  await stack.call(ada, 'DELETE', '/partners/globex')
  const { items } = await stack.call<{ items: { id: string }[] }>(
    ada,
    'GET',
    '/invitations?direction=sent&limit=100',
  )
  for (const { id } of items) {
    await stack.call(bo, 'DELETE', `/invitations/${id}`)
    await stack.call(ada, 'DELETE', `/invitations/${id}`)
  }
  await stack.idle()
})

const sent = async () => (await stack.mailsSince(0)).length

const fail = (faultFor: (call: FaultCall) => Fault | undefined) => healed.push(stack.fail(faultFor))
const heal = () => {
  for (const stop of healed) stop()
}
const error = (type: string, status = 400): Fault => ({ error: { status, type, message: 'injected' } })
/** The retry queue accepts nothing, so that the stream delivers records again. */
const withoutQueue = () =>
  fail((call) => (call.action === 'SendMessage' ? error('ServiceUnavailable', 503) : undefined))
const by = (name: string) => (call: FaultCall) => call.functionName.endsWith(`-${name}`)
const copies = (text: string) => (call: FaultCall) =>
  by('sync-contacts')(call) && call.action === 'PutItem' && JSON.stringify(call.input).includes(text)
const mailsTo = (email: string) => (call: FaultCall) =>
  call.service === 'ses' && JSON.stringify(call.input).includes(email)
const transactionOf = (name: string) => (call: FaultCall) =>
  by(name)(call) && call.action === 'TransactWriteItems'

async function becomePartners(): Promise<void> {
  const id = await stack.send(ada, bo)
  expect((await stack.call(gun, 'POST', `/invitations/${id}/accept`)).status).toBe(200)
  await stack.idle()
}

/** C1: the members are exactly the partner's users, and each once (C3). */
async function expectContacts(): Promise<void> {
  const emails = async (user: string) => (await stack.members(user)).map(({ email }) => email).sort()
  expect(await emails(ada)).toEqual(globexes)
  expect(await emails(bo)).toEqual(acmes)
}

const mails = async () => (await stack.mailsSince(mark)).sort()

describe('C1 holds whenever no event is being processed', () => {
  test.each(['before', 'after'] as const)(
    'sync-contacts ends in the middle of a batch, %s it writes a contact',
    async (kill) => {
      fail(times(1, { kill }, copies('olle')))
      fail(times(1, { kill }, copies('max@acme')))
      await becomePartners()
      await expectContacts()
      expect(await mails()).toEqual([ada, bo])
      expect(await stack.failedRecords()).toEqual([])
    },
  )

  test('every batch is delivered twice: each contact once, and one e-mail per event', async () => {
    healed.push(stack.deliverTwice())
    await becomePartners()
    await expectContacts()
    expect(await mails()).toEqual([ada, bo])
  })
})

describe('a record that keeps failing', () => {
  test('is stored completely in S3, other records succeed, and redrive succeeds when the cause is gone', async () => {
    const added = await stack.call(bo, 'POST', '/users', {
      email: 'eve@globex.example',
      name: 'Eve',
      profile: 'observer',
    })
    expect(added.status).toBe(201)
    await becomePartners()
    fail((call) => (copies('Eva')(call) ? error('ValidationException') : undefined))
    withoutQueue()
    await stack.call(bo, 'PATCH', `/users/${added.id}`, { name: 'Eva' })
    await stack.call(bo, 'PATCH', '/users/olle', { name: 'Olle N' })
    await stack.idle()
    const names = async () =>
      (await stack.members(ada)).map(({ name }) => name).filter((name) => /^(Ev|Ol)/.test(name))
    expect((await names()).sort()).toEqual(['Eve', 'Olle N'])
    const failed = await stack.failedRecords()
    expect(failed.map(({ dynamodb }) => dynamodb)).toEqual([
      expect.objectContaining({
        Keys: { pk: { S: 'ACCOUNT#globex' }, sk: { S: `USER#${added.id}` } },
        NewImage: expect.objectContaining({
          name: { S: 'Eva' },
          email: { S: 'eve@globex.example' },
          version: { N: '2' },
        }),
      }),
    ])

    const tooEarly = await stack.redrive()
    expect(tooEarly.code).toBe(1)
    expect(tooEarly.output).toContain('1 of 1 records failed')
    expect(await stack.failedRecords()).toEqual(failed)

    heal()
    expect(await stack.redrive()).toMatchObject({
      code: 0,
      output: expect.stringContaining('1 redriven, 0 failed again'),
    })
    expect((await names()).sort()).toEqual(['Eva', 'Olle N'])
    expect(await stack.failedRecords()).toEqual([])
    await stack.call(bo, 'DELETE', `/users/${added.id}`)
    await stack.idle()
    await expectContacts()
  })
})

describe('a record that fails goes to the retry queue, and does not block the stream', () => {
  test('an e-mail that SES refuses and a copy that cannot be written are retried', async () => {
    await becomePartners()
    const began = await mails()
    fail((call) => (mailsTo('gun')(call) ? error('Throttling', 400) : undefined))
    fail((call) => (copies('Later')(call) ? error('ValidationException') : undefined))
    const later = `later-${mark}@acme.example`
    const added = await stack.call(ada, 'POST', '/users', {
      ...{ email: later, name: 'Later', profile: 'observer' },
    })
    await stack.call(ada, 'PATCH', '/users/max', { name: 'Max At Once' })
    await stack.call(ada, 'DELETE', '/partners/globex')
    await stack.send(ada, gun)
    await stack.send(ada, olle)
    await stack.idle()
    const names = async () => (await stack.members(bo)).map(({ name }) => name)
    expect(await names()).toContain('Max At Once')
    expect(await names()).not.toContain('Later')
    expect((await stack.mailsSince(mark + began.length)).sort()).toEqual([later, olle].sort())
    expect(await stack.failedRecords()).toEqual([])
    heal()
    await vi.waitFor(
      async () => {
        expect((await stack.mailsSince(mark + began.length)).sort()).toEqual([gun, later, olle].sort())
        expect(await names()).toContain('Later')
      },
      { timeout: 60_000, interval: 500 },
    )
    await stack.call(ada, 'DELETE', `/users/${added.id}`)
    await stack.call(ada, 'PATCH', '/users/max', { name: 'Max Falk' })
    await stack.idle()
  }, 120_000)

  test('a message that failed for a day is in the dead-letter queue, and redrive moves it back', async () => {
    fail((call) => (mailsTo('gun')(call) ? error('MessageRejected') : undefined))
    await stack.send(ada, gun)
    await stack.idle()
    await stack.giveUp('sendemails')
    heal()
    expect(await mails()).toEqual([])
    const { code, output } = await stack.redrive()
    expect(code).toBe(0)
    expect(output).toContain('1 sent back to')
    await vi.waitFor(async () => expect(await mails()).toEqual([gun]), { timeout: 60_000, interval: 500 })
  }, 120_000)
})

describe('the function ends after the commit: the client gets no answer, and repeats the request with its Idempotency-Key', () => {
  const proof = { partnerAccountId: 'globex', kind: 'proof', title: 'Cover' }
  test.each([
    ['send-invitation', '/invitations', () => ({ email: bo }), 'invitation-sent', () => [bo]],
    [
      'add-user',
      '/users',
      (n: number) => ({ email: `retried-${n}@acme.example`, name: 'Retried', profile: 'observer' }),
      'user-added',
      (n: number) => [`retried-${n}@acme.example`],
    ],
    [
      'add-share',
      '/shares',
      (n: number) => ({ ...proof, objectId: `retried-${n}` }),
      'share-added',
      () => [],
    ],
  ] as const)(
    '%s: the repetition gets the answer, and there is one item',
    async (name, path, body, event, mail) => {
      if (name === 'add-share') {
        const id = await stack.send(ada, bo)
        await stack.call(gun, 'POST', `/invitations/${id}/accept`)
        await stack.idle()
      }
      const since = await sent()
      const before = await stack.eventsOf('acme')
      const headers = { 'idempotency-key': `retried-${since}-${name}` }
      const ask = () => stack.call<{ status: number; id: string }>(ada, 'POST', path, body(since), headers)
      fail(times(1, { kill: 'after' }, (call) => by(name)(call) && call.action === 'TransactWriteItems'))
      expect((await ask()).status).toBe(500)
      const answer = await ask()
      expect(answer.status).toBe(201)
      expect(await ask()).toEqual(answer)
      await stack.idle()
      expect((await stack.eventsOf('acme')).slice(before.length)).toEqual([event])
      expect(await stack.mailsSince(since)).toEqual(mail(since))
    },
  )
})

describe('an answer is lost after the commit: the client still succeeds, with one event and one e-mail', () => {
  const nothing = async () => ''
  const invited = () => stack.send(ada, bo)
  const user = (name: string) => ({ email: `${name}@acme.example`, name, profile: 'observer' })
  const added = async () => (await stack.call(ada, 'POST', '/users', user('gone'))).id
  type Command = Parameters<typeof stack.call>

  // What the command needs, with its id; the command; the event in the log, for users of acme alone; who gets an e-mail.
  test.each<[string, number, () => Promise<unknown>, (id: unknown) => Command, string, string[]]>([
    [
      'send-invitation',
      201,
      nothing,
      () => [ada, 'POST', '/invitations', { email: bo }],
      'invitation-sent',
      [bo],
    ],
    [
      'accept-invitation',
      200,
      invited,
      (id) => [gun, 'POST', `/invitations/${id}/accept`],
      'invitation-accepted',
      [ada],
    ],
    [
      'reject-invitation',
      200,
      invited,
      (id) => [gun, 'POST', `/invitations/${id}/reject`],
      'invitation-rejected',
      [ada],
    ],
    [
      'delete-invitation',
      204,
      invited,
      (id) => [ada, 'DELETE', `/invitations/${id}`],
      'invitation-deleted',
      [],
    ],
    ['delete-partner', 204, becomePartners, () => [ada, 'DELETE', '/partners/globex'], 'partner-ended', []],
    [
      'add-user',
      201,
      nothing,
      () => [ada, 'POST', '/users', user('new')],
      'user-added',
      ['new@acme.example'],
    ],
    [
      'change-user',
      200,
      nothing,
      () => [ada, 'PATCH', '/users/max', { name: `Max ${Date.now()}` }],
      'user-changed',
      [],
    ],
    ['remove-user', 204, added, (id) => [ada, 'DELETE', `/users/${id}`], 'user-removed', []],
  ])('%s', async (name, status, prepare, command, event, mail) => {
    const request = command(await prepare())
    await stack.idle()
    const before = [await stack.eventsOf('acme'), await stack.eventsOf('globex')]
    mark = await sent()
    let lost = 0
    const cut = times(1, { cut: true }, transactionOf(name))
    fail((call) => {
      const fault = cut(call)
      if (fault) lost++
      return fault
    })
    expect((await stack.call(...request)).status).toBe(status)
    expect(lost).toBe(1)
    await stack.idle()
    const after = [await stack.eventsOf('acme'), await stack.eventsOf('globex')]
    expect(after.map((all, side) => all.slice(before[side]?.length))).toEqual([
      [event],
      name.endsWith('-user') ? [] : [event],
    ])
    expect(await mails()).toEqual(mail)
  })
})
