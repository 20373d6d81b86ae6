import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { GetCommand, NumberValue, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import type { Context } from 'aws-lambda'
import { mockClient } from 'aws-sdk-client-mock'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { handler as reconcileContacts } from '../../functions/reconcile-contacts.ts'
import { handler as syncContacts } from '../../functions/sync-contacts.ts'
import { environment } from '../../shared/environment.ts'
import { logger } from '../../shared/runtime/logger.ts'
import { db, tableName } from '../../shared/table/client.ts'
import { copySnapshot, copyTail } from '../../shared/table/copies.ts'
import { keys } from '../../shared/table/keys.ts'
import { takeMalformed } from '../../shared/table/malformed.ts'
import { readOne } from '../../shared/table/read.ts'
import { schema } from '../../shared/table/schema.ts'
import { account, addUser, contactsOf, partners, send, share } from '../kit/accounts.ts'
import { call, inShort } from '../kit/call.ts'
import { deliver, recordOf } from '../kit/deliver.ts'
import { MemoryTable } from '../kit/memory-table.ts'

// The comparison looks again after a pause, which nothing in this test waits for.
vi.mock('node:timers/promises', () => ({ setTimeout: async () => {} }))

const retryQueue = mockClient(SQSClient)
vi.stubEnv(environment.retryQueue, 'https://queue.example/retries')
afterAll(() => {
  retryQueue.restore()
  vi.unstubAllEnvs()
})
const memory = new MemoryTable()
memory.use()

type Stored = Record<string, unknown> & { pk: string; sk: string }
type Key = { pk: string; sk: string }

const errors = vi.spyOn(logger, 'error')
const metrics = vi.spyOn(logger, 'info')
beforeEach(() => {
  takeMalformed()
  errors.mockClear()
  metrics.mockClear()
  retryQueue.resetHistory()
})

/** What was logged about malformed items, and how many were counted. */
const reported = () => ({
  keys: errors.mock.calls.flatMap(([message, extra]) => (message === 'malformed item' ? [extra] : [])),
  count: metrics.mock.calls.flatMap(([message, extra]) => {
    const { MalformedItems, Table } = extra as unknown as { MalformedItems?: number; Table?: string }
    return message === 'metric' && MalformedItems !== undefined && Table === tableName ? [MalformedItems] : []
  }),
})
const keyOf = ({ pk, sk }: Key) => ({ pk, sk })

/** Changes the attributes that do not place an item. */
const changeOthers = (item: Stored, change: (name: string) => [string, unknown][]) => {
  const placing = new Set<string>(['pk', 'sk', 'type', schema.position, ...schema.indexes])
  return Object.fromEntries(
    Object.entries(item).flatMap(([name, value]) => (placing.has(name) ? [[name, value]] : change(name))),
  )
}
// test/table/well-formed.test.ts has every way in which an item can be malformed.
const corruptions: [string, (item: Stored) => object][] = [
  ['that lacks everything', (item) => changeOthers(item, () => [])],
  ['with other types in all attributes', (item) => changeOthers(item, (name) => [[name, { wrong: [true] }]])],
  ['of another type', (item) => ({ ...item, type: item.type === 'quota' ? 'mail' : 'quota' })],
]

const put = (Item: object) => db.send(new PutCommand({ TableName: tableName, Item: { ...Item } }))
async function storedAt(key: Key): Promise<Stored> {
  const { Item } = await db.send(new GetCommand({ TableName: tableName, Key: keyOf(key) }))
  if (!Item) throw new Error(`There is nothing at ${key.pk} ${key.sk}`)
  return Item as Stored
}

const spoilt: Stored[] = []
/** Spoils an item by hand, past everything, until the end of the test. */
async function corrupt(key: Key, how: (item: Stored) => object): Promise<void> {
  const item = await storedAt(key)
  spoilt.push(item)
  await put(how(item))
}
afterEach(async () => {
  for (const item of spoilt.splice(0)) await put(item)
})

// acme has two partners, an invitation to each of two others, two shares, and all contacts.
const [acme, globex, initech, hooli] = [await account(), await account(), await account(), await account()]
for (const partner of [globex, initech]) {
  await partners(acme, partner)
  await copySnapshot({ owner: acme.id, source: partner.id, epoch: 1 })
}
for (const { email } of [hooli.ada, hooli.bill]) await send(acme.ada, email)
for (const objectId of ['1', '2'])
  await share(acme.ada, globex.id, { kind: 'proof', objectId, title: objectId })

const { Items: all = [] } = await db.send(new ScanCommand({ TableName: tableName }))
const keyOfStored = (attributes: object): Key =>
  keyOf(
    all.find((item) => Object.entries(attributes).every(([name, value]) => item[name] === value)) as Stored,
  )

/** Each list, its query, and an item in it. */
const listed: [action: Parameters<typeof call>[0], query: Record<string, string>, Key][] = [
  ['list-users', {}, keys.user(acme.id, 'max')],
  ['list-contacts', {}, keys.user(acme.id, 'max')],
  ['list-contacts', { kind: 'member' }, keys.contact(acme.id, globex.id, 'max')],
  ['list-contacts', { q: 'account' }, keys.contact(acme.id, globex.id, 'max')],
  ['list-partners', {}, keys.partnership(acme.id, globex.id)],
  [
    'list-invitations',
    { direction: 'sent', status: 'pending' },
    keyOfStored({ type: 'invitation', state: 'pending' }),
  ],
  ['list-shares', {}, keyOfStored({ type: 'share', owner: acme.id })],
  ['list-activity', {}, keyOfStored({ type: 'event', accountId: acme.id })],
]

describe.each(corruptions)('an item %s', (_, how) => {
  test.each(listed)('is left out of %s %o, and the others are shown', async (action, query, key) => {
    const ask = () => call(action, { by: acme.ada, query: { limit: '100', ...query } })
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
        by: acme.ada,
        query: { ...query, limit: '1', ...(cursor && { cursor }) },
      })
      paged.push(...(body.items as unknown[]))
      cursor = (body.next as string | null) ?? undefined
    }
    expect(paged).toHaveLength(before.length - 1)
  })

  test('is left out of the CSV of contacts', async () => {
    await corrupt(keys.contact(acme.id, globex.id, 'max'), how)
    const { status, text } = await call('list-contacts', { by: acme.ada, accept: 'text/csv' })
    expect(status).toBe(200)
    expect(text.trim().split('\n')).toHaveLength(1 + 3 + 3 + 2)
  })

  test('that would have given an account its name does not stop lists that show it', async () => {
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
    const [owner, source] = [await account(), await account()]
    await partners(owner, source)
    await corrupt(keys.user(source.id, 'bill'), how)
    // In pages of one, so that the malformed one is the last of its page.
    const task = { owner: owner.id, source: source.id, epoch: 1 }
    await copySnapshot(task, 1)
    for (const after of ['ada', 'bill', 'max'])
      await copySnapshot({ ...task, after: keys.user(source.id, after).sk }, 1)
    expect([...(await contactsOf(owner.id, source.id)).keys()]).toEqual(['ada', 'max'])
  })

  test('does not stop the copy of a user to the partners that it is among', async () => {
    await corrupt(keys.partnership(acme.id, globex.id), how)
    const { body } = await addUser(acme.ada, 'new')
    const userId = String(body.id)
    const user = await readOne(keys.user(acme.id, userId))
    if (!user) throw new Error('The new user is not there')
    await copyTail({ user })
    expect((await contactsOf(initech.id, acme.id)).get(userId)).toMatchObject({ name: 'new' })
    await call('remove-user', { by: acme.ada, params: { id: userId } })
  })

  test.each<[string, Key]>([
    ['an account', keys.account(hooli.id)],
    ['a partnership', keys.partnership(acme.id, globex.id)],
    ['a contact', keys.contact(acme.id, globex.id, 'bill')],
    ['a user', keys.user(globex.id, 'bill')],
  ])('as %s is skipped by the comparison, counted, and raises the alarms', async (_, key) => {
    await corrupt(key, how)
    await corrupt(keys.contact(acme.id, initech.id, 'max'), (item) => ({ ...item, version: 0 }))
    const context = { functionName: 'here', getRemainingTimeInMillis: () => 600_000 } as Context
    for (const accountId of [acme.id, hooli.id]) {
      const report = await reconcileContacts({ accountId, dryRun: true }, context)
      if (accountId === acme.id) expect(report?.drift.stale).toEqual({ live: 1, former: 0 })
    }
    const everything = await reconcileContacts({ slice: 0, slices: 1, dryRun: true }, context)
    expect(everything).toMatchObject({ malformed: expect.any(Number) })
    expect(reported().keys).toContainEqual(keyOf(key))
  })

  test('in a record of the stream holds up no other record', async () => {
    const [owner, source] = [await account(), await account()]
    await partners(owner, source)
    const [bill, max] = [keys.user(source.id, 'bill'), keys.user(source.id, 'max')]
    const records = [recordOf(how(await storedAt(bill))), recordOf(await storedAt(max))]
    expect(await deliver(syncContacts, records)).toBe(0)
    expect([...(await contactsOf(owner.id, source.id)).keys()]).toEqual(['max'])
    // It is tried again from its queue, and kept in the end.
    expect(retryQueue.commandCalls(SendMessageCommand)).toHaveLength(1)
    expect(reported()).toMatchObject({ keys: [keyOf(bill)], count: [1] })
  })
})

test('an item in a list of another type is left out there', async () => {
  const { list, position } = await storedAt(keys.partnership(acme.id, globex.id))
  await corrupt(keys.user(acme.id, 'max'), (item) => ({ ...item, list, position }))
  const { status, body } = await call('list-partners', { by: acme.ada })
  expect(status).toBe(200)
  expect(body.items).toHaveLength(2)
})

test('a removed user in a list is left out', async () => {
  await corrupt(keys.user(acme.id, 'max'), (item) => ({ ...item, removed: true }))
  expect((await call('list-users', { by: acme.ada })).body.items).toHaveLength(2)
})

test('a message that holds no record holds up no other message', async () => {
  const [owner, source] = [await account(), await account()]
  await partners(owner, source)
  const wanted = JSON.stringify(recordOf(await storedAt(keys.user(source.id, 'max'))))
  const bodies = ['', 'null', '[]', '"text"', '{', '{"dynamodb":null}', '{"dynamodb":{"NewImage":1}}', wanted]
  const Records = bodies.map((body, at) => ({
    messageId: String(at),
    body,
    receiptHandle: String(at),
    attributes: { ApproximateReceiveCount: '1' },
  }))
  const { batchItemFailures } = await syncContacts({ Records } as never, { functionName: 'here' } as Context)
  expect(batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier))).toEqual(
    bodies.slice(0, -1).map((_, at) => at),
  )
  expect([...(await contactsOf(owner.id, source.id)).keys()]).toEqual(['max'])
})

test('a number that JavaScript has no room for spoils its own item alone', async () => {
  // Only DynamoDB has such numbers.
  memory.leave()
  const { id, ada } = await account()
  await put({ ...(await storedAt(keys.user(id, 'max'))), version: NumberValue.from('1e100') })
  const { status, body } = await call('list-users', { by: ada })
  expect(status).toBe(200)
  expect(body.items).toHaveLength(2)
})
