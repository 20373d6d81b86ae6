import { isRefusal, type Refusal, refuse } from '../domain/refusals.ts'
import { foldName, isAdministrator, maxAdministrators, type Profile } from '../domain/users.ts'
import { type Clock, userEvent } from './events.ts'
import { assign } from './expressions.ts'
import type { AccountItem, ActiveUser, EmailItem, RemovedUser, UserItem } from './items.ts'
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

/**
 * Adds a user to the account of an administrator. Refusals: `invalid-field`, `email-taken`, `idempotency-key-reused`. A
 * repetition of the request that added it is answered with the user as it was then.
 */
export async function addUser(
  by: ActiveUser,
  clock: Clock,
  fields: Fields,
  once?: RequestMark,
): Promise<ActiveUser | Refusal> {
  const { accountId } = by
  const user = userItem({
    accountId,
    userId: clock.newId(),
    ...fields,
    emailConfirmed: true,
    version: 1,
    changedAt: clock.now,
    createdAt: clock.now,
    ...madeBy(once),
  })
  const outcome = await transact(
    {
      ...(isAdministrator(user.profile) && { administrators: withAdministrator(user) }),
      email: claimEmail(user, { ...madeBy(once), createdAt: user.createdAt }),
    },
    [
      { Put: { Item: { ...keys.user(accountId, user.userId), ...user }, ConditionExpression: absent } },
      userEvent(by, clock, 'user-added', user),
    ],
  )
  if (isRefusal(outcome)) return outcome
  if (outcome.committed) return user
  const claim = repeated(outcome.failed.get('email') as EmailItem | undefined, once)
  if (claim && isRefusal(claim)) return claim
  if (claim) return { ...user, userId: claim.userId, createdAt: claim.createdAt ?? clock.now }
  return outcome.failed.has('administrators') ? tooManyAdministrators : refuse('email-taken')
}

/**
 * Changes a user of an administrator's account, as it was read, where a field differs. Refusals: `not-found`,
 * `invalid-field`, `email-taken`, `last-administrator`.
 */
export async function changeUser(
  by: ActiveUser,
  clock: Clock,
  read: UserItem | undefined,
  fields: Partial<Fields>,
): Promise<ActiveUser | Refusal> {
  let user = read
  for (let lost = 0; lost < maxLostRaces; lost++) {
    if (!user || user.removed) return refuse('not-found')
    const next = userItem({ ...user, ...fields, version: user.version + 1, changedAt: clock.now })
    if (same(user, next)) return user
    const { accountId, userId, email, name, profile, locale, version, changedAt, position } = next
    const update = assign({ email, name, profile, locale, version, changedAt, position, silent: undefined })
    const outcome = await transact(
      {
        user: {
          Update: {
            Key: keys.user(accountId, userId),
            ...update,
            ConditionExpression: '#version = :read',
            ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ':read': user.version },
          },
        },
        ...(isAdministrator(next.profile) &&
          !isAdministrator(user.profile) && { promotion: withAdministrator(next) }),
        ...(!isAdministrator(next.profile) &&
          isAdministrator(user.profile) && { demotion: withoutAdministrator(next) }),
        ...(next.email !== user.email && { email: claimEmail(next) }),
      },
      [
        ...(next.email !== user.email ? [{ Delete: { Key: keys.email(user.email) } }] : []),
        userEvent(by, clock, 'user-changed', next),
      ],
    )
    if (isRefusal(outcome)) return outcome
    if (outcome.committed) return next
    const { failed } = outcome
    if (failed.has('user')) user = failed.get('user') as UserItem | undefined
    else if (failed.has('promotion')) return tooManyAdministrators
    else if (failed.has('demotion')) return lastAdministrator(by, failed.get('demotion'))
    else return refuse('email-taken')
  }
  return refuse('conflict')
}

/** Removes a user of an administrator's account, as it was read. Refusals: `not-found`, `last-administrator`. */
export async function removeUser(
  by: ActiveUser,
  clock: Clock,
  read: UserItem | undefined,
): Promise<Refusal | undefined> {
  let user = read
  for (let lost = 0; lost < maxLostRaces; lost++) {
    if (!user || user.removed) return refuse('not-found')
    const { accountId, userId, email } = user
    const outcome = await transact(
      {
        user: {
          Put: { Item: { ...keys.user(accountId, userId), ...markOf(user, clock) }, ...asRead(user) },
        },
        ...(isAdministrator(user.profile) && { demotion: withoutAdministrator(user) }),
      },
      [{ Delete: { Key: keys.email(email) } }, userEvent(by, clock, 'user-removed', user)],
    )
    if (isRefusal(outcome)) return outcome
    if (outcome.committed) return undefined
    if (!outcome.failed.has('user')) return lastAdministrator(by, outcome.failed.get('demotion'))
    user = outcome.failed.get('user') as UserItem | undefined
  }
  return refuse('conflict')
}

/** What stays of a user that is removed. */
export const markOf = (
  { accountId, userId, version, hostVersion }: UserItem,
  { now }: Clock,
): RemovedUser => ({
  type: 'user',
  accountId,
  userId,
  version: version + 1,
  changedAt: now,
  removed: true,
  hostVersion,
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
  one.name === other.name &&
  one.profile === other.profile &&
  one.locale === other.locale

const absent = 'attribute_not_exists(pk)'

/** An address belongs to one user of one account. */
export const claimEmail = (
  { email, accountId, userId }: ActiveUser,
  added: Partial<EmailItem> = {},
): Write => ({
  Put: {
    Item: { ...keys.email(email), ...added, type: 'email', email, accountId, userId },
    ConditionExpression: absent,
  },
})

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
