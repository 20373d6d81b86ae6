import type { Clock } from '../domain/context.ts'
import { quotaExceeded } from '../domain/quotas.ts'
import { refuse } from '../domain/refusals.ts'
import { updateIf } from './conditional-write.ts'
import { expiryAfter } from './expiry.ts'
import type { QuotaItem } from './items.ts'
import { type Key, keys } from './keys.ts'
import type { Write } from './transact.ts'

/** The UTC day of a time. */
export const dayOf = (now: string) => now.slice(0, 10)

/** The invitations that an account can make in a UTC day: in all, and to one address. */
export type InvitationLimits = { perDay: number; perAddressAndDay: number }

/** The counters of an account's invitations today: all of them, and those to an address. */
export const quotaKey = (accountId: string, { now }: Clock) => keys.quota(accountId, dayOf(now))
export const addressQuotaKey = (accountId: string, email: string, { now }: Clock) =>
  keys.addressQuota(accountId, email, dayOf(now))

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
        ':expires': expiryAfter(2, Date.parse(now)),
        ':one': 1,
        ':limit': limit,
      },
    },
  }) satisfies Write

/** Counts an address that was not found, so that nobody can try many addresses. Returns the refusal. */
export async function countUnknownAddress(accountId: string, clock: Clock, { perDay }: InvitationLimits) {
  const { Update } = countOne(quotaKey(accountId, clock), clock, perDay)
  const { written } = await updateIf(Update)
  return written ? refuse('no-account-for-email') : quotaExceeded(clock.now)
}
