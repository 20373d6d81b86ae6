import { marshall } from '@aws-sdk/util-dynamodb'
import { v7 as uuid } from 'uuid'

type Effect = (event: never, context: never) => Promise<{ batchItemFailures: object[] }>

const image = (item: object) => marshall(item, { removeUndefinedValues: true })

/** A record of the table's stream: an item after a change, and before it if it existed. */
export const recordOf = (item: object, before?: object) => {
  const { pk, sk } = item as Record<string, unknown>
  const images = { NewImage: image(item), ...(before && { OldImage: image(before) }) }
  return { dynamodb: { Keys: image({ pk, sk }), ...images, SequenceNumber: '1' } }
}

/** Delivers records to an effect, by an invocation with this id and this time left in milliseconds; answers how many failed. */
export async function deliver(
  effect: Effect,
  records: object[],
  { as = uuid(), remaining = 30_000 }: { as?: string; remaining?: number } = {},
): Promise<number> {
  const context = { functionName: 'effect', awsRequestId: as, getRemainingTimeInMillis: () => remaining }
  return (await effect({ Records: records } as never, context as never)).batchItemFailures.length
}
