import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { toConfirm } from '../domain/confirmed-addresses.ts'
import { isRefusal, type Refusal, refuse } from '../domain/refusals.ts'
import { AddressBook } from './addresses.ts'
import { db, tableName } from './client.ts'
import { countConfirmation, newConfirmation } from './confirmation-items.ts'
import { type Clock, hostEvent } from './events.ts'
import { assign } from './expressions.ts'
import type { ActiveUser, ConfirmationItem, UserItem } from './items.ts'
import { keys, tokenDigest } from './keys.ts'
import { quotaExceeded } from './quota.ts'
import { transact } from './transact.ts'
import { asRead, maxLostRaces, userItem } from './users.ts'

/**
 * Sends the confirmation e-mail to a user, as it was read, again. Undefined when done. Refusals: `not-found`, also where no
 * address waits to be confirmed, `quota-exceeded`, `conflict`.
 */
export async function sendConfirmation(
  read: UserItem | undefined,
  clock: Clock,
): Promise<Refusal | undefined> {
  let user = read
  for (let lost = 0; lost < maxLostRaces; lost++) {
    const email = user && !user.removed ? toConfirm(user) : undefined
    if (!user || email === undefined) return refuse('not-found')
    const { accountId, userId } = user
    const outcome = await transact(
      {
        user: { ConditionCheck: { Key: keys.user(accountId, userId), ...asRead(user) } },
        quota: countConfirmation(accountId, email, clock),
      },
      [newConfirmation(user, email, clock)],
    )
    if (isRefusal(outcome)) return outcome
    if (outcome.committed) return undefined
    if (!outcome.failed.has('user')) return quotaExceeded(clock.now)
    user = outcome.failed.get('user') as UserItem | undefined
  }
  return refuse('conflict')
}

/**
 * Makes the token of a confirmation's link the one that works. False where the confirmation has been replaced, used or
 * taken back meanwhile.
 */
export async function putToken(
  { accountId, userId, confirmationId }: ConfirmationItem,
  token: string,
): Promise<boolean> {
  const { pk, sk } = keys.confirmation(accountId, userId)
  const update = assign({ digest: tokenDigest(token) })
  try {
    await db.send(
      new UpdateCommand({
        TableName: tableName,
        Key: { pk, sk },
        ...update,
        ConditionExpression: 'confirmationId = :this',
        ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ':this': confirmationId },
      }),
    )
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}

/** Whether a user waits for this confirmation. */
export const waitsFor = (
  user: UserItem | undefined,
  confirmation: ConfirmationItem | undefined,
): user is ActiveUser =>
  user !== undefined &&
  !user.removed &&
  toConfirm(user) !== undefined &&
  toConfirm(user) === confirmation?.email

/**
 * Confirms the address that a token was sent to, from the user and the confirmation as they were read. Undefined when done.
 * Refusals: `not-found` for a token that is unknown, used or too old, `email-taken`, `conflict`.
 */
export async function confirmAddress(
  token: string,
  clock: Clock,
  read: { user: UserItem | undefined; confirmation: ConfirmationItem | undefined },
): Promise<Refusal | undefined> {
  const { confirmation } = read
  let { user } = read
  const digest = tokenDigest(token)
  if (confirmation?.digest !== digest || confirmation.until <= clock.now) return refuse('not-found')
  const addresses = new AddressBook()
  for (let lost = 0; lost < maxLostRaces; lost++) {
    if (!waitsFor(user, confirmation)) return refuse('not-found')
    const was: ActiveUser = user
    const next = userItem({
      ...was,
      email: confirmation.email,
      emailConfirmed: true,
      pendingEmail: undefined,
      named: undefined,
      version: was.version + 1,
      changedAt: clock.now,
      silent: undefined,
    })
    const { named, unconditional } = addresses.parts({ was, next, reason: 'confirmed' }, clock)
    const { accountId, userId } = was
    const outcome = await transact(
      {
        confirmation: {
          Delete: {
            Key: keys.confirmation(accountId, userId),
            ConditionExpression: 'digest = :digest',
            ExpressionAttributeValues: { ':digest': digest },
          },
        },
        user: { Put: { Item: { ...keys.user(accountId, userId), ...next }, ...asRead(was) } },
        ...named,
      },
      [...unconditional, hostEvent(clock, 'user-changed', next)],
    )
    if (isRefusal(outcome)) return outcome
    if (outcome.committed) return undefined
    const { failed } = outcome as { failed: Map<string, unknown> }
    if (failed.has('confirmation')) return refuse('not-found')
    if (failed.has('user')) user = failed.get('user') as UserItem | undefined
    else if (failed.has('taken')) return refuse('email-taken')
    addresses.learn(failed, { was, next })
  }
  return refuse('conflict')
}
