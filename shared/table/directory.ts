import { createHash } from 'node:crypto'
import { toConfirm } from '../domain/confirmed-addresses.ts'
import { isRefusal, type Refusal, refuse } from '../domain/refusals.ts'
import { isAdministrator, type Profile } from '../domain/users.ts'
import { AddressBook } from './addresses.ts'
import { noConfirmation } from './confirmation-items.ts'
import { type Clock, hostEvent } from './events.ts'
import { assign } from './expressions.ts'
import type { AccountItem, ActiveUser, EmailItem, RemovedUser, UserItem } from './items.ts'
import { keys, newSalt } from './keys.ts'
import { transact, type Write } from './transact.ts'
import {
  asRead,
  markOf,
  maxLostRaces,
  same,
  tooManyAdministrators,
  userItem,
  withAdministrator,
} from './users.ts'

type UserKey = { accountId: string; userId: string }
type HostUser = { email: string; name: string; profile: Profile; locale: string }

/** A digest of what the host said: an equal version may only say the same again. */
const digestOf = (...said: string[]): string =>
  createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 32)

const removal = digestOf('removed')

type Word = { hostVersion: number; hostDigest: string }

/** Whether the host's word is the latest; `version-reused` where an equal version has said something else. */
function isNewer(word: Word, last: Partial<Word>): boolean | Refusal {
  if (last.hostVersion === undefined || last.hostVersion < word.hostVersion) return true
  const reused = last.hostVersion === word.hostVersion && last.hostDigest !== word.hostDigest
  return reused ? refuse('version-reused') : false
}

/**
 * Makes or renames an account, unless the host's version is not higher than what is there. Answers what is there then.
 * Refusal: `version-reused`.
 */
export async function putAccount(
  accountId: string,
  { name, hostVersion }: { name: string; hostVersion: number },
): Promise<AccountItem | Refusal> {
  const word = { hostVersion, hostDigest: digestOf(name) }
  const account = { type: 'account' as const, accountId, name, ...word }
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
  if (outcome.committed) return account
  const existing = outcome.failed.get('account') as AccountItem
  const newer = isNewer(word, existing)
  return typeof newer === 'boolean' ? existing : newer
}

/**
 * Puts a user as the host has it, from the user and the claim on the address as they were read, unless the host's version
 * is not higher than what is there. Answers what is there then: a removed user where the host has removed it in a higher
 * version. The host is believed: the address is confirmed, whoever had it, and there is no rule of the last
 * administrator. Refusals: `invalid-field`, `version-reused`.
 */
export async function putUser(
  key: UserKey,
  clock: Clock,
  {
    read,
    claim,
    fields,
    hostVersion,
  }: {
    read: UserItem | undefined
    claim: EmailItem | undefined
    fields: HostUser
    hostVersion: number
  },
): Promise<UserItem | Refusal> {
  const { email, name, profile, locale } = fields
  const word = { hostVersion, hostDigest: digestOf(email, name, profile, locale) }
  const addresses = new AddressBook()
  addresses.see(email, claim)
  let existing = read
  for (let lost = 0; lost < maxLostRaces; lost++) {
    const newer = existing ? isNewer(word, existing) : true
    if (existing && newer !== true) return newer || existing
    const was = existing?.removed ? undefined : existing
    const next = userItem({
      createdAt: clock.now,
      ...was,
      ...key,
      ...fields,
      ...word,
      emailConfirmed: true,
      pendingEmail: undefined,
      named: true,
      version: (existing?.version ?? 0) + 1,
      changedAt: clock.now,
      silent: undefined,
    })
    const unchanged = was && same(was, next)
    const { named, unconditional } = addresses.parts({ was, next, reason: 'put' }, clock)
    const outcome = unchanged
      ? await transact({ user: heard(was, { ...word, named: true }), ...named }, unconditional)
      : await transact({ user: putOver(existing, next), ...promotion(was, next), ...named }, [
          ...unconditional,
          ...demotion(was, next),
          ...(was && toConfirm(was) !== undefined ? [noConfirmation(was)] : []),
          hostEvent(clock, was ? 'user-changed' : 'user-added', next),
        ])
    if (isRefusal(outcome)) return outcome
    if (outcome.committed) return unchanged ? { ...was, ...word } : next
    const { failed } = outcome as { failed: Map<string, unknown> }
    if (failed.has('user')) existing = failed.get('user') as UserItem | undefined
    else if (failed.has('promotion')) return tooManyAdministrators
    addresses.learn(failed, { was, next })
  }
  return refuse('conflict')
}

/**
 * Removes a user, as it was read, unless the host's version is not higher than what is there. A user that never was
 * leaves a mark too, so that an overtaken put does not bring it. Refusal: `version-reused`.
 */
export async function dropUser(
  key: UserKey,
  clock: Clock,
  { read, hostVersion }: { read: UserItem | undefined; hostVersion: number },
): Promise<Refusal | undefined> {
  const word = { hostVersion, hostDigest: removal }
  const addresses = new AddressBook()
  let existing = read
  for (let lost = 0; lost < maxLostRaces; lost++) {
    const newer = existing ? isNewer(word, existing) : true
    if (newer !== true) return newer || undefined
    const was = existing?.removed ? undefined : existing
    const change = { was, next: undefined, reason: 'put' as const }
    const { named, unconditional } = addresses.parts(change, clock)
    const outcome = await transact(
      { user: existing?.removed ? heard(existing, word) : drop(key, clock, { was, word }), ...named },
      was
        ? [
            ...unconditional,
            ...demotion(was, undefined),
            ...(toConfirm(was) === undefined ? [] : [noConfirmation(was)]),
            hostEvent(clock, 'user-removed', was),
          ]
        : [],
    )
    if (isRefusal(outcome)) return outcome
    if (outcome.committed) return undefined
    const { failed } = outcome as { failed: Map<string, unknown> }
    if (failed.has('user')) existing = failed.get('user') as UserItem | undefined
    addresses.learn(failed, change)
  }
  return refuse('conflict')
}

/** The condition that a user is as it was read, or that there still is none. */
const unchangedSince = (read: UserItem | undefined) =>
  read ? asRead(read) : { ConditionExpression: 'attribute_not_exists(pk)' }

const putOver = (there: UserItem | undefined, next: UserItem): Write => ({
  Put: { Item: { ...keys.user(next.accountId, next.userId), ...next }, ...unchangedSince(there) },
})

/** Version 0 is of a user that never was: whatever comes is newer, and nobody has a copy of it. */
function drop(key: UserKey, clock: Clock, { was, word }: { was: ActiveUser | undefined; word: Word }): Write {
  const neverWas: RemovedUser = {
    ...key,
    type: 'user',
    version: 0,
    changedAt: clock.now,
    removed: true,
    silent: true,
  }
  return putOver(was, { ...(was ? markOf(was, clock) : neverWas), ...word })
}

/** Remembers the host's word on a user that is as the host has it. */
function heard(user: UserItem, word: Word & { named?: true }): Write {
  const update = assign({ ...word, silent: true })
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

/** A user who becomes an administrator; the bound on their number may refuse it. */
const promotion = (was: ActiveUser | undefined, next: ActiveUser): { promotion?: Write } =>
  isAdministrator(next.profile) && !(was && isAdministrator(was.profile))
    ? { promotion: withAdministrator(next) }
    : {}

/** A user who is an administrator no longer; removed where there is no next. */
const demotion = (was: ActiveUser | undefined, next: ActiveUser | undefined): Write[] =>
  was && isAdministrator(was.profile) && !(next && isAdministrator(next.profile))
    ? [noLongerAdministrator(was)]
    : []

const noLongerAdministrator = ({ accountId, userId }: UserKey): Write => ({
  Update: {
    Key: keys.account(accountId),
    UpdateExpression: 'DELETE administrators :removed',
    ExpressionAttributeValues: { ':removed': new Set([userId]) },
  },
})
