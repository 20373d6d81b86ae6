import { BatchWriteCommand, DeleteCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { beforeEach, describe, expect, test } from 'vitest'
import { db, tableName } from '../../shared/table/client.ts'
import { copySnapshot, copyTail } from '../../shared/table/copies.ts'
import type { Place, UserItem } from '../../shared/table/items.ts'
import { keys } from '../../shared/table/keys.ts'
import { readOne } from '../../shared/table/read.ts'
import type { Kind, Report, Task } from '../../shared/table/reconcile.ts'
import { reconcile } from '../../shared/table/reconcile.ts'
import { type Account, account, addUser, end, partners, removeUser } from '../kit/accounts.ts'
import { call } from '../kit/call.ts'
import { freshTable } from '../kit/fresh-table.ts'

beforeEach(freshTable)

const hasTime = () => true
const pause = async () => {}
const compare = (task: Task) => reconcile(task, { dryRun: true, pause, hasTime })
const mend = (task: Task, meanwhile = pause) => reconcile(task, { dryRun: false, pause: meanwhile, hasTime })

const drift = (found: Partial<Record<Kind, { live?: number; former?: number }>> = {}): Report['drift'] => {
  const none = { live: 0, former: 0 }
  return {
    missing: { ...none, ...found.missing },
    stale: { ...none, ...found.stale },
    altered: { ...none, ...found.altered },
    surplus: { ...none, ...found.surplus },
  }
}

/** Two partners with all of their users in each other's contacts, as the stream brings them. */
async function inStep(): Promise<{ acme: Account; globex: Account; task: Task }> {
  const [acme, globex] = [await account(), await account(4)]
  await partners(acme, globex)
  await bringAll(acme, globex, 1)
  return { acme, globex, task: { accountId: acme.id } }
}

async function bringAll(one: Account, other: Account, epoch: number): Promise<void> {
  await copySnapshot({ owner: one.id, source: other.id, epoch })
  await copySnapshot({ owner: other.id, source: one.id, epoch })
}

const contactKey = (owner: Account, of: Account, userId: string) => keys.contact(owner.id, of.id, userId)
const contact = (owner: Account, of: Account, userId: string) => readOne(contactKey(owner, of, userId))
async function put(owner: Account, of: Account, userId: string, changes: object): Promise<void> {
  const there = await contact(owner, of, userId)
  const Item = { ...there, ...changes, ...contactKey(owner, of, userId) }
  await db.send(new PutCommand({ TableName: tableName, Item }))
}
const lose = async (owner: Account, of: Account, userId: string) => {
  const { pk, sk } = contactKey(owner, of, userId)
  await db.send(new DeleteCommand({ TableName: tableName, Key: { pk, sk } }))
}
const rename = (of: Account, userId: string, name: string) =>
  call('change-user', { by: of.ada, params: { id: userId }, body: { name } })
async function userOf(of: Account, userId: string): Promise<UserItem> {
  const user = await readOne(keys.user(of.id, userId))
  if (!user) throw new Error(`There is no user ${userId}`)
  return user
}
async function everything(): Promise<unknown[]> {
  const { Items = [] } = await db.send(new ScanCommand({ TableName: tableName, ConsistentRead: true }))
  return Items.sort((a, b) => (a.pk + a.sk < b.pk + b.sk ? -1 : 1))
}
const tick = () => new Promise((resolve) => setTimeout(resolve, 2))

/** One broken contact of each kind, at acme, of globex's users. */
const breakages: Record<string, { kind: Kind; break: (acme: Account, globex: Account) => Promise<unknown> }> =
  {
    'a missing contact': { kind: 'missing', break: (acme, globex) => lose(acme, globex, 'max') },
    'a missing mark of a removed user': {
      kind: 'missing',
      break: async (acme, globex) => {
        await removeUser(globex.ada, 'max')
        await lose(acme, globex, 'max')
      },
    },
    'a stale contact': { kind: 'stale', break: (_, globex) => rename(globex, 'max', 'Maximiliane') },
    'a contact of a removed user': { kind: 'stale', break: (_, globex) => removeUser(globex.ada, 'max') },
    'a contact of an earlier partnership': {
      kind: 'stale',
      break: (acme, globex) => put(acme, globex, 'max', { epoch: 0, version: 9 }),
    },
    'a wrong name': {
      kind: 'altered',
      break: (acme, globex) => put(acme, globex, 'max', { name: 'Moritz' }),
    },
    'a contact in no list': {
      kind: 'altered',
      break: (acme, globex) => put(acme, globex, 'max', { list: undefined }),
    },
    'a contact under the key of another': {
      kind: 'altered',
      break: (acme, globex) => put(acme, globex, 'max', { userId: 'bill' }),
    },
    'a mark of a user that is there': {
      kind: 'altered',
      break: (acme, globex) => put(acme, globex, 'max', { removed: true }),
    },
    'a version that the user never had': {
      kind: 'altered',
      break: (acme, globex) => put(acme, globex, 'max', { version: 7 }),
    },
  }

describe('C1: a partner’s members are exactly its users, as they are now', () => {
  test('nothing differs where every copy has arrived', async () => {
    const { task } = await inStep()
    expect(await mend(task)).toMatchObject({
      accounts: 1,
      partnerships: 1,
      contacts: 7,
      underWay: 0,
      drift: drift(),
      repaired: 0,
    })
  })

  test.each(Object.entries(breakages))('%s is found, and repaired', async (_, { kind, break: breakIt }) => {
    const { acme, globex, task } = await inStep()
    await breakIt(acme, globex)
    const report = await mend(task)
    expect(report).toMatchObject({ drift: drift({ [kind]: { live: 1 } }), repaired: 1 })
    expect(report.examples).toEqual([
      { kind, live: true, owner: acme.id, accountId: globex.id, userId: 'max' },
    ])
    expect(await compare(task)).toMatchObject({ drift: drift(), underWay: 0 })
    const user = await userOf(globex, 'max')
    const repaired = await contact(acme, globex, 'max')
    expect(repaired).toMatchObject({ epoch: 1, version: user.version })
    expect((repaired as { name?: string }).name).toBe(user.removed ? undefined : user.name)
    expect(repaired && 'list' in repaired).toBe(!user.removed)
  })

  test('a contact of nobody is found and becomes a mark, and who is added under its id later is shown', async () => {
    const { acme, globex, task } = await inStep()
    await put(acme, globex, 'nobody', { ...(await contact(acme, globex, 'max')), userId: 'nobody' })
    expect(await mend(task)).toMatchObject({ drift: drift({ surplus: { live: 1 } }), repaired: 1 })
    expect(await contact(acme, globex, 'nobody')).toMatchObject({ removed: true, version: 0 })
    expect(await compare(task)).toMatchObject({ drift: drift() })
    const user = { ...(await userOf(globex, 'max')), userId: 'nobody' } as UserItem
    await copyTail({ user })
    expect(await contact(acme, globex, 'nobody')).not.toHaveProperty('removed')
  })

  test('of a user that a host removed before it was put, no mark is wanted', async () => {
    const { globex, task } = await inStep()
    const at = new Date().toISOString()
    const neverWas = { type: 'user', accountId: globex.id, userId: 'never', version: 0, changedAt: at }
    const Item = {
      ...keys.user(globex.id, 'never'),
      ...neverWas,
      removed: true,
      silent: true,
      hostVersion: 3,
    }
    await db.send(new PutCommand({ TableName: tableName, Item }))
    expect(await compare(task)).toMatchObject({ contacts: 8, drift: drift(), underWay: 0 })
  })

  test('each owner’s contacts are compared by themselves', async () => {
    const { acme, globex, task } = await inStep()
    await lose(globex, acme, 'max')
    expect(await compare(task)).toMatchObject({ drift: drift() })
    expect(await mend({ accountId: globex.id })).toMatchObject({ drift: drift({ missing: { live: 1 } }) })
  })
})

describe('C2: after an end nothing changes any more', () => {
  async function parted() {
    const { acme, globex, task } = await inStep()
    await end(acme.ada, globex.id)
    await tick()
    return { acme, globex, task }
  }

  test('who is added, changed or removed after it is no difference', async () => {
    const { globex, task } = await parted()
    await addUser(globex.ada, 'newcomer')
    await rename(globex, 'max', 'Maximiliane')
    await removeUser(globex.ada, 'bill')
    const before = await everything()
    expect(await mend(task)).toMatchObject({ drift: drift(), underWay: 0 })
    expect(await everything()).toEqual(before)
  })

  test.each(['a missing contact', 'a wrong name', 'a contact of an earlier partnership'])(
    '%s of a user who has not changed since is found, and repaired to what it was at the end',
    async (what) => {
      const { acme, globex, task } = await parted()
      const before = await contact(acme, globex, 'max')
      const { kind, break: breakIt } = breakages[what] ?? { kind: 'missing', break: pause }
      await breakIt(acme, globex)
      expect(await mend(task)).toMatchObject({ drift: drift({ [kind]: { former: 1 } }), repaired: 1 })
      expect(await contact(acme, globex, 'max')).toEqual(before)
    },
  )

  test('of a user who has changed since, nothing is left to compare with: what is broken stays as it is', async () => {
    const { acme, globex, task } = await parted()
    await rename(globex, 'max', 'Maximiliane')
    await put(acme, globex, 'max', { name: 'Moritz' })
    await removeUser(globex.ada, 'bill')
    await lose(acme, globex, 'bill')
    await put(acme, globex, 'nobody', { ...(await contact(acme, globex, '0')), userId: 'nobody' })
    const before = await everything()
    expect(await mend(task)).toMatchObject({ drift: drift() })
    expect(await everything()).toEqual(before)
  })

  test('C3: a kept contact that an administrator removed stays removed until a new partnership', async () => {
    const { acme, globex, task } = await parted()
    const id = Buffer.from(`${globex.id}#max`).toString('base64url')
    await call('delete-contact', { by: acme.ada, params: { id } })
    expect(await contact(acme, globex, 'max')).toMatchObject({ version: Number.MAX_SAFE_INTEGER })
    expect(await mend(task)).toMatchObject({ drift: drift() })
    await partners(acme, globex)
    await bringAll(acme, globex, 2)
    await put(acme, globex, 'max', { epoch: 1, version: Number.MAX_SAFE_INTEGER, removed: true })
    expect(await mend(task)).toMatchObject({ drift: drift({ stale: { live: 1 } }), repaired: 1 })
    expect(await compare(task)).toMatchObject({ drift: drift() })
  })
})

test('a dry run finds the same and changes nothing', async () => {
  const { acme, globex, task } = await inStep()
  await lose(acme, globex, 'max')
  await put(acme, globex, 'bill', { name: 'Moritz' })
  const before = await everything()
  const found = { drift: drift({ missing: { live: 1 }, altered: { live: 1 } }), repaired: 0 }
  expect(await compare(task)).toMatchObject(found)
  expect(await compare(task)).toMatchObject(found)
  expect(await everything()).toEqual(before)
})

describe('beside live traffic', () => {
  test('a copy that arrives between the two looks is no drift', async () => {
    const { globex, task } = await inStep()
    await rename(globex, 'max', 'Maximiliane')
    const report = await mend(task, async () => copyTail({ user: await userOf(globex, 'max') }))
    expect(report).toMatchObject({ underWay: 1, drift: drift(), repaired: 0 })
  })

  test('a user who changes between the two looks is looked at another time', async () => {
    const { acme, globex, task } = await inStep()
    await lose(acme, globex, 'max')
    const report = await mend(task, () => rename(globex, 'max', 'Maximiliane') as Promise<never>)
    expect(report).toMatchObject({ underWay: 1, drift: drift(), repaired: 0 })
    expect(await mend(task)).toMatchObject({ drift: drift({ missing: { live: 1 } }), repaired: 1 })
    expect(await contact(acme, globex, 'max')).toMatchObject({ name: 'Maximiliane', version: 2 })
  })

  test.each([
    ['an altered contact', (acme: Account, globex: Account) => put(acme, globex, 'max', { name: 'Moritz' })],
    ['a missing contact', (acme: Account, globex: Account) => lose(acme, globex, 'max')],
  ])('%s is not repaired over what comes at the last moment', async (_, breakIt) => {
    const { acme, globex, task } = await inStep()
    await breakIt(acme, globex)
    const stop = beforeWriting(async () => {
      await rename(globex, 'max', 'Maximiliane')
      await copyTail({ user: await userOf(globex, 'max') })
    })
    await mend(task).finally(stop)
    expect(await contact(acme, globex, 'max')).toMatchObject({ name: 'Maximiliane', version: 2 })
  })

  test('a mend takes nothing back of a partnership that begins at the last moment', async () => {
    const { acme, globex, task } = await inStep()
    await put(acme, globex, 'max', { name: 'Moritz' })
    const stop = beforeWriting(async () => {
      await end(acme.ada, globex.id)
      await partners(acme, globex)
      await bringAll(acme, globex, 2)
    })
    expect(await mend(task).finally(stop)).toMatchObject({
      drift: drift({ altered: { live: 1 } }),
      repaired: 0,
    })
    expect(await contact(acme, globex, 'max')).toMatchObject({ name: globex.max.name, epoch: 2 })
  })

  test('after an end that comes at the last moment, a contact shows a state from before it', async () => {
    const { acme, globex, task } = await inStep()
    await lose(acme, globex, 'max')
    const stop = beforeWriting(async () => {
      await end(acme.ada, globex.id)
      await tick()
      await rename(globex, 'max', 'Maximiliane')
    })
    await mend(task).finally(stop)
    expect(await contact(acme, globex, 'max')).toMatchObject({ name: globex.max.name, version: 1 })
  })

  test('what a long copy has yet to come to is under way', async () => {
    const { acme, globex, task } = await inStep()
    await end(acme.ada, globex.id)
    await partners(acme, globex)
    await copySnapshot({ owner: acme.id, source: globex.id, epoch: 2 }, 3)
    expect(await mend(task)).toMatchObject({ underWay: 4, drift: drift(), repaired: 0 })
    await copySnapshot({ owner: acme.id, source: globex.id, epoch: 2 })
    expect(await mend(task)).toMatchObject({ underWay: 0, drift: drift() })
  })

  test('so is what a changed user has yet to reach', async () => {
    const hub = await account()
    const others = [await account(), await account(), await account()]
    for (const other of others) {
      await partners(hub, other)
      await bringAll(hub, other, 1)
    }
    await rename(hub, 'max', 'Maximiliane')
    await copyTail({ user: await userOf(hub, 'max') }, 1)
    const reports = []
    for (const { id } of others) reports.push(await mend({ accountId: id }))
    expect(reports.map(({ underWay, repaired }) => [underWay, repaired]).sort()).toEqual([
      [0, 0],
      [1, 0],
      [1, 0],
    ])
  })
})

describe('large accounts and many of them', () => {
  const accounts = 30
  async function manyInStep(): Promise<Account[]> {
    const all: Account[] = []
    for (let i = 0; i < accounts; i++) all.push(await account())
    const [hub, ...others] = all
    for (const other of hub ? others.slice(0, 5) : []) {
      await partners(hub as Account, other)
      await bringAll(hub as Account, other, 1)
    }
    return all
  }
  const asTasks = (slices: number): Task[] =>
    Array.from({ length: slices }, (_, slice) => ({ slice, slices }))
  const sum = (reports: Report[], of: 'accounts' | 'partnerships' | 'contacts' | 'repaired') =>
    reports.reduce((all, report) => all + report[of], 0)

  test('the slices are all accounts, each once', async () => {
    await manyInStep()
    const reports = []
    for (const task of asTasks(7)) reports.push(await compare(task))
    expect(sum(reports, 'accounts')).toBe(accounts)
    expect(sum(reports, 'partnerships')).toBe(10)
    expect(sum(reports, 'contacts')).toBe(30)
  })

  test('it stops at any user, partner or account, and goes on from there, over nothing twice', async () => {
    const [hub, first, second] = await manyInStep()
    if (!hub || !first || !second) throw new Error('There are too few accounts')
    await lose(hub, first, 'max')
    await put(second, hub, 'bill', { name: 'Moritz' })
    const reports: Report[] = []
    for (let after: Place | undefined, more = true; more; more = after !== undefined) {
      const report: Report = await reconcile(
        { slice: 0, slices: 1, ...(after && { after }) },
        { dryRun: false, pause, hasTime: () => false },
      )
      reports.push(report)
      after = report.next
    }
    expect(reports.length).toBeGreaterThan(accounts + 10 + 30)
    expect([sum(reports, 'accounts'), sum(reports, 'partnerships')]).toEqual([accounts, 10])
    expect([sum(reports, 'contacts'), sum(reports, 'repaired')]).toEqual([30, 2])
    expect(await compare({ slice: 0, slices: 1 })).toMatchObject({ drift: drift(), contacts: 30 })
  })

  test('a partner that is gone in between stops nothing', async () => {
    const [hub] = await manyInStep()
    if (!hub) throw new Error('There are no accounts')
    const after = { accountId: hub.id, partnerId: 'account-0', userId: 'max' }
    expect(await compare({ accountId: hub.id, after })).toMatchObject({ partnerships: 5, contacts: 15 })
  })

  test('an account of several pages is read in pages, whatever differs in it', async () => {
    const [acme, globex] = [await account(), await account()]
    await partners(acme, globex)
    const max = await userOf(globex, 'max')
    const users = numbered(510, (userId) => ({ ...max, userId, ...keys.user(globex.id, userId) }))
    const surplus = numbered(10, (number) => {
      const userId = `nobody-${number}`
      const source = { owner: acme.id, accountId: globex.id, userId, epoch: 1, version: 1 }
      const shown = {
        name: 'Moritz',
        email: max.removed ? '' : max.email,
        emailConfirmed: true,
        profile: 'observer',
      }
      return { type: 'contact', ...source, ...shown, ...contactKey(acme, globex, userId) }
    })
    await putAll([...users, ...surplus])
    const sizes: number[] = []
    const stop = onCalls((output) => sizes.push((output as { Items?: object[] }).Items?.length ?? 0))
    const report = await mend({ accountId: acme.id }).finally(stop)
    expect(report).toMatchObject({
      contacts: 523,
      drift: drift({ missing: { live: 513 }, surplus: { live: 10 } }),
      repaired: 523,
    })
    expect(Math.max(...sizes)).toBeLessThanOrEqual(500)
    expect(await compare({ accountId: acme.id })).toMatchObject({ drift: drift() })
  })
})

const numbered = (count: number, item: (userId: string) => object) =>
  Array.from({ length: count }, (_, i) => item(`user-${i}`))

async function putAll(items: object[]): Promise<void> {
  for (let start = 0; start < items.length; start += 25) {
    const puts = items.slice(start, start + 25).map((Item) => ({ PutRequest: { Item: { ...Item } } }))
    await db.send(new BatchWriteCommand({ RequestItems: { [tableName]: puts } }))
  }
}

/** Does something once, before the next write of a contact reaches the table. */
function beforeWriting(something: () => Promise<void>): () => void {
  let done = false
  db.middlewareStack.add(
    (next) => async (args) => {
      const writes = JSON.stringify(args.input).includes('"type":"contact"')
      if (writes && !done) {
        done = true
        await something()
      }
      return next(args)
    },
    { step: 'initialize', name: 'before-writing' },
  )
  return () => db.middlewareStack.remove('before-writing')
}

function onCalls(look: (output: unknown) => void): () => void {
  db.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      look(result.output)
      return result
    },
    { step: 'initialize', name: 'on-calls' },
  )
  return () => db.middlewareStack.remove('on-calls')
}
