import { confirmationDays, maxDailyConfirmations } from '../domain/confirmed-addresses.ts'
import type { Clock, UserRef } from '../domain/context.ts'
import { expiryAfter } from './expiry.ts'
import type { ConfirmationItem, QuotaItem } from './items.ts'
import { keys } from './keys.ts'
import { countOne, dayOf } from './quota.ts'
import type { Write } from './transact.ts'

/** The counter of an account's confirmation e-mails to an address today. */
export const confirmationQuotaKey = (accountId: string, email: string, { now }: Clock) =>
  keys.confirmationQuota(accountId, email, dayOf(now))

/** Whether an account can send another confirmation e-mail to the address of this counter. */
export const maySendConfirmation = (quota: QuotaItem | undefined): boolean =>
  (quota?.count ?? 0) < maxDailyConfirmations

/** Counts a confirmation e-mail, on the condition that the day's limit is not reached. */
export const countConfirmation = (accountId: string, email: string, clock: Clock): Write =>
  countOne(confirmationQuotaKey(accountId, email, clock), clock, maxDailyConfirmations)

/** Makes send-emails send a confirmation e-mail. Its link replaces an earlier one. */
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

/** Makes the link of a user's confirmation e-mail invalid. */
export const withdrawConfirmation = ({ accountId, userId }: UserRef): Write => ({
  Delete: { Key: keys.confirmation(accountId, userId) },
})

/** Uses a link, on the condition that no newer one has replaced it. */
export const consumeConfirmation = ({ accountId, userId }: UserRef, digest: string): Write => ({
  Delete: {
    Key: keys.confirmation(accountId, userId),
    ConditionExpression: 'digest = :digest',
    ExpressionAttributeValues: { ':digest': digest },
  },
})
