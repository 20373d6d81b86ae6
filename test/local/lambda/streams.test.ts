import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Fault, FaultCall } from '../../../local/endpoint/proxy.ts'
import { fixture, item, itemsOf, putItems, withFixture } from '../fixture/stack.ts'

withFixture()
let s3: S3Client
beforeAll(() => {
  const { endpoint, region, ...credentials } = fixture.stack.aws
  s3 = new S3Client({ endpoint, region, credentials })
})

/** What the functions wrote into the journal, in their order: item and version. */
let journal: string[] = []
/** Asked for every journal entry before it is written. */
let faultFor: (entry: string) => Fault | undefined
beforeEach(() => {
  journal = []
  faultFor = () => undefined
})
beforeAll(() => {
  fixture.stack.faults.add(({ input }: FaultCall) => {
    const { pk, version } = input.Item as { pk: { S: string }; version: { N: string } }
    const entry = `${pk.S.replace('JOURNAL#', '')} ${version.N}`
    const fault = faultFor(entry)
    if (!(fault && 'error' in fault)) journal.push(entry)
    return fault
  })
})

/** Fails the first time that this entry is written, and never again. */
const once = (wanted: string, fault: Fault) => {
  let left = 1
  return (entry: string) => (entry === wanted && left-- > 0 ? fault : undefined)
}
type Failure = {
  key: string
  record: { requestContext: Record<string, unknown>; responseContext?: object; payload: string }
  items: { eventName: string; dynamodb: { NewImage: Record<string, unknown>; SequenceNumber: string } }[]
}

/** What the failure bucket has about an item. */
async function failuresOf(pk: string): Promise<Failure[]> {
  const Bucket = fixture.bucket
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }))
  const all = await Promise.all(
    Contents.map(async ({ Key: key = '' }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key }))
      const record = JSON.parse((await Body?.transformToString()) ?? '') as Failure['record']
      return { key, record, items: (JSON.parse(record.payload) as { Records: Failure['items'] }).Records }
    }),
  )
  return all.filter(({ items }) =>
    items.some(({ dynamodb }) => JSON.stringify(dynamodb.NewImage.pk).includes(pk)),
  )
}

const versions = (pk: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => `${pk} ${from + at}`)

describe('records reach the function whose filter they pass', () => {
  test("each once and in the item's order, and no other record", async () => {
    for (let version = 1; version <= 15; version++)
      await putItems(fixture.stack, [item('bisecting', 'order', version)])
    await putItems(fixture.stack, [item('nobody', 'unfiltered', 1)])
    await fixture.stack.idle()
    expect(journal).toEqual(versions('order', 1, 15))
    expect(await itemsOf(fixture.stack, 'JOURNAL#order')).toHaveLength(15)
  })

  test("in Lambda's form: times in seconds, the template's ARN and region, numbers and sets as text", async () => {
    const seen: unknown[] = []
    const remove = fixture.stack.deliveries.add((functionName, records) => {
      if (functionName === 'fixture-bisecting') seen.push(...records)
      return undefined
    })
    const before = Math.floor(Date.now() / 1000)
    const bytes = { B: Buffer.from([1, 2]).toString('base64') }
    await putItems(fixture.stack, [{ ...item('bisecting', 'shape', 1), bytes } as never])
    await fixture.stack.idle()
    remove()
    expect(seen).toEqual([
      {
        eventID: expect.any(String),
        eventName: 'INSERT',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: 'eu-north-1',
        eventSourceARN: expect.stringMatching(
          /^arn:aws:dynamodb:eu-north-1:000000000000:table\/fixture-table\/stream\//,
        ),
        dynamodb: {
          ApproximateCreationDateTime: expect.any(Number),
          Keys: { pk: { S: 'shape' }, sk: { S: '000001' } },
          NewImage: { ...item('bisecting', 'shape', 1), bytes },
          SequenceNumber: expect.any(String),
          SizeBytes: expect.any(Number),
          StreamViewType: 'NEW_AND_OLD_IMAGES',
        },
      },
    ])
    const { ApproximateCreationDateTime } = (seen[0] as { dynamodb: { ApproximateCreationDateTime: number } })
      .dynamodb
    expect(ApproximateCreationDateTime).toBeGreaterThanOrEqual(before)
  })
})

describe('delivery is at least once', () => {
  test('an isolate that ends during a batch loses no record', async () => {
    faultFor = once('killed 3', { kill: 'after' })
    await putItems(
      fixture.stack,
      versions('killed', 1, 6).map((_, at) => item('bisecting', 'killed', at + 1)),
    )
    await fixture.stack.idle()
    expect(journal.filter((entry) => entry === 'killed 3')).toHaveLength(2)
    expect([...new Set(journal)].sort()).toEqual(versions('killed', 1, 6))
    expect(await failuresOf('killed')).toEqual([])
  })
})

describe('records that keep failing are written to S3 in full', () => {
  test('bisecting isolates the record, and all others are delivered', async () => {
    const items = Array.from({ length: 8 }, (_, at) =>
      item('blunt', 'poison', at + 1, at === 4 ? 'throw' : 'write'),
    )
    await putItems(fixture.stack, items)
    await fixture.stack.idle()
    expect([...new Set(journal)].sort()).toEqual(
      versions('poison', 1, 8).filter((entry) => entry !== 'poison 5'),
    )
    const [failure, ...more] = await failuresOf('poison')
    expect(more).toEqual([])
    expect(failure?.items.map(({ dynamodb }) => dynamodb.NewImage)).toEqual([items[4]])
    expect(failure?.record).toEqual({
      requestContext: {
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        functionArn: 'arn:aws:lambda:eu-north-1:000000000000:function:fixture-blunt',
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 2,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      DDBStreamBatchInfo: {
        shardId: expect.stringMatching(/^shardId-/),
        startSequenceNumber: failure?.items[0]?.dynamodb.SequenceNumber,
        endSequenceNumber: failure?.items[0]?.dynamodb.SequenceNumber,
        approximateArrivalOfFirstRecord: expect.stringMatching(/:\d\dZ$/),
        approximateArrivalOfLastRecord: expect.stringMatching(/:\d\dZ$/),
        batchSize: 1,
        streamArn: expect.stringContaining('table/fixture-table/stream/'),
      },
      payload: expect.any(String),
    })
    expect(failure?.key).toMatch(
      /^aws\/lambda\/[0-9a-f-]{36}\/shardId-[^/]+\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$/,
    )
  })

  test('without bisecting, the batch from the failed record on', async () => {
    const items = Array.from({ length: 5 }, (_, at) =>
      item('whole', 'rest', at + 1, at === 2 ? 'refuse' : 'write'),
    )
    await putItems(fixture.stack, items)
    await fixture.stack.idle()
    expect(journal).toEqual(['rest 1', 'rest 2'])
    const [failure] = await failuresOf('rest')
    expect(failure?.items.map(({ dynamodb }) => dynamodb.NewImage)).toEqual(items.slice(2))
    expect(failure?.record.requestContext.approximateInvokeCount).toBe(3)
    // The function named the record: it did not fail itself.
    expect(failure?.record.responseContext).toEqual({ statusCode: 200, executedVersion: '$LATEST' })
  })

  test('with endless retries, a record that is too old; an empty identifier fails the whole batch', async () => {
    await putItems(fixture.stack, [item('brief', 'old', 1, 'unnamed')])
    await fixture.stack.idle()
    const [failure] = await failuresOf('old')
    expect(failure?.record.requestContext.condition).toBe('RecordAgeExceeded')
    expect(journal).toEqual([])
    await putItems(fixture.stack, [item('brief', 'young', 1)])
    await fixture.stack.idle()
    expect(journal).toEqual(['young 1'])
  })
})
