import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { expect, test } from 'vitest'
import { db, tableName } from '../../shared/table/client.ts'
import { copySnapshot, copyTail } from '../../shared/table/copies.ts'
import type { CopyItem, UserItem } from '../../shared/table/items.ts'
import { keys } from '../../shared/table/keys.ts'
import { readOne } from '../../shared/table/read.ts'
import { account, contactsOf, end, partners, removeUser } from '../kit/accounts.ts'

const users = 10
const page = 3

const handled = new Set<string>()

/** Handles each new continuation once, until there are none. Returns how many there were. */
async function goOn(): Promise<number> {
  const { Items = [] } = await db.send(new ScanCommand({ TableName: tableName, ConsistentRead: true }))
  const found = (Items as (CopyItem & { pk: string; sk: string })[]).filter(
    ({ type, pk, sk }) => type === 'copy' && !handled.has(pk + sk),
  )
  for (const item of found) {
    handled.add(item.pk + item.sk)
    await ('user' in item ? copyTail(item, page) : copySnapshot(item, page))
  }
  return found.length === 0 ? 0 : found.length + (await goOn())
}

const twoPartners = async () => {
  const [acme, globex] = [await account(), await account(users - 3)]
  await partners(acme, globex)
  return { acme, globex, copy: { owner: acme.id, source: globex.id, epoch: 1 } }
}

async function userOf({ accountId, userId }: { accountId: string; userId: string }): Promise<UserItem> {
  const user = await readOne(keys.user(accountId, userId))
  if (!user) throw new Error(`There is no user ${userId}`)
  return user
}

const later = (time: string) => new Date(Date.parse(time) + 1).toISOString()

async function endOf(owner: string, source: string): Promise<string> {
  const endedAt = (await readOne(keys.partnership(owner, source)))?.endedAt
  if (!endedAt) throw new Error('The partnership has not ended')
  return endedAt
}

test('a new partnership copies all users, in pages, each with a continuation', async () => {
  const { acme, globex, copy } = await twoPartners()
  await copySnapshot(copy, page)
  expect((await contactsOf(acme.id, globex.id)).size).toBe(page)
  expect(await goOn()).toBe(3)
  expect((await contactsOf(acme.id, globex.id)).size).toBe(users)
})

test('a page that is delivered twice starts the next one once', async () => {
  const { acme, globex, copy } = await twoPartners()
  await copySnapshot(copy, page)
  await copySnapshot(copy, page)
  expect(await goOn()).toBe(3)
  expect((await contactsOf(acme.id, globex.id)).size).toBe(users)
})

test('users are copied as soon as their own account’s record is visible, even if the other’s is not', async () => {
  const { acme, globex, copy } = await twoPartners()
  const { pk, sk } = keys.partnership(acme.id, globex.id)
  await db.send(new DeleteCommand({ TableName: tableName, Key: { pk, sk } }))
  await copySnapshot(copy)
  expect((await contactsOf(acme.id, globex.id)).size).toBe(users)
})

test('a changed user reaches all partners, in pages', async () => {
  const hub = await account()
  const others = await Promise.all(Array.from({ length: 7 }, () => account()))
  for (const other of others) await partners(hub, other)
  await copyTail({ user: await userOf(hub.max) }, page)
  expect(await goOn()).toBe(2)
  for (const other of others)
    expect((await contactsOf(other.id, hub.id)).get('max')).toMatchObject({ name: hub.max.name, version: 1 })
})

test('C2: after an end, only states from before the end are still copied', async () => {
  const { acme, globex } = await twoPartners()
  await end(acme.ada, globex.id)
  const endedAt = await endOf(acme.id, globex.id)
  const max = await userOf(globex.max)
  await copyTail({ user: { ...max, version: 2, changedAt: later(endedAt) } as UserItem })
  expect((await contactsOf(acme.id, globex.id)).get('max')).toBeUndefined()
  await copyTail({ user: max })
  expect((await contactsOf(acme.id, globex.id)).get('max')).toMatchObject({ version: 1 })
})

test('C2: the contact shows the user as it was at the end, although an older copy was late', async () => {
  const { acme, globex } = await twoPartners()
  await end(acme.ada, globex.id)
  const endedAt = await endOf(acme.id, globex.id)
  const first = await userOf(globex.max)
  const atEnd = { ...first, version: 2, changedAt: endedAt } as UserItem
  await copyTail({ user: first })
  await copyTail({
    user: { ...first, version: 3, changedAt: later(endedAt) } as UserItem,
    before: atEnd,
  })
  expect((await contactsOf(acme.id, globex.id)).get('max')).toMatchObject({ version: 2 })
})

test('C2: a snapshot that continues after the end copies no state from after it', async () => {
  const { acme, globex, copy } = await twoPartners()
  await end(acme.ada, globex.id)
  await new Promise((resolve) => setTimeout(resolve, 2))
  await removeUser(globex.ada, 'max')
  await copySnapshot(copy)
  const copied = await contactsOf(acme.id, globex.id)
  expect(copied.has('max')).toBe(false)
  expect(copied.size).toBe(users - 1)
})

test('a continuation of an earlier partnership’s snapshot does nothing in a later partnership', async () => {
  const { acme, globex, copy } = await twoPartners()
  await end(acme.ada, globex.id)
  await partners(acme, globex)
  await copySnapshot(copy)
  expect((await contactsOf(acme.id, globex.id)).size).toBe(0)
  await copySnapshot({ ...copy, epoch: 2 })
  expect((await contactsOf(acme.id, globex.id)).size).toBe(users)
})

test('a removal leaves a tombstone, which an older copy does not overwrite', async () => {
  const { acme, globex, copy } = await twoPartners()
  const before = await userOf(globex.max)
  await copySnapshot(copy)
  await removeUser(globex.ada, 'max')
  await copyTail({ user: await userOf(globex.max) })
  await copyTail({ user: before })
  const tombstone = (await contactsOf(acme.id, globex.id)).get('max')
  expect(tombstone).toMatchObject({ removed: true, version: 2 })
  expect(tombstone).not.toHaveProperty('list')
})

test('a new partnership copies contacts again, as the users are now, and none twice', async () => {
  const { acme, globex, copy } = await twoPartners()
  await copySnapshot(copy)
  await end(globex.ada, acme.id)
  await removeUser(globex.ada, 'max')
  expect((await contactsOf(acme.id, globex.id)).get('max')).not.toHaveProperty('removed')
  await partners(acme, globex)
  await copySnapshot({ ...copy, epoch: 2 })
  const copied = await contactsOf(acme.id, globex.id)
  expect(copied.size).toBe(users)
  expect([...copied.values()].every(({ epoch }) => epoch === 2)).toBe(true)
  expect(copied.get('max')).toMatchObject({ removed: true })
})
