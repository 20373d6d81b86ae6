import { toConfirm, typed } from '../domain/confirmed-addresses.ts'
import { isRefusal, type Refusal, refuse } from '../domain/refusals.ts'
import { foldName, isAdministrator, maxAdministrators, type Profile } from '../domain/users.ts'
import { AddressBook } from './addresses.ts'
import {
  countConfirmation,
  maySendConfirmation,
  newConfirmation,
  noConfirmation,
} from './confirmation-items.ts'
import { type Clock, userEvent } from './events.ts'
import type { AccountItem, ActiveUser, AddressItem, QuotaItem, RemovedUser, UserItem } from './items.ts'
import { contactPosition, keys, lists } from './keys.ts'
import { madeBy, type RequestMark, repeated } from './requests.ts'
import { transact, type Write } from './transact.ts'

type Fields = { email: string; name: string; profile: Profile; locale: string }

/** A user as its item, in its account's contacts and among its account's users. */
export function userItem(user: Omit<ActiveUser, 'type' | 'position' | 'list1' | 'list2'>): ActiveUser {
  const { accountId, userId, name } = user
  return {
    ...user,
    type: 'user',
    position: contactPosition(foldName(name), accountId, userId),
    list1: lists.contacts(accountId),
    list2: lists.contactsOfKind(accountId, 'user'),
  }
}

/** A race is lost to somebody else's change; so many in a row are contention. */
export const maxLostRaces = 8

export const tooManyAdministrators = refuse('invalid-field', [
  { pointer: '/profile', detail: `An account has at most ${maxAdministrators} administrators.` },
])

/** Without the counter of today's confirmation e-mails to the address, where there was none. */
type Typed<Wanted> = { fields: Wanted; confirmations?: QuotaItem | undefined }

/**
 * Adds a user to the account of an administrator. The address is unconfirmed, and a confirmation e-mail goes to it unless
 * it had as many today as one account may cause. Whether another account has the address makes no difference. Refusals:
 * `invalid-field`, `email-taken`, `idempotency-key-reused`. A repetition of the request that added it is answered with
 * the user as it was then.
 */
export async function addUser(
  by: ActiveUser,
  clock: Clock,
  { fields, confirmations, once }: Typed<Fields> & { once?: RequestMark | undefined },
): Promise<ActiveUser | Refusal> {
  const { accountId } = by
  const user = userItem({
    accountId,
    userId: clock.newId(),
    ...fields,
    emailConfirmed: false,
    version: 1,
    changedAt: clock.now,
    createdAt: clock.now,
    ...madeBy(once),
  })
  const { named, unconditional } = new AddressBook().parts(
    { was: undefined, next: user, reason: 'typed' },
    clock,
    once,
  )
  let mayMail = maySendConfirmation(confirmations)
  for (let lost = 0; lost < maxLostRaces; lost++) {
    const mail = mayMail && confirmationOf(user, clock)
    const outcome = await transact(
      {
        ...(isAdministrator(user.profile) && { administrators: withAdministrator(user) }),
        ...named,
        ...(mail && { mail: mail.count }),
      },
      [
        { Put: { Item: { ...keys.user(accountId, user.userId), ...user }, ConditionExpression: absent } },
        ...unconditional,
        ...(mail ? [mail.confirmation] : []),
        userEvent(by, clock, 'user-added', user),
      ],
    )
    if (isRefusal(outcome)) return outcome
    if (outcome.committed) return user
    const { failed } = outcome as { failed: Map<string, unknown> }
    const address = failed.get('address') as AddressItem | undefined
    const madeFor = address?.madeFor
    const before = madeFor !== undefined && address?.users?.has(madeFor) ? repeated(address, once) : undefined
    if (before && isRefusal(before)) return before
    if (before) return { ...user, userId: before.madeFor ?? '', createdAt: before.createdAt ?? clock.now }
    if (failed.has('administrators')) return tooManyAdministrators
    if (failed.has('address')) return refuse('email-taken')
    mayMail = false
  }
  return refuse('conflict')
}

/** The confirmation e-mail to the address of a user that waits for one, and its count. */
function confirmationOf(user: ActiveUser, clock: Clock) {
  const email = toConfirm(user) ?? user.email
  return {
    confirmation: newConfirmation(user, email, clock),
    count: countConfirmation(user.accountId, email, clock),
  }
}

/**
 * Changes a user of an administrator's account, as it was read, where a field differs. A new address takes the place of
 * an unconfirmed one, and waits beside a confirmed one. Refusals: `not-found`, `invalid-field`, `email-taken`,
 * `last-administrator`.
 */
export async function changeUser(
  by: ActiveUser,
  clock: Clock,
  { read, fields, confirmations }: Typed<Partial<Fields>> & { read: UserItem | undefined },
): Promise<ActiveUser | Refusal> {
  const { email, ...others } = fields
  const addresses = new AddressBook()
  let mayMail = maySendConfirmation(confirmations)
  let user = read
  for (let lost = 0; lost < maxLostRaces; lost++) {
    if (!user || user.removed) return refuse('not-found')
    const was: ActiveUser = user
    const becomes = email === undefined || email === was.pendingEmail ? was : typed(was, email)
    const next = userItem({
      ...was,
      ...others,
      email: becomes.email,
      emailConfirmed: becomes.emailConfirmed,
      pendingEmail: becomes.pendingEmail,
      named: becomes.email === was.email ? was.named : undefined,
      version: was.version + 1,
      changedAt: clock.now,
      silent: undefined,
    })
    if (same(was, next)) return was
    const waits = toConfirm(next)
    const isNew = waits !== toConfirm(was)
    const mail = isNew && waits !== undefined && mayMail && confirmationOf(next, clock)
    const { named, unconditional } = addresses.parts({ was, next, reason: 'typed' }, clock)
    const outcome = await transact(
      {
        user: { Put: { Item: { ...keys.user(was.accountId, was.userId), ...next }, ...asRead(was) } },
        ...(isAdministrator(next.profile) &&
          !isAdministrator(was.profile) && { promotion: withAdministrator(next) }),
        ...(!isAdministrator(next.profile) &&
          isAdministrator(was.profile) && { demotion: withoutAdministrator(next) }),
        ...named,
        ...(mail && { mail: mail.count }),
      },
      [
        ...unconditional,
        ...(mail ? [mail.confirmation] : isNew ? [noConfirmation(was)] : []),
        userEvent(by, clock, 'user-changed', next),
      ],
    )
    if (isRefusal(outcome)) return outcome
    if (outcome.committed) return next
    const { failed } = outcome as { failed: Map<string, unknown> }
    if (failed.has('user')) user = failed.get('user') as UserItem | undefined
    else if (failed.has('promotion')) return tooManyAdministrators
    else if (failed.has('demotion')) return lastAdministrator(by, failed.get('demotion'))
    else if (failed.has('address')) return refuse('email-taken')
    else if (failed.has('mail')) mayMail = false
    addresses.learn(failed, { was, next })
  }
  return refuse('conflict')
}

/** Removes a user of an administrator's account, as it was read. Refusals: `not-found`, `last-administrator`. */
export async function removeUser(
  by: ActiveUser,
  clock: Clock,
  read: UserItem | undefined,
): Promise<Refusal | undefined> {
  const addresses = new AddressBook()
  let user = read
  for (let lost = 0; lost < maxLostRaces; lost++) {
    if (!user || user.removed) return refuse('not-found')
    const was: ActiveUser = user
    const change = { was, next: undefined, reason: 'typed' as const }
    const { named, unconditional } = addresses.parts(change, clock)
    const outcome = await transact(
      {
        user: {
          Put: { Item: { ...keys.user(was.accountId, was.userId), ...markOf(was, clock) }, ...asRead(was) },
        },
        ...(isAdministrator(was.profile) && { demotion: withoutAdministrator(was) }),
        ...named,
      },
      [
        ...unconditional,
        ...(toConfirm(was) === undefined ? [] : [noConfirmation(was)]),
        userEvent(by, clock, 'user-removed', was),
      ],
    )
    if (isRefusal(outcome)) return outcome
    if (outcome.committed) return undefined
    const { failed } = outcome as { failed: Map<string, unknown> }
    if (failed.has('user')) user = failed.get('user') as UserItem | undefined
    else if (failed.has('demotion')) return lastAdministrator(by, failed.get('demotion'))
    addresses.learn(failed, change)
  }
  return refuse('conflict')
}

/** What stays of a user that is removed. */
export const markOf = (
  { accountId, userId, version, hostVersion, hostDigest }: UserItem,
  { now }: Clock,
): RemovedUser => ({
  type: 'user',
  accountId,
  userId,
  version: version + 1,
  changedAt: now,
  removed: true,
  hostVersion,
  hostDigest,
})

/** The condition that a user is as it was read: the host's version may rise without the user's own. */
export const asRead = ({ version, hostVersion }: UserItem) => ({
  ConditionExpression: `#version = :read AND ${hostVersion === undefined ? 'attribute_not_exists(hostVersion)' : 'hostVersion = :heard'}`,
  ExpressionAttributeNames: { '#version': 'version' },
  ExpressionAttributeValues: {
    ':read': version,
    ...(hostVersion !== undefined && { ':heard': hostVersion }),
  },
})

/** Why an administrator has to stay, from the account as it was then: of two who demote each other, one no longer is. */
const lastAdministrator = (by: ActiveUser, account: unknown): Refusal =>
  refuse(
    (account as AccountItem | undefined)?.administrators?.has(by.userId)
      ? 'last-administrator'
      : 'not-an-administrator',
  )

export const same = (one: ActiveUser, other: ActiveUser): boolean =>
  one.email === other.email &&
  one.emailConfirmed === other.emailConfirmed &&
  one.pendingEmail === other.pendingEmail &&
  one.name === other.name &&
  one.profile === other.profile &&
  one.locale === other.locale

const absent = 'attribute_not_exists(pk)'

export const withAdministrator = ({ accountId, userId }: ActiveUser): Write => ({
  Update: {
    Key: keys.account(accountId),
    UpdateExpression: 'ADD administrators :added',
    ConditionExpression: 'attribute_not_exists(administrators) OR size(administrators) < :max',
    ExpressionAttributeValues: { ':added': new Set([userId]), ':max': maxAdministrators },
  },
})

const withoutAdministrator = ({ accountId, userId }: ActiveUser): Write => ({
  Update: {
    Key: keys.account(accountId),
    UpdateExpression: 'DELETE administrators :removed',
    ConditionExpression: 'size(administrators) > :one',
    ExpressionAttributeValues: { ':removed': new Set([userId]), ':one': 1 },
  },
})
