import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import { v7 as uuid } from 'uuid'
import { expect, it } from 'vitest'
import { isRefusal } from '../../shared/domain/refusals.ts'
import { db, tableName } from '../../shared/table/client.ts'
import { dropUser, putAccount, putUser } from '../../shared/table/directory.ts'
import type { ActiveUser, EventItem, UserItem } from '../../shared/table/items.ts'
import { keys } from '../../shared/table/keys.ts'
import { readOne } from '../../shared/table/read.ts'
import { changeUser, removeUser } from '../../shared/table/users.ts'

let time = Date.parse('2026-11-23T09:00:00.000Z')
const clock = () => ({ now: new Date(time++).toISOString(), newId: () => uuid() })

let made = 0

/** An account of its own, with one user to be put. */
async function host() {
  const accountId = `account-${made++}`
  await putAccount(accountId, { name: 'Acme', hostVersion: 1 })
  const of = (userId: string) => {
    const key = { accountId, userId }
    const read = () => readOne(keys.user(accountId, userId))
    const fields = (change: object) => ({
      email: `${userId}@${accountId}.example`,
      name: 'Ada',
      profile: 'manager' as const,
      locale: 'en',
      ...change,
    })
    const put = async (read: UserItem | undefined, hostVersion: number, change: object) => {
      const written = fields(change)
      const claim = await readOne(keys.email(written.email))
      return putUser({ user: read, claim }, { key, fields: written, hostVersion }, clock())
    }
    return {
      key,
      read,
      put: async (hostVersion: number, change: object = {}) => put(await read(), hostVersion, change),
      /** As if the user had been read at another time. */
      putOver: put,
      drop: async (hostVersion: number) => dropUser(await read(), { key, hostVersion }, clock()),
    }
  }
  return { accountId, of, user: of('u'), account: () => readOne(keys.account(accountId)) }
}

async function events(accountId: string): Promise<EventItem[]> {
  const { Items = [] } = await db.send(
    new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': keys.event(accountId, '').pk },
    }),
  )
  return Items as EventItem[]
}
const eventsOf = async (accountId: string) => (await events(accountId)).map(({ event }) => event)

const active = (user: unknown) => user as ActiveUser

it('keeps the highest version of an account, and its administrators', async () => {
  const { accountId, of, account } = await host()
  await of('u').put(1, { profile: 'administrator' })
  expect(await putAccount(accountId, { name: 'Third', hostVersion: 3 })).toMatchObject({ name: 'Third' })
  for (const [name, hostVersion] of [
    ['Late', 2],
    ['Third', 3],
  ] as const)
    expect(await putAccount(accountId, { name, hostVersion })).toMatchObject({
      name: 'Third',
      hostVersion: 3,
    })
  expect(await putAccount(accountId, { name: 'Other', hostVersion: 3 })).toEqual({
    refusal: 'version-reused',
  })
  expect(await account()).toMatchObject({ name: 'Third', administrators: new Set(['u']) })
})

it('makes a salt with an account, keeps it, and does not answer with it', async () => {
  const { accountId, account } = await host()
  const made = (await account())?.salt
  expect(made).toMatch(/^[\w-]{22}$/)
  const renamed = await putAccount(accountId, { name: 'Renamed', hostVersion: 2 })
  expect(renamed).not.toHaveProperty('salt')
  expect((await account())?.salt).toBe(made)
  const another = await host()
  expect((await another.account())?.salt).not.toBe(made)
})

/** All orders of these. */
const orders = <T>(of: T[]): T[][] =>
  of.length === 0 ? [[]] : of.flatMap((one, at) => orders(of.toSpliced(at, 1)).map((rest) => [one, ...rest]))

it.each([
  ['a put', ['put 1', 'drop 2', 'put 3', 'put 4']],
  ['a removal', ['put 1', 'put 2', 'put 3', 'drop 4']],
])(
  'ends in the highest version, being %s, in whatever order and however often they come',
  async (_, calls) => {
    const last = calls.includes('drop 4') ? { removed: true } : { name: 'Version 4' }
    const inOrder = async (order: string[]) => {
      const { user } = await host()
      for (const call of [...order, ...order]) {
        const [what, version] = call.split(' ')
        if (what === 'put') await user.put(Number(version), { name: `Version ${version}` })
        else await user.drop(Number(version))
      }
      expect(await user.read(), order.join()).toMatchObject({ ...last, hostVersion: 4 })
    }
    await Promise.all(orders(calls).map(inOrder))
  },
  120_000,
)

it('ends in the highest version where all are under way at once', async () => {
  const { user } = await host()
  await user.put(1)
  const read = await user.read()
  const versions = [7, 2, 5, 9, 3, 8, 4, 6]
  const puts = versions.map((version) => user.putOver(read, version, { name: `Version ${version % 3}` }))
  for (const outcome of await Promise.all(puts)) expect(outcome).not.toHaveProperty('refusal')
  expect(await user.read()).toMatchObject({ name: 'Version 0', hostVersion: 9 })
})

it('an overtaken put that read the user before loses against one that changed nothing', async () => {
  const { user } = await host()
  await user.put(1)
  const before = await user.read()
  await user.put(3)
  expect(await user.putOver(before, 2, { name: 'Late' })).toMatchObject({ name: 'Ada', hostVersion: 3 })
  expect(await user.read()).toMatchObject({ name: 'Ada', hostVersion: 3 })
})

it('writes no event and no new version of the item where nothing changed but the host’s version', async () => {
  const { accountId, user } = await host()
  const first = active(await user.put(1))
  const again = active(await user.put(2))
  expect(again).toMatchObject({ version: first.version, changedAt: first.changedAt, hostVersion: 2 })
  expect(await user.read()).toMatchObject({
    version: first.version,
    hostVersion: 2,
    hostDigest: expect.stringMatching(/^[0-9a-f]{32}$/),
    hostVersionOnly: true,
  })
  expect(await eventsOf(accountId)).toEqual(['user-added'])
})

it('what changes after that is no host version write, whoever changes it', async () => {
  const { user } = await host()
  await user.put(1)
  await user.put(2)
  await user.put(3, { name: 'By the host' })
  expect(await user.read()).not.toHaveProperty('hostVersionOnly')
  await user.put(4, { name: 'By the host' })
  const there = await user.read()
  expect(there).toHaveProperty('hostVersionOnly')
  await changeUser({ user: there }, { name: 'By an administrator' }, { ...clock(), by: active(there) })
  expect(await user.read()).not.toHaveProperty('hostVersionOnly')
  await user.put(5, { name: 'By an administrator' })
  await user.drop(6)
  expect(await user.read()).not.toHaveProperty('hostVersionOnly')
})

it('a removal of a user that never was leaves the host’s version and nothing to copy', async () => {
  const { accountId, user } = await host()
  expect(await user.drop(3)).toBeUndefined()
  expect(await user.read()).toMatchObject({ removed: true, hostVersion: 3, hostVersionOnly: true })
  expect(await eventsOf(accountId)).toEqual([])
  expect(await user.put(2)).toMatchObject({ removed: true })
  expect(await user.put(4)).toMatchObject({ name: 'Ada', version: 1 })
})

it('a higher put brings a removed user back: its version goes on rising, it is created anew', async () => {
  const { accountId, user } = await host()
  const first = active(await user.put(1))
  await user.drop(2)
  const back = active(await user.put(3))
  expect(back).toMatchObject({ userId: first.userId, version: first.version + 2 })
  expect(back.createdAt > first.createdAt).toBe(true)
  expect(await eventsOf(accountId)).toEqual(['user-added', 'user-removed', 'user-added'])
})

it('gives an address free when it changes or its user goes', async () => {
  const { accountId, of } = await host()
  const [one, other] = [of('one'), of('other')]
  const email = `shared@${accountId}.example`
  await one.put(1, { email })
  await one.put(2)
  expect(await other.put(1, { email })).toMatchObject({ email })
  await other.drop(2)
  expect(await readOne(keys.email(email))).toBeUndefined()
  expect(await one.put(3, { email })).toMatchObject({ email })
  expect(await readOne(keys.email(email))).toMatchObject({ userId: 'one' })
})

it('believes the host: the last administrator can be demoted and removed', async () => {
  const { of, account } = await host()
  const [one, other] = [of('one'), of('other')]
  await one.put(1, { profile: 'administrator' })
  await other.put(1, { profile: 'billing-administrator' })
  expect((await account())?.administrators).toEqual(new Set(['one', 'other']))
  await one.put(2, { profile: 'observer' })
  expect((await account())?.administrators).toEqual(new Set(['other']))
  await other.drop(2)
  expect((await account())?.administrators).toBeUndefined()
  await one.put(3, { profile: 'administrator' })
  expect((await account())?.administrators).toEqual(new Set(['one']))
})

it('tells the log that the account did it, and no user', async () => {
  const { accountId, user } = await host()
  await user.put(1)
  await user.put(2, { name: 'Changed' })
  await user.drop(3)
  const log = await events(accountId)
  expect(log.map(({ event }) => event)).toEqual(['user-added', 'user-changed', 'user-removed'])
  for (const { by, userId, email } of log)
    expect({ by, userId, email }).toEqual({ by: { accountId }, userId: 'u', email: `u@${accountId}.example` })
})

it('a change or removal by an administrator keeps the host’s version', async () => {
  const { of } = await host()
  const by = active(await of('by').put(1, { profile: 'administrator' }))
  const user = of('u')
  await user.put(5)
  await changeUser({ user: await user.read() }, { name: 'Changed' }, { ...clock(), by: by })
  expect(await user.put(5)).toMatchObject({ name: 'Changed', hostVersion: 5 })
  await removeUser(await user.read(), { ...clock(), by })
  expect(await user.put(5)).toMatchObject({ removed: true, hostVersion: 5 })
  expect(await user.put(6)).toMatchObject({ name: 'Ada', hostVersion: 6 })
})

it('a removal by an administrator that read the user before keeps the version that came between', async () => {
  const { of } = await host()
  const by = active(await of('by').put(1, { profile: 'administrator' }))
  const user = of('u')
  await user.put(1)
  const before = await user.read()
  await user.put(7)
  expect(isRefusal(await removeUser(before, { ...clock(), by }))).toBe(false)
  expect(await user.read()).toMatchObject({ removed: true, hostVersion: 7 })
})

it('refuses another word in the version of the last one, whatever became of that here', async () => {
  const { of } = await host()
  const by = active(await of('by').put(1, { profile: 'administrator' }))
  const user = of('u')
  await user.put(5)
  await changeUser({ user: await user.read() }, { name: 'Changed' }, { ...clock(), by: by })
  expect(await user.put(5, { name: 'Changed' })).toMatchObject({ refusal: 'version-reused' })
  expect(await user.drop(5)).toMatchObject({ refusal: 'version-reused' })
  expect(await user.put(5)).toMatchObject({ name: 'Changed', hostVersion: 5 })
  await user.drop(6)
  expect(await user.put(6)).toMatchObject({ refusal: 'version-reused' })
  expect(await user.drop(6)).toBeUndefined()
})

it('the latest put holds an address, of whatever account; who leaves it hands it back to the one put before', async () => {
  const [one, other] = [await host(), await host()]
  const email = `shared@${one.accountId}.example`
  const claim = () => readOne(keys.email(email))
  const first = active(await one.user.put(1, { email }))
  const second = active(await other.user.put(1, { email }))
  expect(second).toMatchObject({ email, emailConfirmed: true })
  expect(await one.user.read()).toMatchObject({ email, emailConfirmed: false, version: first.version + 1 })
  expect(await eventsOf(one.accountId)).toEqual(['user-added', 'user-changed'])
  const third = active(await one.of('third').put(1, { email }))
  expect(await claim()).toMatchObject({
    userId: 'third',
    named: [one.user.key, other.user.key, { accountId: one.accountId, userId: 'third' }],
  })
  expect(await other.user.read()).toMatchObject({ emailConfirmed: false, version: second.version + 1 })

  // One in the middle leaves: the holder stays.
  await other.user.put(2)
  expect(await claim()).toMatchObject({ userId: 'third' })
  expect(await one.of('third').read()).toMatchObject({ emailConfirmed: true, version: third.version })

  const before = (await eventsOf(one.accountId)).length
  await one.of('third').drop(2)
  expect(await one.user.read()).toMatchObject({ email, emailConfirmed: true, version: first.version + 2 })
  expect((await eventsOf(one.accountId)).slice(before)).toEqual(['user-changed', 'user-removed'])
  expect(await claim()).toMatchObject({ ...one.user.key, named: [one.user.key] })

  await one.user.drop(2)
  expect(await claim()).toBeUndefined()
  expect(await readOne(keys.address(one.accountId, email))).toBeUndefined()
})

it('a put of the same again takes an address back, and a put of who holds it changes nothing', async () => {
  const { accountId, of } = await host()
  const email = `shared@${accountId}.example`
  const [one, other] = [of('one'), of('other')]
  await one.put(1, { email })
  await other.put(1, { email })
  expect(await one.put(2, { email })).toMatchObject({ emailConfirmed: true, hostVersion: 2 })
  expect(await other.read()).toMatchObject({ emailConfirmed: false })
  const held = active(await one.read())
  expect(await one.put(3, { email })).toMatchObject({ version: held.version, hostVersion: 3 })
  await one.put(4)
  expect(await other.read()).toMatchObject({ email, emailConfirmed: true })
})

it('an administrator who removes the holder hands the address back as well', async () => {
  const { accountId, of } = await host()
  const by = active(await of('by').put(1, { profile: 'administrator' }))
  const email = `shared@${accountId}.example`
  const [one, other] = [of('one'), of('other')]
  await one.put(1, { email })
  await other.put(1, { email })
  expect(await removeUser(await other.read(), { ...clock(), by })).toBeUndefined()
  expect(await one.read()).toMatchObject({ email, emailConfirmed: true })
  expect(await removeUser(await one.read(), { ...clock(), by })).toBeUndefined()
  expect(await readOne(keys.email(email))).toBeUndefined()
  expect(await readOne(keys.address(accountId, email))).toBeUndefined()
})

it('an unconfirmed user whose address is changed is no longer remembered with it', async () => {
  const { accountId, of } = await host()
  const by = active(await of('by').put(1, { profile: 'administrator' }))
  const email = `shared@${accountId}.example`
  const [one, other] = [of('one'), of('other')]
  await one.put(1, { email })
  await other.put(1, { email })
  const typed = { email: `typed@${accountId}.example` }
  expect(await changeUser({ user: await one.read() }, typed, { ...clock(), by: by })).toMatchObject({
    ...typed,
    emailConfirmed: false,
  })
  await other.drop(2)
  expect(await readOne(keys.email(email))).toBeUndefined()
  expect(await one.read()).toMatchObject({ ...typed, emailConfirmed: false })
})

it.each([2, 3])('a ring of %i users who pass their addresses on ends right in any order', async (size) => {
  const ids = Array.from({ length: size }, (_, nth) => nth)
  for (const order of orders(ids)) {
    const accounts = await Promise.all(ids.map(host))
    const emailOf = (nth: number) => `user-${nth % size}@${accounts[0]?.accountId}.example`
    for (const nth of ids) await accounts[nth]?.user.put(1, { email: emailOf(nth) })
    for (const nth of order) await accounts[nth]?.user.put(2, { email: emailOf(nth + 1) })
    for (const nth of ids) {
      expect(await accounts[nth]?.user.read(), order.join()).toMatchObject({
        email: emailOf(nth + 1),
        emailConfirmed: true,
      })
      expect(await readOne(keys.email(emailOf(nth + 1)))).toMatchObject({ ...accounts[nth]?.user.key })
    }
  }
})
