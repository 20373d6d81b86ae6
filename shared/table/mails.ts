import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { db, tableName } from './client.ts'
import { assign } from './expressions.ts'
import type { MailItem } from './items.ts'
import type { Key } from './keys.ts'

/** Longer than an event can still be delivered again, from the stream or from the store of failed records. */
const keptSeconds = 100 * 86_400

/**
 * Claims an e-mail until a time, both in milliseconds since the epoch: `claimed`; `sent`, if it has been; `held`, if
 * somebody else has it. `claimedBy` lets the same attempt claim again after a lost answer.
 */
export async function claimMail(
  { pk, sk }: Key<MailItem>,
  { claimedBy, claimedUntil, now }: { claimedBy: string; claimedUntil: number; now: number },
): Promise<'claimed' | 'sent' | 'held'> {
  const expires = Math.floor(now / 1000) + keptSeconds
  const update = assign({ type: 'mail', claimedBy, claimedUntil, expires })
  try {
    await db.send(
      new UpdateCommand({
        TableName: tableName,
        Key: { pk, sk },
        ...update,
        ConditionExpression:
          'attribute_not_exists(pk) OR (attribute_not_exists(sentAt) AND (#claimedUntil <= :now OR #claimedBy = :claimedBy))',
        ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ':now': now },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    )
    return 'claimed'
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error
    const there = unmarshall(error.Item) as MailItem
    return there.sentAt === undefined ? 'held' : 'sent'
  }
}

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
