import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { maxDailyMailsPerAddress } from '../domain/events.ts'
import { isRefusal } from '../domain/refusals.ts'
import { db, tableName } from './client.ts'
import { updateIf } from './conditional-write.ts'
import { expiryAfter, lateRecordDays } from './expiry.ts'
import { assign } from './expressions.ts'
import type { MailItem } from './items.ts'
import { type Key, keys } from './keys.ts'
import { countOne, dayOf } from './quota.ts'
import { transact } from './transact.ts'

type Claim = { claimedBy: string; claimedUntil: number; now: number }

/**
 * The result of claiming an e-mail: `claimed`; `held` by another invocation; `left-out`, since this call decided not to
 * send it, because its address had its maximum of e-mails today; `settled`, if it was sent or left out before.
 */
export type ClaimOutcome = 'claimed' | 'held' | 'left-out' | 'settled'

/** The condition that an e-mail is not settled, and not held by another invocation. */
const free =
  'attribute_not_exists(pk) OR (attribute_not_exists(sentAt) AND attribute_not_exists(leftOutAt) AND (claimedUntil <= :now OR claimedBy = :claimedBy))'

/** Claims an e-mail, on the condition that it is free, and sets more attributes. */
const claiming = (
  key: Key<MailItem>,
  { claimedBy, claimedUntil, now }: Claim,
  more: Pick<MailItem, 'countedOn' | 'leftOutAt'> = {},
) => {
  const expires = expiryAfter(lateRecordDays, now)
  const update = assign({ type: 'mail', claimedBy, claimedUntil, expires, ...more })
  return {
    Key: key,
    ...update,
    ConditionExpression: free,
    ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ':now': now },
  }
}

/**
 * Claims an e-mail until a time, both in milliseconds since the epoch. With the same `claimedBy`, an attempt can claim
 * again after a lost answer. With an address, the same transaction counts the e-mail among those of the address and
 * day, once a day, and beyond the limit the e-mail is left out for good. Throws after lasting contention or throttling.
 */
export async function claimMail(key: Key<MailItem>, claim: Claim, address?: string): Promise<ClaimOutcome> {
  if (address !== undefined) return claimAndCount(key, claim, address)
  const result = await updateIf<MailItem>(claiming(key, claim))
  return result.written ? 'claimed' : outcomeOf(result.existing)
}

async function claimAndCount(key: Key<MailItem>, claim: Claim, address: string): Promise<ClaimOutcome> {
  const now = new Date(claim.now).toISOString()
  const countedOn = dayOf(now)
  const Update = claiming(key, claim, { countedOn })
  const notCounted = 'attribute_not_exists(countedOn) OR countedOn <> :countedOn'
  const outcome = await transact({
    mail: { Update: { ...Update, ConditionExpression: `(${free}) AND (${notCounted})` } },
    quota: countOne(keys.mailQuota(address, countedOn), { now }, maxDailyMailsPerAddress),
  })
  if (isRefusal(outcome)) throw new Error(`An e-mail could not be claimed: ${outcome.refusal}`)
  if (outcome.committed) return 'claimed'
  const existing = outcome.failed.get('mail') as MailItem | undefined
  if (!existing) return leaveOut(key, claim, now)
  return existing.countedOn === countedOn ? claimMail(key, claim) : outcomeOf(existing)
}

/** Records that an e-mail is never sent, unless it was settled or claimed meanwhile. */
async function leaveOut(key: Key<MailItem>, claim: Claim, leftOutAt: string): Promise<ClaimOutcome> {
  const result = await updateIf<MailItem>(claiming(key, { ...claim, claimedUntil: claim.now }, { leftOutAt }))
  return result.written ? 'left-out' : outcomeOf(result.existing)
}

const outcomeOf = (mail: MailItem | undefined): ClaimOutcome =>
  mail?.sentAt === undefined && mail?.leftOutAt === undefined ? 'held' : 'settled'

/** An e-mail's record and its address. `bounded`: the address gets a limited number a day. */
export type Envelope = { key: Key<MailItem>; email: string; bounded: boolean }

/** The part of Lambda's context that a claim needs. */
type Invocation = { awsRequestId: string; getRemainingTimeInMillis: () => number }

/**
 * Sends an e-mail once. The claim lasts as long as this invocation can: an invocation that finds it held comes back
 * when the holder has recorded the e-mail or has ended. `send` returns SES's id of the e-mail, or undefined if it must
 * not be sent any more. Throws if the e-mail is held, and the errors of `send`.
 */
export async function sendOnce(
  { key, email, bounded }: Envelope,
  invocation: Invocation,
  send: () => Promise<string | undefined>,
): Promise<Exclude<ClaimOutcome, 'held'>> {
  const now = Date.now()
  const claimedUntil = now + invocation.getRemainingTimeInMillis()
  const claimedBy = invocation.awsRequestId
  const address = bounded ? email : undefined
  const outcome = await claimMail(key, { claimedBy, claimedUntil, now }, address)
  if (outcome === 'held') throw new Error('Another invocation is sending this e-mail')
  if (outcome !== 'claimed') return outcome
  const messageId = await send().catch(async (error) => {
    await releaseMail(key, claimedBy)
    throw error
  })
  if (messageId !== undefined) await recordSent(key, messageId, invocation)
  return outcome
}

/** Records a sent e-mail. Without the record it would be sent again, so the write is tried as long as there is time. */
async function recordSent(key: Key<MailItem>, messageId: string, invocation: Invocation): Promise<void> {
  for (;;) {
    try {
      return await recordMail(key, { sentAt: new Date().toISOString(), messageId })
    } catch (error) {
      if (invocation.getRemainingTimeInMillis() < 10_000) throw error
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  }
}

/** Records that an e-mail has been sent, with SES's id of it. */
export async function recordMail(key: Key<MailItem>, sent: { sentAt: string; messageId: string }) {
  await db.send(new UpdateCommand({ TableName: tableName, Key: key, ...assign(sent) }))
}

/** Releases a claim, unless another invocation has claimed the e-mail meanwhile. */
export async function releaseMail(key: Key<MailItem>, claimedBy: string): Promise<void> {
  const release = assign({ claimedUntil: 0 })
  await updateIf({
    Key: key,
    ...release,
    ConditionExpression: 'claimedBy = :claimedBy',
    ExpressionAttributeValues: { ...release.ExpressionAttributeValues, ':claimedBy': claimedBy },
  })
}
