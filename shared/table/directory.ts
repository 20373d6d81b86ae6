import { isRefusal, type Refusal, refuse } from '../domain/refusals.ts'
import { isAdministrator, type Profile } from '../domain/users.ts'
import { type Clock, hostEvent } from './events.ts'
import { assign } from './expressions.ts'
import type { AccountItem, ActiveUser, RemovedUser, UserItem } from './items.ts'
import { keys, newSalt } from './keys.ts'
import { transact, type Write } from './transact.ts'
import {
  asRead,
  claimEmail,
  markOf,
  maxLostRaces,
  same,
  tooManyAdministrators,
  userItem,
  withAdministrator,
} from './users.ts'

type UserKey = { accountId: string; userId: string }
type HostUser = { email: string; name: string; profile: Profile; locale: string }

/** Makes or renames an account, unless the host's version is not higher than what is there. Answers what is there then. */
export async function putAccount(
  accountId: string,
  { name, hostVersion }: { name: string; hostVersion: number },
): Promise<AccountItem | Refusal> {
  const account = { type: 'account' as const, accountId, name, hostVersion }
  const update = assign(account)
  const outcome = await transact({
    account: {
      Update: {
        Key: keys.account(accountId),
        ...update,
        UpdateExpression: `${update.UpdateExpression}, salt = if_not_exists(salt, :salt)`,
        ConditionExpression: 'attribute_not_exists(hostVersion) OR hostVersion < :hostVersion',
        ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ':salt': newSalt() },
      },
    },
  })
  if (isRefusal(outcome)) return outcome
  return outcome.committed ? account : (outcome.failed.get('account') as AccountItem)
}

/**
 * Puts a user, as it was read, as the host has it, unless the host's version is not higher than what is there. Answers
 * what is there then: a removed user where the host has removed it in a higher version. The host is believed, so there
 * is no rule of the last administrator. Refusals: `invalid-field`, `email-taken`.
 */
export async function putUser(
  key: UserKey,
  clock: Clock,
  read: UserItem | undefined,
  fields: HostUser & { hostVersion: number },
): Promise<UserItem | Refusal> {
  let there = read
  for (let lost = 0; lost < maxLostRaces; lost++) {
    if (there && !isNewer(fields.hostVersion, there)) return there
    const was = there?.removed ? undefined : there
    const next = userItem({
      createdAt: clock.now,
      ...was,
      ...key,
      ...fields,
      emailConfirmed: true,
      version: (there?.version ?? 0) + 1,
      changedAt: clock.now,
      silent: undefined,
    })
    const unchanged = was && same(was, next)
    const outcome = unchanged
      ? await transact({ user: heard(was, fields.hostVersion) })
      : await transact({ user: putOver(there, next), ...claims(was, next) }, [
          ...releases(was, next),
          hostEvent(clock, was ? 'user-changed' : 'user-added', next),
        ])
    if (isRefusal(outcome)) return outcome
    if (outcome.committed) return unchanged ? { ...was, hostVersion: fields.hostVersion } : next
    const { failed } = outcome as { failed: Map<string, unknown> }
    if (!failed.has('user')) return failed.has('promotion') ? tooManyAdministrators : refuse('email-taken')
    there = failed.get('user') as UserItem | undefined
  }
  return refuse('conflict')
}

/**
 * Removes a user, as it was read, unless the host's version is not higher than what is there. A user that never was
 * leaves a mark too, so that an overtaken put does not bring it.
 */
export async function dropUser(
  key: UserKey,
  clock: Clock,
  read: UserItem | undefined,
  hostVersion: number,
): Promise<Refusal | undefined> {
  let there = read
  for (let lost = 0; lost < maxLostRaces; lost++) {
    if (there && !isNewer(hostVersion, there)) return undefined
    const outcome = await transact(
      { user: there?.removed ? heard(there, hostVersion) : drop(key, clock, there, hostVersion) },
      there && !there.removed ? [...releases(there, undefined), hostEvent(clock, 'user-removed', there)] : [],
    )
    if (isRefusal(outcome)) return outcome
    if (outcome.committed) return undefined
    there = outcome.failed.get('user') as UserItem | undefined
  }
  return refuse('conflict')
}

const isNewer = (hostVersion: number, there: UserItem): boolean =>
  there.hostVersion === undefined || there.hostVersion < hostVersion

/** The condition that a user is as it was read, or that there still is none. */
const unchangedSince = (read: UserItem | undefined) =>
  read ? asRead(read) : { ConditionExpression: 'attribute_not_exists(pk)' }

const putOver = (there: UserItem | undefined, next: UserItem): Write => ({
  Put: { Item: { ...keys.user(next.accountId, next.userId), ...next }, ...unchangedSince(there) },
})

/** Version 0 is of a user that never was: whatever comes is newer, and nobody has a copy of it. */
function drop(key: UserKey, clock: Clock, there: ActiveUser | undefined, hostVersion: number): Write {
  const neverWas: RemovedUser = {
    ...key,
    type: 'user',
    version: 0,
    changedAt: clock.now,
    removed: true,
    silent: true,
  }
  return putOver(there, { ...(there ? markOf(there, clock) : neverWas), hostVersion })
}

/** Remembers the host's version of a user that is as the host has it. */
function heard(user: UserItem, hostVersion: number): Write {
  const update = assign({ hostVersion, silent: true })
  const condition = asRead(user)
  return {
    Update: {
      Key: keys.user(user.accountId, user.userId),
      ...update,
      ConditionExpression: condition.ConditionExpression,
      ExpressionAttributeNames: { ...update.ExpressionAttributeNames, ...condition.ExpressionAttributeNames },
      ExpressionAttributeValues: {
        ...update.ExpressionAttributeValues,
        ...condition.ExpressionAttributeValues,
      },
    },
  }
}

/** What a user takes up that it had not before, and may not get. */
const claims = (was: ActiveUser | undefined, next: ActiveUser): { promotion?: Write; email?: Write } => ({
  ...(isAdministrator(next.profile) &&
    !(was && isAdministrator(was.profile)) && { promotion: withAdministrator(next) }),
  ...(next.email !== was?.email && { email: claimEmail(next) }),
})

/** What a user that was there gives up; all of it where there is no next. */
const releases = (was: ActiveUser | undefined, next: ActiveUser | undefined): Write[] =>
  was
    ? [
        ...(was.email !== next?.email ? [{ Delete: { Key: keys.email(was.email) } }] : []),
        ...(isAdministrator(was.profile) && !(next && isAdministrator(next.profile))
          ? [noLongerAdministrator(was)]
          : []),
      ]
    : []

const noLongerAdministrator = ({ accountId, userId }: UserKey): Write => ({
  Update: {
    Key: keys.account(accountId),
    UpdateExpression: 'DELETE administrators :removed',
    ExpressionAttributeValues: { ':removed': new Set([userId]) },
  },
})
