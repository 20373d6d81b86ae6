import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import middy from '@middy/core'
import type { Context, DynamoDBRecord, SQSRecord } from 'aws-lambda'
import { wellFormed } from '../table/well-formed.ts'
import { logger } from './logger.ts'
import { reportMalformed } from './metric.ts'
import { delayRetry, retryLater } from './retry-queue.ts'

/** Records of the stream, or messages of the retry queue, each with a record that failed. */
type Event = { Records: (DynamoDBRecord | SQSRecord)[] }
type Response = { batchItemFailures: { itemIdentifier: string }[] }

const isMessage = (source: DynamoDBRecord | SQSRecord): source is SQSRecord => 'receiptHandle' in source

/** A message without a record fails at every delivery, and ends in the dead-letter queue. */
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
 * The function of an effect on the table's stream. `perform` gets an item after a change, and the item before the
 * change if it existed. Records that fail go to the retry queue, so that the stream does not block. So `perform` must
 * be idempotent, and correct when it runs late and out of order. If the queue does not accept a record, the stream
 * delivers it again, and later records of the same item wait for it.
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
          if (await isQueued(source)) continue
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

/** Whether the retry queue has accepted a record. A message must be reported as failed, so that the queue keeps it. */
async function isQueued(source: DynamoDBRecord | SQSRecord): Promise<boolean> {
  try {
    if (isMessage(source)) await delayRetry(source)
    else await retryLater(source)
    return !isMessage(source)
  } catch (error) {
    logger.error('not queued', { error: error as Error })
    return false
  }
}
