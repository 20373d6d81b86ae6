import { confirmationDays, maxDailyConfirmations } from '../domain/confirmed-addresses.ts'
import type { Clock, UserRef } from '../domain/context.ts'
import { expiryAfter } from './expiry.ts'
import type { ConfirmationItem, QuotaItem } from './items.ts'
import { keys } from './keys.ts'
import { countOne, dayOf } from './quota.ts'
import type { Write } from './transact.ts'

/** Where the confirmation e-mails of today are counted that an account causes to an address. */
export const confirmationQuotaKey = (accountId: string, email: string, { now }: Clock) =>
  keys.confirmationQuota(accountId, email, dayOf(now))

/** Whether an account may cause another confirmation e-mail to the address of this counter. */
export const maySendConfirmation = (quota: QuotaItem | undefined): boolean =>
  (quota?.count ?? 0) < maxDailyConfirmations

/** One more of the day's confirmation e-mails, on the condition that there is one left. */
export const countConfirmation = (accountId: string, email: string, clock: Clock): Write =>
  countOne(confirmationQuotaKey(accountId, email, clock), clock, maxDailyConfirmations)

/** Has send-emails send a confirmation e-mail. Its link takes the place of an earlier one. */
export function newConfirmation({ accountId, userId }: UserRef, email: string, clock: Clock): Write {
  const until = Date.parse(clock.now) + confirmationDays * 86_400_000
  const confirmation: ConfirmationItem = {
    type: 'confirmation',
    accountId,
    userId,
    email,
    confirmationId: clock.newId(),
    until: new Date(until).toISOString(),
    expires: expiryAfter(2, until),
  }
  return { Put: { Item: { ...keys.confirmation(accountId, userId), ...confirmation } } }
}

/** The link of a user's confirmation e-mail works no longer. */
export const withdrawConfirmation = ({ accountId, userId }: UserRef): Write => ({
  Delete: { Key: keys.confirmation(accountId, userId) },
})

/** A link works once: only the one that was followed, and only if no newer one has taken its place. */
export const consumeConfirmation = ({ accountId, userId }: UserRef, digest: string): Write => ({
  Delete: {
    Key: keys.confirmation(accountId, userId),
    ConditionExpression: 'digest = :digest',
    ExpressionAttributeValues: { ':digest': digest },
  },
})
