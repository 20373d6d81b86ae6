import { createHash } from 'node:crypto'
import { decidePutAccount } from '../domain/accounts.ts'
import type { Clock, UserRef } from '../domain/context.ts'
import { isRefusal, type Refusal, refuse } from '../domain/refusals.ts'
import { type UserFields, userState } from '../domain/user.ts'
import { updateIf } from './conditional-write.ts'
import { assign } from './expressions.ts'
import type { AccountItem, EmailItem, UserItem } from './items.ts'
import { keys, newSalt } from './keys.ts'
import { commitUser } from './users.ts'

/** A digest of what the host wrote. An equal version can only repeat it. */
const digestOf = (...fields: string[]): string =>
  createHash('sha256').update(JSON.stringify(fields)).digest('hex').slice(0, 32)

/** Creates or renames an account, unless the stored version is as high. Returns the account. Refusal: `version-reused`. */
export async function putAccount(
  accountId: string,
  { name, hostVersion }: { name: string; hostVersion: number },
): Promise<AccountItem | Refusal> {
  const write = { hostVersion, hostDigest: digestOf(name) }
  const update = assign({ type: 'account', accountId, name, ...write })
  // A transaction would cost twice as much, and there is only one item.
  const outcome = await updateIf<AccountItem>({
    Key: keys.account(accountId),
    ...update,
    UpdateExpression: `${update.UpdateExpression}, salt = if_not_exists(salt, :salt)`,
    ConditionExpression: 'attribute_not_exists(hostVersion) OR hostVersion < :hostVersion',
    ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ':salt': newSalt() },
  })
  if (outcome.written) return { type: 'account', accountId, name, ...write }
  const decision = decidePutAccount(outcome.existing, { name, write })
  if (isRefusal(decision)) return decision
  return 'unchanged' in decision && decision.unchanged ? decision.unchanged : refuse('conflict')
}

/**
 * Puts a user as the host has it, from the user and the claim on the address as they were read, unless the host's
 * version is not higher than the stored one. Returns the user as it is then, also one that the host has removed in a
 * higher version. Refusals: `invalid-field`, `version-reused`.
 */
export function putUser(
  { user, claim }: { user: UserItem | undefined; claim: EmailItem | undefined },
  { key, fields, hostVersion }: { key: UserRef; fields: UserFields; hostVersion: number },
  clock: Clock,
): Promise<UserItem | Refusal> {
  const { email, name, profile, locale } = fields
  const write = { hostVersion, hostDigest: digestOf(email, name, profile, locale) }
  const state = userState(user, { claim: { email, claim } })
  return commitUser(state, { type: 'put', key, fields, write }, clock) as Promise<UserItem | Refusal>
}

/** Removes a user, as it was read, unless the host's stored version is as high. Refusal: `version-reused`. */
export async function dropUser(
  user: UserItem | undefined,
  { key, hostVersion }: { key: UserRef; hostVersion: number },
  clock: Clock,
): Promise<Refusal | undefined> {
  const write = { hostVersion, hostDigest: digestOf('removed') }
  const dropped = await commitUser(userState(user), { type: 'drop', key, write }, clock)
  return isRefusal(dropped) ? dropped : undefined
}
