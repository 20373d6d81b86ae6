import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { maxDailyMailsPerAddress } from '../domain/events.ts'
import { isRefusal } from '../domain/refusals.ts'
import { db, tableName } from './client.ts'
import { assign } from './expressions.ts'
import type { MailItem } from './items.ts'
import { type Key, keys } from './keys.ts'
import { countOne, dayOf } from './quota.ts'
import { transact } from './transact.ts'

/** Longer than an event can still be delivered again, from the stream or from the store of failed records. */
const keptSeconds = 100 * 86_400

type Claim = { claimedBy: string; claimedUntil: number; now: number }

/**
 * What came of claiming an e-mail: `claimed`; `held`, if another invocation has it; `left-out`, if this call decided that
 * it is not sent, since its address had as many today as it may get; `settled`, if it was sent or left out before.
 */
export type ClaimOutcome = 'claimed' | 'held' | 'left-out' | 'settled'

/** Not settled, and held by no other invocation. */
const free =
  'attribute_not_exists(pk) OR (attribute_not_exists(sentAt) AND attribute_not_exists(leftOutAt) AND (claimedUntil <= :now OR claimedBy = :claimedBy))'

/** The write that claims an e-mail, with what else it sets, if it is free. */
const claiming = (
  { pk, sk }: Key<MailItem>,
  { claimedBy, claimedUntil, now }: Claim,
  more: Pick<MailItem, 'countedOn' | 'leftOutAt'> = {},
) => {
  const expires = Math.floor(now / 1000) + keptSeconds
  const update = assign({ type: 'mail', claimedBy, claimedUntil, expires, ...more })
  return {
    Key: { pk, sk },
    ...update,
    ConditionExpression: free,
    ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ':now': now },
  }
}

/**
 * Claims an e-mail until a time, both in milliseconds since the epoch. `claimedBy` lets the same attempt claim again
 * after a lost answer. With an address, the e-mail is counted among those that the address gets that day, in the same
 * transaction, and beyond the limit it is left out for good; what is tried again on the same day is not counted again.
 * Throws where contention or throttling stays.
 */
export async function claimMail(key: Key<MailItem>, claim: Claim, address?: string): Promise<ClaimOutcome> {
  if (address !== undefined) return claimAndCount(key, claim, address)
  const there = await update(claiming(key, claim))
  return there ? outcomeOf(there) : 'claimed'
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
  const there = outcome.failed.get('mail') as MailItem | undefined
  if (!there) return leaveOut(key, claim, now)
  return there.countedOn === countedOn ? claimMail(key, claim) : outcomeOf(there)
}

/** Records that an e-mail is never sent, unless it was settled or claimed meanwhile. */
async function leaveOut(key: Key<MailItem>, claim: Claim, leftOutAt: string): Promise<ClaimOutcome> {
  const there = await update(claiming(key, { ...claim, claimedUntil: claim.now }, { leftOutAt }))
  return there ? outcomeOf(there) : 'left-out'
}

/** Updates an e-mail's record; answers with the record if the condition fails. */
async function update(change: Omit<UpdateCommandInput, 'TableName'>): Promise<MailItem | undefined> {
  try {
    await db.send(
      new UpdateCommand({
        TableName: tableName,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        ...change,
      }),
    )
    return undefined
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error
    return unmarshall(error.Item) as MailItem
  }
}

const outcomeOf = ({ sentAt, leftOutAt }: MailItem): ClaimOutcome =>
  sentAt === undefined && leftOutAt === undefined ? 'held' : 'settled'

/** Records that an e-mail has been sent, with SES's id of it. */
export async function recordMail({ pk, sk }: Key<MailItem>, sent: { sentAt: string; messageId: string }) {
  await db.send(new UpdateCommand({ TableName: tableName, Key: { pk, sk }, ...assign(sent) }))
}

/** Gives a claim back, unless it has run out meanwhile and somebody else has claimed the e-mail. */
export async function giveMailBack({ pk, sk }: Key<MailItem>, claimedBy: string) {
  const update = assign({ claimedUntil: 0 })
  try {
    await db.send(
      new UpdateCommand({
        TableName: tableName,
        Key: { pk, sk },
        ...update,
        ConditionExpression: 'claimedBy = :mine',
        ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ':mine': claimedBy },
      }),
    )
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  }
}
