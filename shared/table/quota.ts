import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { type Refusal, refuse } from '../domain/refusals.ts'
import { db, tableName } from './client.ts'
import type { Clock } from './events.ts'
import type { QuotaItem } from './items.ts'
import { type Key, keys } from './keys.ts'
import type { Write } from './transact.ts'

/** The UTC day of a time. */
export const dayOf = (now: string) => now.slice(0, 10)

const secondsPerDay = 86_400

const secondOf = (time: string) => Math.floor(Date.parse(time) / 1000)

/** Where an account's invitations of today are counted. */
export const quotaKey = (accountId: string, { now }: Clock) => keys.quota(accountId, dayOf(now))

/** The refusal when a day's invitations are used up; undefined while they are not. */
export function quotaRefusal(
  quota: QuotaItem | undefined,
  { now }: Clock,
  dailyInvitations: number,
): Refusal | undefined {
  return (quota?.count ?? 0) < dailyInvitations ? undefined : quotaExceeded(now)
}

/** The refusal, with the seconds until the next UTC day. */
export const quotaExceeded = (now: string): Refusal => ({
  ...refuse('quota-exceeded'),
  retryAfter: secondsPerDay - (secondOf(now) % secondsPerDay),
})

/** One more of the day's invitations, on the condition that there is one left. */
export const countInvitation = (accountId: string, clock: Clock, dailyInvitations: number) =>
  countOne(quotaKey(accountId, clock), clock, dailyInvitations)

/** Adds one to the counter of a day, on the condition that it is below the limit. */
export const countOne = (Key: Key<QuotaItem>, { now }: Pick<Clock, 'now'>, limit: number) =>
  ({
    Update: {
      Key,
      UpdateExpression: 'SET #type = :quota, expires = :expires ADD #count :one',
      ConditionExpression: 'attribute_not_exists(#count) OR #count < :limit',
      ExpressionAttributeNames: { '#count': 'count', '#type': 'type' },
      ExpressionAttributeValues: {
        ':quota': 'quota',
        ':expires': secondOf(now) + 2 * secondsPerDay,
        ':one': 1,
        ':limit': limit,
      },
    },
  }) satisfies Write

/** Counts an address that was not found, so that the directory can't be harvested. The refusal is the answer. */
export async function countUnknownAddress(
  accountId: string,
  clock: Clock,
  dailyInvitations: number,
): Promise<Refusal> {
  const { Update } = countInvitation(accountId, clock, dailyInvitations)
  try {
    await db.send(new UpdateCommand({ TableName: tableName, ...Update }))
    return refuse('no-account-for-email')
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return quotaExceeded(clock.now)
    throw error
  }
}
