import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import middy from '@middy/core'
import type { Context, DynamoDBRecord, SQSRecord } from 'aws-lambda'
import { wellFormed } from '../table/well-formed.ts'
import { logger } from './logger.ts'
import { reportMalformed } from './metric.ts'
import { putOff, putOffAgain } from './retry-queue.ts'

/** Records of the stream, or messages of the effect's queue, each of which holds a record that was put off. */
type Event = { Records: (DynamoDBRecord | SQSRecord)[] }
type Response = { batchItemFailures: { itemIdentifier: string }[] }

const isMessage = (source: DynamoDBRecord | SQSRecord): source is SQSRecord => 'receiptHandle' in source

/** A message that holds no record is one whose every try fails, and is kept in the end. */
function recordIn(source: DynamoDBRecord | SQSRecord): DynamoDBRecord {
  if (!isMessage(source)) return source
  try {
    return JSON.parse(source.body) ?? {}
  } catch {
    return {}
  }
}

type Image = NonNullable<DynamoDBRecord['dynamodb']>['NewImage']
const itemOf = <Item>(image: Image): Item | undefined =>
  image && wellFormed<Item>(unmarshall(image as Record<string, AttributeValue>, { wrapNumbers: Number }))

/**
 * The function of an effect on the table's stream: given an item after a change, and before it where it was there. What
 * `perform` can't do now is passed to the effect's queue, and the stream goes on; so it must bear being done twice, late,
 * and out of order. Only where the queue can't take a record is it the stream that delivers it again; later records of
 * the same item wait for it then.
 */
export function effect<Item>(
  name: string,
  perform: (item: Item, change: { before: Item | undefined; context: Context }) => Promise<void>,
) {
  return middy<Event, Response>().handler(async ({ Records }, context) => {
    const failedItems = new Set<string>()
    const batchItemFailures: Response['batchItemFailures'] = []
    for (const source of Records) {
      const record = recordIn(source)
      const key = JSON.stringify(record.dynamodb?.Keys)
      if (!failedItems.has(key)) {
        try {
          const { NewImage, OldImage } = record.dynamodb ?? {}
          const item = itemOf<Item>(NewImage)
          if (!item) throw new Error('The record holds no well-formed item')
          await perform(item, { before: itemOf<Item>(OldImage), context })
          continue
        } catch (error) {
          logger.error('failed', { effect: name, keys: record.dynamodb?.Keys, error: error as Error })
          if (await isPutOff(source)) continue
          failedItems.add(key)
        }
      }
      batchItemFailures.push({
        itemIdentifier: isMessage(source) ? source.messageId : (record.dynamodb?.SequenceNumber ?? ''),
      })
    }
    reportMalformed()
    return { batchItemFailures }
  })
}

/** Whether a record is the queue's now. A message stays one that has failed: it is to come back, only later. */
async function isPutOff(source: DynamoDBRecord | SQSRecord): Promise<boolean> {
  try {
    if (isMessage(source)) await putOffAgain(source)
    else await putOff(source)
    return !isMessage(source)
  } catch (error) {
    logger.error('not put off', { error: error as Error })
    return false
  }
}
