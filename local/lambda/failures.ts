import { randomUUID } from 'node:crypto'
import { type Discard, eventOf } from './delivery.ts'
import type { Mapping } from './mappings.ts'

/**
 * The object that Lambda writes to S3 for a discarded batch, with the whole event as `payload`. The key is
 * `aws/lambda/MAPPING/SHARD/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-UUID`.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function failureObject({ id, functionArn, streamArn }: Mapping, shardId: string, discard: Discard) {
  const { condition, arrivals, tries, last } = discard
  const timestamp = new Date().toISOString()
  const day = timestamp.slice(0, 10).replaceAll('-', '/')
  const second = timestamp.slice(0, 19).replaceAll(':', '.')
  const [first, final] = [arrivals[0]?.record.dynamodb, arrivals.at(-1)?.record.dynamodb]
  const record = {
    requestContext: {
      requestId: last?.requestId ?? randomUUID(),
      functionArn,
      condition,
      approximateInvokeCount: tries,
    },
    ...(last && {
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: last.functionError },
    }),
    version: '1.0',
    timestamp,
    DDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: first?.SequenceNumber,
      endSequenceNumber: final?.SequenceNumber,
      approximateArrivalOfFirstRecord: toSecond(first?.ApproximateCreationDateTime),
      approximateArrivalOfLastRecord: toSecond(final?.ApproximateCreationDateTime),
      batchSize: arrivals.length,
      streamArn,
    },
    payload: eventOf(arrivals),
  }
  return { key: `aws/lambda/${id}/${shardId}/${day}/${second}-${randomUUID()}`, body: JSON.stringify(record) }
}

function toSecond(seconds = 0): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}
