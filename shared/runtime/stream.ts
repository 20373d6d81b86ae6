import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import middy from '@middy/core'
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import { logger } from './logger.ts'

/** The item as a stream record shows it after the change. The mapping's filter lets no other records through. */
const imageOf = (record: DynamoDBRecord): unknown =>
  unmarshall((record.dynamodb?.NewImage ?? {}) as Record<string, AttributeValue>)

/**
 * The function of an effect on the table's stream. Records are handled one after the other; once one fails, later ones
 * of the same item wait for it, and the others go on. Lambda delivers again from the first failure, so what `perform`
 * does must bear being done twice.
 */
export function effect<Item>(name: string, perform: (item: Item, context: Context) => Promise<void>) {
  return middy<DynamoDBStreamEvent, DynamoDBBatchResponse>().handler(async ({ Records }, context) => {
    const failedItems = new Set<string>()
    const batchItemFailures: DynamoDBBatchResponse['batchItemFailures'] = []
    for (const record of Records) {
      const item = JSON.stringify(record.dynamodb?.Keys)
      if (!failedItems.has(item)) {
        try {
          await perform(imageOf(record) as Item, context)
          continue
        } catch (error) {
          logger.error('failed', { effect: name, keys: record.dynamodb?.Keys, error: error as Error })
          failedItems.add(item)
        }
      }
      batchItemFailures.push({ itemIdentifier: record.dynamodb?.SequenceNumber ?? '' })
    }
    return { batchItemFailures }
  })
}
