import { belongsInContacts } from '../domain/contacts.ts'
import { foldName } from '../domain/texts.ts'
import { putIf } from './conditional-write.ts'
import { expiryAfter } from './expiry.ts'
import { inParallel } from './in-parallel.ts'
import type { ContactItem, CopyItem, PartnershipItem, UserItem } from './items.ts'
import { contactPosition, inLists, type Key, keys, lists, prefixes } from './keys.ts'
import { readOne, readPrefix } from './read.ts'

/** One state of a user as a contact of an owner. A removed user is a tombstone. */
export function contactOf(owner: string, user: UserItem, epoch: number): ContactItem {
  const { accountId, userId, version } = user
  const source = { type: 'contact' as const, owner, accountId, userId, epoch, version }
  if (user.removed) return { ...source, removed: true }
  return {
    ...source,
    email: user.email,
    emailConfirmed: user.emailConfirmed,
    name: user.name,
    profile: user.profile,
    position: contactPosition(foldName(user.name), accountId, userId),
    ...inLists(
      lists.contacts(owner),
      lists.contactsOfKind(owner, 'member'),
      lists.contactsFrom(owner, accountId),
    ),
  }
}

/**
 * Copies one state of a user into an owner's contacts, unless there is a later one: of a later partnership, or of a
 * higher version in the same. A removed user leaves a tombstone, so that an older copy can't bring it back.
 */
export async function copyContact(owner: string, user: UserItem, epoch: number): Promise<void> {
  await putIf({
    Item: { ...keys.contact(owner, user.accountId, user.userId), ...contactOf(owner, user, epoch) },
    ...ifEarlier(epoch, user.version),
  })
}

/** The condition that there is no contact, or one of an earlier partnership, or of a lower version in the same. */
export function ifEarlier(epoch: number, version: number) {
  return {
    ConditionExpression:
      'attribute_not_exists(pk) OR epoch < :epoch OR (epoch = :epoch AND #version < :version)',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':epoch': epoch, ':version': version },
  }
}

/** Contacts that one invocation copies for one record. It takes a second or two, so that other records do not wait long. */
const pageSize = 500

/** The lifetime in days of the item of a copy's next page: longer than the stream keeps a record. */
export const copyDays = 2

/** The rest of a copy becomes an item, at most once. Its own stream record starts the next page. */
const leaveRest = (key: Key<CopyItem>, rest: DistributiveOmit<CopyItem, 'type' | 'expires'>) =>
  putIf({
    Item: { ...key, type: 'copy', expires: expiryAfter(copyDays, Date.now()), ...rest },
    ConditionExpression: 'attribute_not_exists(pk)',
  })

type DistributiveOmit<Union, Name extends string> = Union extends unknown ? Omit<Union, Name> : never

type Snapshot = { owner: string; source: string; after?: string }

/** Copies a page of a snapshot: users into the contacts of a partner. A later partnership has its own snapshot. */
export async function copySnapshot({ epoch, ...snapshot }: Snapshot & { epoch: number }, limit = pageSize) {
  const { owner, source } = snapshot
  const { users, partnership, next } = await readSnapshot(snapshot, limit)
  if (partnership?.epoch !== epoch) return
  const due = users.filter((user) => belongsInContacts(user, partnership))
  await inParallel(due, (user) => copyContact(owner, user, epoch))
  if (next === undefined) return
  await leaveRest(keys.snapshot(owner, source, epoch, next), {
    owner,
    source,
    epoch,
    since: partnership.since,
    after: next,
  })
}

/**
 * Reads a page of an account's users, and then the account's record of the partnership. If that has not ended, every
 * state of a user is from before its end. Tails use the same record: the owner's can change earlier or later.
 */
export async function readSnapshot({ owner, source, after }: Snapshot, limit: number) {
  const { pk } = keys.account(source)
  const { items: users, next } = await readPrefix<UserItem>(pk, prefixes.users, { after, limit })
  return { users, partnership: await readOne(keys.partnership(source, owner)), next }
}

/**
 * Copies a page of a tail: a user's new state into the contacts of its account's partners. A former partner that it comes too
 * late for gets the state `before`, if that is the last from before the end: another copy may have brought an older one.
 */
export async function copyTail(
  { user, before, after }: { user: UserItem; before?: UserItem | undefined; after?: string },
  limit = pageSize,
): Promise<void> {
  const { pk } = keys.account(user.accountId)
  const { items, next } = await readPrefix<PartnershipItem>(pk, prefixes.partnerships, { after, limit })
  await inParallel(items, async (partnership) => {
    const state = [user, before].find((one) => one && belongsInContacts(one, partnership))
    if (state) await copyContact(partnership.partnerId, state, partnership.epoch)
  })
  if (next === undefined) return
  await leaveRest(keys.tail(user, user.version, next), {
    user,
    before,
    after: next,
  })
}
