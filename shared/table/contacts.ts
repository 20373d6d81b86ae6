import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { belongsInContacts, decideRemoveContact, matches } from '../domain/contacts.ts'
import { isRefusal, type Refusal } from '../domain/refusals.ts'
import { foldName } from '../domain/users.ts'
import { db, tableName } from './client.ts'
import { commit, latest } from './commit.ts'
import { type Clock, contactEvent } from './events.ts'
import type { ActiveUser, ContactItem, CopyItem, PartnershipItem, UserItem } from './items.ts'
import { contactPosition, type Key, keys, lists, prefixes } from './keys.ts'
import { type IndexName, readList, readOne, readPrefix } from './read.ts'

export type ListedContact = ActiveUser | Extract<ContactItem, { name: string }>

/** The list that shows an owner's contacts, all of them or of one kind or account. */
export function contactList(
  owner: string,
  { kind, accountId }: { kind?: 'user' | 'member' | undefined; accountId?: string | undefined },
): { index: IndexName; list: string } {
  const own = accountId === owner
  if (kind === undefined && accountId === undefined) return { index: 'gsi1', list: lists.contacts(owner) }
  if (accountId === undefined && kind) return { index: 'gsi2', list: lists.contactsOfKind(owner, kind) }
  if (own && kind !== 'member') return { index: 'gsi2', list: lists.contactsOfKind(owner, 'user') }
  // A partner has no users of ours, nor have we members of our own: the list from ourselves is empty.
  const source = accountId === undefined || kind === 'user' ? owner : accountId
  return { index: 'gsi3', list: lists.contactsFrom(owner, source) }
}

/** One state of a user as a contact of an owner; of a removed one, the mark that it leaves. */
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
    list1: lists.contacts(owner),
    list2: lists.contactsOfKind(owner, 'member'),
    list3: lists.contactsFrom(owner, accountId),
  }
}

/**
 * Copies one state of a user into an owner's contacts, unless a later one is there: of a later partnership, or of
 * a higher version in the same. A removed user leaves a mark there, so that an older copy can't bring it back.
 */
export async function copyContact(owner: string, user: UserItem, epoch: number): Promise<void> {
  await putUnless({
    Item: { ...keys.contact(owner, user.accountId, user.userId), ...contactOf(owner, user, epoch) },
    ConditionExpression:
      'attribute_not_exists(pk) OR epoch < :epoch OR (epoch = :epoch AND #version < :version)',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':epoch': epoch, ':version': user.version },
  })
}

/** A put whose failed condition means that there is nothing left to do. */
async function putUnless(put: Omit<ConstructorParameters<typeof PutCommand>[0], 'TableName'>): Promise<void> {
  try {
    await db.send(new PutCommand({ TableName: tableName, ...put }))
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  }
}

/** Contacts copied by one invocation for one record: a second or two, so that others are not held up. */
const pageSize = 500

/** Writes under way at once; the SDK keeps 50 connections. */
const concurrency = 25

export async function inParallel<T>(items: T[], perform: (item: T) => Promise<void>): Promise<void> {
  const left = [...items]
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await perform(item)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}

const expiresIn = (seconds: number) => Math.floor(Date.now() / 1000) + seconds

/** Longer than the stream keeps a record. */
export const restKeptSeconds = 2 * 86_400

/** What is left of a copy becomes an item, whose own stream record starts the next page; at most once. */
const leaveRest = (key: Key<CopyItem>, rest: CopyItem) =>
  putUnless({ Item: { ...key, ...rest }, ConditionExpression: 'attribute_not_exists(pk)' })

/**
 * Copies a page of an account's users into the contacts of its partner `owner`. The partnership is read after the
 * users: if it stands then, every state that was read is from before its end. A later partnership has its own copy.
 * It is the source's record that is read, as for a changed user: the owner's may show a moment sooner or later.
 */
export async function copyUsersOf(
  { owner, source, epoch, after }: { owner: string; source: string; epoch: number; after?: string },
  limit = pageSize,
): Promise<void> {
  const { pk } = keys.account(source)
  const { items: users, next } = await readPrefix<UserItem>(pk, prefixes.users, { after, limit })
  const partnership = await readOne(keys.partnership(source, owner))
  if (partnership?.epoch !== epoch) return
  const due = users.filter((user) => belongsInContacts(user, partnership))
  await inParallel(due, (user) => copyContact(owner, user, epoch))
  if (next === undefined) return
  await leaveRest(keys.restOfUsers(owner, source, epoch, next), {
    type: 'copy',
    expires: expiresIn(restKeptSeconds),
    owner,
    source,
    epoch,
    since: partnership.since,
    after: next,
  })
}

/**
 * Copies a user's new state into the contacts of a page of its account's partners. A former partner that it comes too
 * late for gets the state `before`, if that is the last from before the end: another copy may have brought an older one.
 */
export async function copyToPartners(
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
  await leaveRest(keys.restOfPartners(user, user.version, next), {
    type: 'copy',
    expires: expiresIn(restKeptSeconds),
    user,
    before,
    after: next,
  })
}

/**
 * Removes a contact that a former partner left behind. A tombstone takes its place. Undefined when done. Refusals:
 * `not-found`, `contact-is-live`.
 */
export async function removeContact(
  user: ActiveUser,
  clock: Clock,
  read: { contact: ContactItem | undefined; partnership: PartnershipItem | undefined },
): Promise<Refusal | undefined> {
  const done = await commit(read, {
    decide: decideRemoveContact<ContactItem>,
    transaction: ({ removed, tombstone }, { partnership }) => {
      const { owner, accountId, userId } = removed
      const contact: ContactItem = { type: 'contact', owner, accountId, userId, removed: true, ...tombstone }
      return {
        conditional: {
          partnership: {
            ConditionCheck: {
              Key: keys.partnership(owner, accountId),
              ConditionExpression: partnership
                ? 'epoch = :epoch AND attribute_exists(endedAt)'
                : 'attribute_not_exists(pk)',
              ...(partnership && { ExpressionAttributeValues: { ':epoch': partnership.epoch } }),
            },
          },
          contact: {
            Put: {
              Item: { ...keys.contact(owner, accountId, userId), ...contact },
              ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(removed)',
            },
          },
        },
        unconditional: [contactEvent(user, clock, removed)],
      }
    },
    learn: (state, failed) => ({
      contact: latest(failed, 'contact', state.contact),
      partnership: latest(failed, 'partnership', state.partnership),
    }),
  })
  return isRefusal(done) ? done : undefined
}

/** A search reads at most so many contacts for a page, whether they match or not. */
const maxSearched = 1_000

/** A page of an owner's contacts in which each of the words is found; it may be short and still have a `next`. */
export async function findContacts(
  { index, list }: { index: IndexName; list: string },
  { after, limit, words }: { after: string | undefined; limit: number; words: string[] },
): Promise<{ items: ListedContact[]; next: string | undefined }> {
  if (words.length === 0) return readList<ListedContact>(index, list, { after, limit })
  const searched = await readList<ListedContact>(index, list, { after, limit: maxSearched })
  const matching = searched.items.filter((contact) => matches(contact, words))
  const items = matching.slice(0, limit)
  return { items, next: matching.length > limit ? items.at(-1)?.position : searched.next }
}
