import { GetCommand, NumberValue, PutCommand } from '@aws-sdk/lib-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import type { Context, DynamoDBStreamEvent, SQSEvent } from 'aws-lambda'
import { startFauxqs } from 'fauxqs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { environment } from '../../shared/environment.ts'
import type { Account } from '../kit/accounts.ts'

const engine = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
afterAll(() => engine.stop())

process.env.AWS_ENDPOINT_URL_SQS = `http://127.0.0.1:${engine.port}`
process.env[environment.retryQueue] = engine.createQueue('retries', { region: 'eu-north-1' }).queueUrl
// The comparison looks again after a pause, which nothing in this test waits for.
vi.mock('node:timers/promises', () => ({ setTimeout: async () => {} }))
const { account, addUser, partners, send, share } = await import('../kit/accounts.ts')
const { call, inShort } = await import('../kit/call.ts')
const { handler: reconcileContacts } = await import('../../functions/reconcile-contacts.ts')
const { handler: syncContacts } = await import('../../functions/sync-contacts.ts')
const { logger } = await import('../../shared/runtime/logger.ts')
const { db, tableName } = await import('../../shared/table/client.ts')
const { copyTail, copySnapshot } = await import('../../shared/table/copies.ts')
const { keys, logPartition, parseInvitationId, parseShareId, prefixes } = await import(
  '../../shared/table/keys.ts'
)
const { takeMalformed } = await import('../../shared/table/malformed.ts')
const { readNewest, readOne, readPrefix } = await import('../../shared/table/read.ts')

const { schema } = await import('../../shared/table/schema.ts')

type Stored = Record<string, unknown> & { pk: string; sk: string }
type Key = { pk: string; sk: string }

const told = vi.spyOn(logger, 'error')
const metric = vi.spyOn(logger, 'info')
beforeEach(() => {
  takeMalformed()
  told.mockClear()
  metric.mockClear()
})

/** What was logged about malformed items, and how many were counted. */
const reported = () => ({
  keys: told.mock.calls.flatMap(([message, extra]) => (message === 'malformed item' ? [extra] : [])),
  count: metric.mock.calls.flatMap(([message, extra]) => {
    const { MalformedItems, Table } = extra as unknown as { MalformedItems?: number; Table?: string }
    return message === 'metric' && MalformedItems !== undefined && Table === tableName ? [MalformedItems] : []
  }),
})
const keyOf = ({ pk, sk }: Key) => ({ pk, sk })

/** Its place, and nothing else. */
const bare = ({ pk, sk, type, position, list, listOfKind, listOfSide, listOfSideAndKind }: Stored) =>
  Object.fromEntries(
    Object.entries({ pk, sk, type, position, list, listOfKind, listOfSide, listOfSideAndKind }).filter(
      ([, value]) => value,
    ),
  )

const inPlace = new Set<string>(['pk', 'sk', 'type', schema.position, ...schema.indexes])
const corruptions: [string, (item: Stored) => object][] = [
  ['that lacks everything', bare],
  [
    'with other types in all attributes',
    (item) =>
      Object.fromEntries(
        Object.entries(item).map(([name, value]) => [name, inPlace.has(name) ? value : { wrong: [true] }]),
      ),
  ],
  ['of an unknown type', (item) => ({ ...item, type: 'unheard-of' })],
  ['of another type', (item) => ({ ...item, type: item.type === 'quota' ? 'mail' : 'quota' })],
  ['without a type', ({ type: _, ...item }) => item],
]

const put = (Item: object) => db.send(new PutCommand({ TableName: tableName, Item: { ...Item } }))

const spoilt: Stored[] = []
/** Spoils an item by hand, past everything, until the end of the test. */
async function corrupt(key: Key, how: (item: Stored) => object): Promise<void> {
  const { Item } = await db.send(new GetCommand({ TableName: tableName, Key: keyOf(key) }))
  if (!Item) throw new Error(`There is nothing at ${key.pk} ${key.sk}`)
  spoilt.push(Item as Stored)
  await put(how(Item as Stored))
}
afterEach(async () => {
  for (const item of spoilt.splice(0)) await put(item)
})

/** acme has two partners, an invitation to each of two others, two shares, and all contacts. */
async function busy() {
  const [acme, globex, initech, hooli] = [await account(), await account(), await account(), await account()]
  for (const partner of [globex, initech]) {
    await partners(acme, partner)
    await copySnapshot({ owner: acme.id, source: partner.id, epoch: 1 })
  }
  const invitations = [await send(acme.ada, hooli.ada.email), await send(acme.ada, hooli.bill.email)]
  const shares = [
    await share(acme.ada, globex.id, { kind: 'proof', objectId: '1', title: 'One' }),
    await share(acme.ada, globex.id, { kind: 'proof', objectId: '2', title: 'Two' }),
  ]
  return { acme, globex, initech, hooli, invitations, shares }
}

type Busy = Awaited<ReturnType<typeof busy>>
let about: Busy
beforeAll(async () => {
  about = await busy()
})
type Query = Record<string, string>

const found = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('This is not there')
  return value
}
const latestEvent = async ({ acme }: Busy) => {
  const { items } = await readNewest<{ id: string }>(logPartition(acme.id), { after: undefined, limit: 1 })
  return keys.event(acme.id, found(items[0]).id)
}

/** Each list, its query, and an item in it. */
const listed: [action: Parameters<typeof call>[0], query: Query, (busy: Busy) => Key | Promise<Key>][] = [
  ['list-users', {}, ({ acme }) => keys.user(acme.id, 'max')],
  ['list-contacts', {}, ({ acme }) => keys.user(acme.id, 'max')],
  ['list-contacts', { kind: 'member' }, ({ acme, globex }) => keys.contact(acme.id, globex.id, 'max')],
  ['list-contacts', { q: 'account' }, ({ acme, globex }) => keys.contact(acme.id, globex.id, 'max')],
  ['list-partners', {}, ({ acme, globex }) => keys.partnership(acme.id, globex.id)],
  [
    'list-invitations',
    { direction: 'sent', status: 'pending' },
    ({ invitations }) => keys.invitation(found(parseInvitationId(found(invitations[0])))),
  ],
  [
    'list-shares',
    {},
    ({ shares }) => {
      const ref = found(parseShareId(found(shares[0])))
      return keys.share(ref.accountId, ref.hash)
    },
  ],
  ['list-activity', {}, latestEvent],
]

describe.each(corruptions)('an item %s', (_, how) => {
  test.each(listed)('is left out of %s %o, and the others are shown', async (action, query, keyIn) => {
    const key = await keyIn(about)
    const ask = () => call(action, { by: about.acme.ada, query: { limit: '100', ...query } })
    const before = (await ask()).body.items as unknown[]
    await corrupt(key, how)
    const after = await ask()
    expect(inShort(after)).toBe('200')
    expect(after.body.items).toHaveLength(before.length - 1)
    expect(reported()).toEqual({ keys: [keyOf(key)], count: [1] })
    // Page by page too: where the page's last item is left out, the next one is still found.
    const paged: unknown[] = []
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const { body } = await call(action, {
        by: about.acme.ada,
        query: { ...query, limit: '1', ...(cursor && { cursor }) },
      })
      paged.push(...(body.items as unknown[]))
      cursor = (body.next as string | null) ?? undefined
    }
    expect(paged).toHaveLength(before.length - 1)
  })

  test('is left out of the CSV of contacts', async () => {
    const { acme, globex } = about
    await corrupt(keys.contact(acme.id, globex.id, 'max'), how)
    const { status, text } = await call('list-contacts', { by: acme.ada, accept: 'text/csv' })
    expect(status).toBe(200)
    expect(text.trim().split('\n')).toHaveLength(1 + 3 + 3 + 2)
  })

  test('that would have given an account its name does not stop lists that show it', async () => {
    const { acme, globex } = about
    await corrupt(keys.account(globex.id), how)
    for (const [action, query] of listed) {
      const answer = await call(action, { by: acme.ada, query: { limit: '100', ...query } })
      expect([action, inShort(answer)]).toEqual([action, '200'])
    }
    const { body } = await call('list-partners', { by: acme.ada })
    expect(body.items).toContainEqual(
      expect.objectContaining({ accountId: globex.id, accountName: globex.id }),
    )
  })

  test('does not stop the copy of the users that it is among', async () => {
    const [acme, globex] = [await account(), await account()]
    await partners(acme, globex)
    await corrupt(keys.user(globex.id, 'bill'), how)
    // In pages of one, so that the malformed one is the last of its page.
    await copyInPages(acme, globex)
    expect(await contactsOf(acme, globex)).toEqual(['ada', 'max'])
  })

  test('does not stop the copy of a user to the partners that it is among', async () => {
    const [acme, globex, initech] = [await account(), await account(), await account()]
    for (const partner of [globex, initech]) await partners(acme, partner)
    await corrupt(keys.partnership(acme.id, globex.id), how)
    await addUser(acme.ada, 'new')
    const { items } = await readPrefix<{ name: string; userId: string }>(
      keys.account(acme.id).pk,
      prefixes.users,
      { limit: 100 },
    )
    const { userId } = found(items.find(({ name }) => name === 'new'))
    const user = found(await readOne(keys.user(acme.id, userId)))
    await copyTail({ user })
    expect(await readOne(keys.contact(initech.id, acme.id, userId))).toMatchObject({ name: 'new' })
  })

  test.each<[string, (busy: Busy) => Key, missing: number]>([
    ['an account', ({ hooli }) => keys.account(hooli.id), 1],
    ['a partnership', ({ acme, globex }) => keys.partnership(acme.id, globex.id), 1],
    ['a contact', ({ acme, globex }) => keys.contact(acme.id, globex.id, 'bill'), 1],
    ['a user', ({ globex }) => keys.user(globex.id, 'bill'), 1],
  ])('as %s is skipped by the comparison, counted, and raises the alarms', async (_, keyIn, missing) => {
    const { acme, initech } = about
    const lost = keyOf(keys.contact(acme.id, initech.id, 'max'))
    const key = keyIn(about)
    await corrupt(key, how)
    await corrupt(lost, (item) => ({ ...item, version: 0 }))
    const context = { functionName: 'here', getRemainingTimeInMillis: () => 600_000 } as Context
    for (const accountId of [acme.id, about.hooli.id]) {
      const report = await reconcileContacts({ accountId, dryRun: true }, context)
      if (accountId === acme.id) expect(report?.drift.stale).toEqual({ live: missing, former: 0 })
    }
    const everything = await reconcileContacts({ slice: 0, slices: 1, dryRun: true }, context)
    expect(everything).toMatchObject({ malformed: expect.any(Number) })
    expect(reported().keys).toContainEqual(keyOf(key))
  })

  test('in a record of the stream holds up no other record', async () => {
    const [acme, globex] = [await account(), await account()]
    await partners(acme, globex)
    const stored = async (userId: string) => {
      const { Item } = await db.send(
        new GetCommand({ TableName: tableName, Key: keyOf(keys.user(globex.id, userId)) }),
      )
      return Item as Stored
    }
    const record = (item: object, SequenceNumber: string) => ({
      dynamodb: { SequenceNumber, Keys: { SequenceNumber: { S: SequenceNumber } }, NewImage: marshall(item) },
    })
    const Records = [record(how(await stored('bill')), '1'), record(await stored('max'), '2')]
    const context = { functionName: 'here' } as Context
    const event = { Records } as unknown as DynamoDBStreamEvent
    expect(await syncContacts(event, context)).toEqual({ batchItemFailures: [] })
    expect(await contactsOf(acme, globex)).toEqual(['max'])
    // It is tried again from its queue, and kept in the end.
    expect(engine.inspectQueue('retries')?.messages.delayed?.length).toBeGreaterThan(0)
    expect(reported()).toMatchObject({ keys: [keyOf(keys.user(globex.id, 'bill'))], count: [1] })
  })
})

async function copyInPages(owner: Account, source: Account): Promise<void> {
  const task = { owner: owner.id, source: source.id, epoch: 1 }
  await copySnapshot(task, 1)
  for (const after of ['ada', 'bill', 'max'])
    await copySnapshot({ ...task, after: keys.user(source.id, after).sk }, 1)
}

async function contactsOf(owner: Account, source: Account): Promise<string[]> {
  const { pk, sk } = keys.contact(owner.id, source.id, '')
  const { items } = await readPrefix<{ userId: string }>(pk, sk, { limit: 100 })
  return items.map(({ userId }) => userId)
}

test('a number that JavaScript has no room for spoils its own item alone', async () => {
  const { acme, globex } = about
  const tooLarge = (item: Stored) => ({ ...item, version: NumberValue.from('1e100') })
  await corrupt(keys.contact(acme.id, globex.id, 'max'), tooLarge)
  const { status, body } = await call('list-contacts', { by: acme.ada, query: { kind: 'member' } })
  expect(status).toBe(200)
  expect(body.items).toHaveLength(5)
})

test('an item in a list of another type is left out there', async () => {
  const { acme, globex } = about
  const { list, position } = found(await readOne(keys.partnership(acme.id, globex.id)))
  await corrupt(keys.user(acme.id, 'max'), (item) => ({ ...item, list, position }))
  const { status, body } = await call('list-partners', { by: acme.ada })
  expect(status).toBe(200)
  expect(body.items).toHaveLength(2)
})

test('a removed user in a list is left out', async () => {
  const { acme } = about
  await corrupt(keys.user(acme.id, 'max'), (item) => ({ ...item, removed: true }))
  expect((await call('list-users', { by: acme.ada })).body.items).toHaveLength(2)
})

test('a message that holds no record holds up no other message', async () => {
  const [acme, globex] = [await account(), await account()]
  await partners(acme, globex)
  const { Item } = await db.send(
    new GetCommand({ TableName: tableName, Key: keyOf(keys.user(globex.id, 'max')) }),
  )
  const message = (messageId: string, body: string) => ({
    messageId,
    body,
    receiptHandle: messageId,
    attributes: { ApproximateReceiveCount: '1' },
  })
  const wanted = JSON.stringify({ dynamodb: { Keys: { of: { S: 'max' } }, NewImage: marshall(Item) } })
  const bodies = ['', 'null', '[]', '"text"', '{', '{"dynamodb":null}', '{"dynamodb":{"NewImage":1}}', wanted]
  const Records = bodies.map((body, at) => message(String(at), body))
  const { batchItemFailures } = await syncContacts(
    { Records } as unknown as SQSEvent as never,
    { functionName: 'here' } as Context,
  )
  expect(batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier))).toEqual(
    bodies.slice(0, -1).map((_, at) => at),
  )
  expect(await contactsOf(acme, globex)).toEqual(['max'])
})
