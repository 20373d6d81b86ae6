import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { aboveAllVersions, belongsInContacts, livePartnership } from '../domain/contacts.ts'
import { isRefusal } from '../domain/refusals.ts'
import { db, tableName } from './client.ts'
import { contactOf, copyContact, copyDays } from './copies.ts'
import { expiryAfter } from './expiry.ts'
import { inParallel } from './in-parallel.ts'
import type { AccountItem, ContactItem, CopyItem, PartnershipItem, Place, UserItem } from './items.ts'
import { type Key, keys, unpart } from './keys.ts'
import { read, readNewest, readOne, readStored } from './read.ts'
import { transact, type Write } from './transact.ts'
import { wellFormed } from './well-formed.ts'

/**
 * How a contact differs from the rules. `missing`: a user has none. `stale`: it shows an earlier state, or a removed
 * user. `altered`: it shows a state that the user never had. `surplus`: there is no such user.
 */
export type Kind = 'missing' | 'stale' | 'altered' | 'surplus'

type Judged =
  | { kind: 'missing' | 'stale'; user: UserItem }
  | { kind: 'altered'; user: UserItem; contact: ContactItem }
  | { kind: 'surplus'; contact: ContactItem }

type Seen = {
  partnership: Pick<PartnershipItem, 'epoch' | 'endedAt'>
  user: UserItem | undefined
  contact: ContactItem | undefined
}

/** The owner of a contact, and the source account and id of its user. */
type Ref = { owner: string; source: string; userId: string }

type Difference = Judged & { ref: Ref; seen: Seen }

/**
 * The difference of a contact, if it can be known. During a partnership, the contacts are the users (C1). After its
 * end, a contact is compared only with a user who has not changed since (C2), because of other users the state at the
 * end is gone. The partnership must not be older than the user, nor the user older than the contact.
 */
function judge({ owner }: Ref, { partnership, user, contact }: Seen): Judged | undefined {
  if (!user) {
    const shown = contact && !contact.removed && livePartnership(partnership)
    return shown ? { kind: 'surplus', contact } : undefined
  }
  if (!belongsInContacts(user, partnership)) return undefined
  if (!contact) return neverWas(user) ? undefined : { kind: 'missing', user }
  const { epoch, version } = contact
  if (epoch < partnership.epoch || (epoch === partnership.epoch && version < user.version))
    return { kind: 'stale', user }
  if (contact.removed && version === aboveAllVersions) return undefined
  const wanted = contactOf(owner, user, partnership.epoch)
  return same(wanted, contact) ? undefined : { kind: 'altered', user, contact }
}

/** The host has removed a user without a put. That leaves a tombstone, which is not copied. */
const neverWas = ({ removed, version }: UserItem): boolean => removed === true && version === 0

/** Whether an item that was read has exactly these attributes besides its key. */
function same(wanted: object, { pk, sk, ...item }: Record<string, unknown>): boolean {
  const attributes = Object.entries(wanted)
  return (
    attributes.length === Object.keys(item).length &&
    attributes.every(([name, value]) => item[name] === value)
  )
}

/** The account whose contacts are compared, or a slice of all accounts. */
export type Task = { accountId: string; after?: Place } | { slice: number; slices: number; after?: Place }

type Step = {
  /** Undefined for a page of the table without accounts. */
  compared?: 'accounts' | 'partnerships' | 'contacts'
  place: Place
  difference?: Difference
}

async function* stepsOf(task: Task): AsyncGenerator<Step> {
  const { after } = task
  if ('accountId' in task) return yield* stepsOfAccount(task.accountId, after)
  if (after && 'accountId' in after && after.partnerId !== undefined)
    yield* stepsOfAccount(after.accountId, after)
  let partition = after && ('partition' in after ? after.partition : keys.account(after.accountId).pk)
  do {
    const { Items = [], LastEvaluatedKey } = await scan(task, partition)
    for (const item of Items) {
      const account = wellFormed<AccountItem>(item, 'account')
      if (account) yield* stepsOfAccount(account.accountId)
    }
    partition = LastEvaluatedKey?.pk as string | undefined
    if (partition !== undefined) yield { place: { partition } }
  } while (partition !== undefined)
}

const itemsPerScan = 1_000

/**
 * The next accounts of a slice of the table. An account is the first item of its partition, so the rest of a partition
 * is skipped when a page ends: of each partition, at most one page is read.
 */
const scan = ({ slice, slices }: { slice: number; slices: number }, partition: string | undefined) =>
  db.send(
    new ScanCommand({
      TableName: tableName,
      Segment: slice,
      TotalSegments: slices,
      Limit: itemsPerScan,
      FilterExpression: 'sk = :account',
      ExpressionAttributeValues: { ':account': keys.account('').sk },
      ...(partition !== undefined && { ExclusiveStartKey: { pk: partition, sk: afterAllSortKeys } }),
    }),
  )

/** All characters of sort keys come before it. */
const afterAllSortKeys = '~'

async function* stepsOfAccount(accountId: string, place?: Place): AsyncGenerator<Step> {
  const { partnerId, userId } = place && 'accountId' in place ? place : {}
  if (partnerId !== undefined && userId !== undefined) {
    const begun = await readOne(keys.partnership(accountId, partnerId))
    if (begun) yield* stepsOfPartnership(begun, userId)
  }
  const after = partnerId === undefined ? undefined : keys.partnership(accountId, partnerId).sk
  for await (const { item } of inPages(keys.partnership(accountId, ''), after))
    if (item) yield* stepsOfPartnership(item)
  yield { compared: 'accounts', place: { accountId } }
}

/** Merges contacts and users. Both are in the order of the users' ids in the keys. */
async function* stepsOfPartnership(partnership: PartnershipItem, after?: string): AsyncGenerator<Step> {
  const { accountId, partnerId } = partnership
  const keysOf = (userId: string) => ({
    contact: keys.contact(accountId, partnerId, userId),
    user: keys.user(partnerId, userId),
  })
  const from = after === undefined ? undefined : keysOf(after)
  const contacts = inPages(keysOf('').contact, from?.contact.sk)
  const users = inPages(keysOf('').user, from?.user.sk)
  let [contact, user] = await Promise.all([contacts.next(), users.next()])
  while (!contact.done || !user.done) {
    const [first = ''] = [contact, user].flatMap(({ value }) => (value ? [value.rest] : [])).sort()
    const here = {
      contact: contact.value?.rest === first ? contact.value : undefined,
      user: user.value?.rest === first ? user.value : undefined,
    }
    // A malformed item can't be compared.
    if (Object.values(here).every((one) => !one || one.item)) {
      const userId = unpart(first)
      const ref = { owner: accountId, source: partnerId, userId }
      const seen = { partnership, contact: here.contact?.item, user: here.user?.item }
      const judged = judge(ref, seen)
      const difference = judged && { ...judged, ref, seen }
      const place = { accountId, partnerId, userId }
      yield { compared: 'contacts', place, ...(difference && { difference }) }
    }
    if (here.contact) contact = await contacts.next()
    if (here.user) user = await users.next()
  }
  yield { compared: 'partnerships', place: { accountId, partnerId } }
}

const itemsPerQuery = 500

/** The items under a key's prefix, each with the rest of its key; undefined if malformed. One page is in memory. */
async function* inPages<Item>(prefix: Key<Item>, after: string | undefined) {
  let next = after
  do {
    const page = await readStored(prefix.pk, prefix.sk, { after: next, limit: itemsPerQuery })
    for (const item of page.stored)
      yield { rest: item.sk.slice(prefix.sk.length), item: wellFormed<Item>(item) }
    next = page.next
  } while (next !== undefined)
}

/**
 * The differences that are still the same. Contacts are read before users, and users before partnerships, so that a
 * copy or an end meanwhile, or a contact that a long copy has not reached yet, does not count as a difference. The
 * partnership is the source's record, as for copies.
 */
async function lookAgain(found: Difference[]): Promise<Difference[]> {
  const refs = found.map(({ ref }) => ref)
  const contacts = await read(...refs.map(({ owner, source, userId }) => keys.contact(owner, source, userId)))
  const users = await read(...refs.map(({ source, userId }) => keys.user(source, userId)))
  const partnerships = await read(...refs.map(({ owner, source }) => keys.partnership(source, owner)))
  const again = found.flatMap(({ ref, seen: before }, i): Difference[] => {
    const partnership = partnerships[i]
    if (!partnership) return []
    const seen = { partnership, user: users[i], contact: contacts[i] }
    const judged = judge(ref, seen)
    return judged && unchanged(before, seen) ? [{ ...judged, ref, seen }] : []
  })
  const drift: Difference[] = []
  const copies = new Map<string, Promise<boolean>>()
  await inParallel(again, async (one) => {
    if (!(await isUnderWay(one, copies))) drift.push(one)
  })
  return drift
}

const unchanged = (before: Seen, now: Seen): boolean =>
  before.partnership.epoch === now.partnership.epoch &&
  before.user?.version === now.user?.version &&
  before.contact?.epoch === now.contact?.epoch &&
  before.contact?.version === now.contact?.version

/** Whether a long copy is running that will reach this contact. `copies` has the answers by partition. */
async function isUnderWay(difference: Difference, copies: Map<string, Promise<boolean>>): Promise<boolean> {
  const { kind, ref, seen } = difference
  if (kind === 'altered' || kind === 'surplus') return false
  const { user } = difference
  const possible = [
    keys.snapshot(ref.owner, ref.source, seen.partnership.epoch, ''),
    keys.tail(user, user.version, ''),
  ].map(({ pk }) => {
    const answer = copies.get(pk) ?? isGoingOn(pk)
    copies.set(pk, answer)
    return answer
  })
  return (await Promise.all(possible)).includes(true)
}

/** The pages of a copy follow each other within moments. After this time without a page, a copy is done or stuck. */
const longestPageMilliseconds = 60_000

async function isGoingOn(copy: string): Promise<boolean> {
  const { items } = await readNewest<CopyItem>(copy, { after: undefined, limit: 1 })
  const [last] = items
  return last !== undefined && last.expires > expiryAfter(copyDays, Date.now() - longestPageMilliseconds)
}

/** Writes a contact as it should be, unless a newer change was written meanwhile. Returns whether it was written. */
async function repair({ ref, seen, ...difference }: Difference): Promise<boolean> {
  const { epoch } = seen.partnership
  switch (difference.kind) {
    case 'missing':
    case 'stale':
      await copyContact(ref.owner, difference.user, epoch)
      return true
    case 'altered': {
      const { user, contact } = difference
      return replace(ref, contact, contactOf(ref.owner, user, epoch), {
        ConditionExpression: '#version = :version',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':version': user.version },
      })
    }
    case 'surplus': {
      const { owner, source: accountId, userId } = ref
      // Version 0 is below every version, so that a user who is added with this id later has a contact.
      const tombstone: ContactItem = {
        type: 'contact',
        owner,
        accountId,
        userId,
        epoch,
        version: 0,
        removed: true,
      }
      return replace(ref, difference.contact, tombstone, { ConditionExpression: 'attribute_not_exists(pk)' })
    }
    default:
      return difference satisfies never
  }
}

/**
 * Replaces a contact that no copy would replace, if it is unchanged and the condition on the user holds. The
 * partnership may change meanwhile: a later one has its own copy, and after its end an unchanged user stays as it was.
 */
async function replace(
  { owner, source, userId }: Ref,
  seen: ContactItem,
  wanted: ContactItem,
  user: Omit<NonNullable<Write['ConditionCheck']>, 'Key'>,
): Promise<boolean> {
  const outcome = await transact({
    user: { ConditionCheck: { Key: keys.user(source, userId), ...user } as Write['ConditionCheck'] },
    contact: {
      Put: {
        Item: { ...keys.contact(owner, source, userId), ...wanted },
        ConditionExpression: 'epoch = :epoch AND #version = :version',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':epoch': seen.epoch, ':version': seen.version },
      },
    },
  })
  return !isRefusal(outcome) && outcome.committed
}

/** One contact that was not what it should be. */
type Drift = { kind: Kind; live: boolean; owner: string; accountId: string; userId: string }

export type Report = {
  accounts: number
  partnerships: number
  contacts: number
  /** Differences that were gone or changed at the second comparison. */
  underWay: number
  drift: Record<Kind, { live: number; former: number }>
  repaired: number
  /** Some of the drift. */
  examples: Drift[]
  /** Where to continue. Undefined when all is compared. */
  next?: Place
}

/** Differences in memory before the second comparison. */
const maxDifferences = 500

const maxExamples = 20

const noDrift = (): Report['drift'] => {
  const none = () => ({ live: 0, former: 0 })
  return { missing: none(), stale: none(), altered: none(), surplus: none() }
}

type Options = {
  dryRun: boolean
  /** Waits some seconds, because changes that are still in the stream are not drift. */
  pause: () => Promise<unknown>
  hasTime: () => boolean
}

/**
 * Compares contacts with the users that they show, and repairs what differs twice in the same way, with a pause
 * between. Without time, it stops, and `next` is where to continue. Only a few pages of items are in memory.
 */
export async function reconcile(task: Task, options: Options): Promise<Report> {
  const report: Report = {
    accounts: 0,
    partnerships: 0,
    contacts: 0,
    underWay: 0,
    drift: noDrift(),
    repaired: 0,
    examples: [],
  }
  let found: Difference[] = []
  for await (const { compared, place, difference } of stepsOf(task)) {
    if (compared) report[compared]++
    if (difference) found.push(difference)
    if (found.length >= maxDifferences) {
      await settle(found, report, options)
      found = []
    }
    if (options.hasTime()) continue
    report.next = place
    break
  }
  await settle(found, report, options)
  return report
}

/** Separates drift from changes that were under way, and repairs it unless `dryRun`. */
async function settle(found: Difference[], report: Report, { dryRun, pause }: Options): Promise<void> {
  if (found.length === 0) return
  await pause()
  const drift = await lookAgain(found)
  report.underWay += found.length - drift.length
  for (const { kind, ref, seen } of drift) {
    const { owner, source: accountId, userId } = ref
    const live = livePartnership(seen.partnership) !== undefined
    report.drift[kind][live ? 'live' : 'former']++
    if (report.examples.length < maxExamples) report.examples.push({ kind, live, owner, accountId, userId })
  }
  if (dryRun) return
  await inParallel(drift, async (one) => {
    if (await repair(one)) report.repaired++
  })
}
