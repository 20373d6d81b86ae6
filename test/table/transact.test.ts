import { TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { db, tableName } from '../../shared/table/client.ts'
import { transact, type Write } from '../../shared/table/transact.ts'

// Contention and throttling are what DynamoDB Local can't be made to show.
const engine = mockClient(db)

beforeEach(() => {
  engine.reset()
  // No jitter, so no waiting.
  vi.spyOn(Math, 'random').mockReturnValue(0)
})
afterEach(() => {
  vi.restoreAllMocks()
})

const put = (pk: string): Write => ({
  Put: { Item: { pk, sk: 'A' }, ConditionExpression: 'attribute_not_exists(pk)' },
})
const named = { first: put('1'), second: put('2') }

type Reason = { Code?: string; Message?: string; Item?: Record<string, { S: string }> }
const fine: Reason = { Code: 'None' }
const conflicting: Reason = { Code: 'TransactionConflict' }
const throttled: Reason = { Code: 'ThrottlingError' }
const overCapacity: Reason = { Code: 'ProvisionedThroughputExceeded' }
const failing: Reason = { Code: 'ConditionalCheckFailed' }
const failingOn = (sk: string): Reason => ({ ...failing, Item: { pk: { S: '1' }, sk: { S: sk } } })

const cancelled = (...CancellationReasons: Reason[]) =>
  new TransactionCanceledException({ message: 'Transaction cancelled', $metadata: {}, CancellationReasons })

const tries = () => engine.commandCalls(TransactWriteCommand).length

describe('a transaction', () => {
  it('writes all its parts to the one table, and has the items of failed conditions returned', async () => {
    engine.on(TransactWriteCommand).resolves({})
    expect(await transact({ first: put('1') }, [put('3')])).toEqual({ committed: true })
    const common = {
      ConditionExpression: 'attribute_not_exists(pk)',
      TableName: tableName,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }
    expect(engine.commandCalls(TransactWriteCommand)[0]?.args[0].input).toEqual({
      TransactItems: [
        { Put: { Item: { pk: '1', sk: 'A' }, ...common } },
        { Put: { Item: { pk: '3', sk: 'A' }, ...common } },
      ],
    })
    expect(tries()).toBe(1)
  })

  it('whose own new ids are there already was done by an earlier try, whose answer got lost', async () => {
    engine.on(TransactWriteCommand).rejects(cancelled(failing, fine, failing))
    expect(await transact(named, [put('3')])).toEqual({ committed: true })
    expect(tries()).toBe(1)
  })

  it('that met another is tried again', async () => {
    engine.on(TransactWriteCommand).rejectsOnce(cancelled(conflicting, fine)).resolves({})
    expect(await transact(named)).toEqual({ committed: true })
    expect(tries()).toBe(2)
  })

  it.each([
    ['conflict', 'conflicts', conflicting],
    ['unavailable', 'is throttled', throttled],
    ['unavailable', 'is over the capacity', overCapacity],
  ])('is refused with %s when it %s for ever', async (refusal, _, reason) => {
    engine.on(TransactWriteCommand).rejects(cancelled(fine, reason))
    expect(await transact(named)).toEqual({ refusal })
    expect(tries()).toBe(8)
  })

  it('is refused for what held it up last', async () => {
    engine
      .on(TransactWriteCommand)
      .rejectsOnce(cancelled(throttled, fine))
      .rejects(cancelled(conflicting, fine))
    expect(await transact(named)).toEqual({ refusal: 'conflict' })
  })

  it('that no reason is given for is contention', async () => {
    engine.on(TransactWriteCommand).rejects(cancelled())
    expect(await transact(named)).toEqual({ refusal: 'conflict' })
  })

  it('waits longer from try to try, and not alike', async () => {
    vi.mocked(Math.random).mockRestore()
    const waits: number[] = []
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((then: () => void, wait: number) => {
      waits.push(wait)
      queueMicrotask(then)
      return 0
    }) as unknown as typeof setTimeout)
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    engine.on(TransactWriteCommand).rejects(cancelled(conflicting))
    await transact(named)
    expect(waits).toEqual([20, 40, 80, 160, 320, 320, 320])
  })
})

describe('a failed condition', () => {
  it('decides at once, with the item that was there', async () => {
    engine.on(TransactWriteCommand).rejects(cancelled(failingOn('B'), fine))
    expect(await transact(named)).toEqual({
      committed: false,
      failed: new Map([['first', { pk: '1', sk: 'B' }]]),
    })
    expect(tries()).toBe(1)
  })

  it('without an item says that there was none', async () => {
    engine.on(TransactWriteCommand).rejects(cancelled(fine, failing))
    expect(await transact(named)).toEqual({ committed: false, failed: new Map([['second', undefined]]) })
  })

  it('is told with every other, in the order in which they refuse', async () => {
    engine.on(TransactWriteCommand).rejects(cancelled(failingOn('B'), failing))
    const outcome = await transact(named)
    expect('failed' in outcome && [...outcome.failed.keys()]).toEqual(['first', 'second'])
  })

  it('decides though a later part was held up', async () => {
    engine.on(TransactWriteCommand).rejects(cancelled(failing, conflicting))
    expect(await transact(named)).toEqual({ committed: false, failed: new Map([['first', undefined]]) })
    expect(tries()).toBe(1)
  })

  it.each([conflicting, throttled])(
    'does not decide after a part that was held up ($Code)',
    async (reason) => {
      engine
        .on(TransactWriteCommand)
        .rejectsOnce(cancelled(reason, failing))
        .rejects(cancelled(failingOn('B'), failing))
      expect(await transact(named)).toEqual({
        committed: false,
        failed: new Map<string, unknown>([
          ['first', { pk: '1', sk: 'B' }],
          ['second', undefined],
        ]),
      })
      expect(tries()).toBe(2)
    },
  )
})

describe('what no refusal explains is thrown', () => {
  it.each(['ValidationError', 'ItemCollectionSizeLimitExceeded'])(
    'a transaction cancelled for %s',
    async (Code) => {
      engine.on(TransactWriteCommand).rejects(cancelled(fine, { Code, Message: 'told by DynamoDB' }))
      await expect(transact(named)).rejects.toThrow(
        `A transaction was cancelled for ${Code}: told by DynamoDB`,
      )
    },
  )

  it('any other error', async () => {
    engine.on(TransactWriteCommand).rejects(new Error('the line is cut'))
    await expect(transact(named)).rejects.toThrow('the line is cut')
    expect(tries()).toBe(1)
  })
})

describe('a log', () => {
  const entry = { pk: 'LOG#acme', sk: '1' }
  const ConditionExpression = 'attribute_not_exists(pk)'

  it.each<[string, Write]>([
    ['a put over an entry', { Put: { Item: entry } }],
    ['a put on another condition', { Put: { Item: entry, ConditionExpression: 'attribute_exists(pk)' } }],
    ['an update', { Update: { Key: entry, UpdateExpression: 'SET a = :a', ConditionExpression } }],
    ['a deletion', { Delete: { Key: entry, ConditionExpression } }],
  ])('does not take %s', async (_, write) => {
    await expect(transact({ first: put('1') }, [write])).rejects.toThrow('LOG#acme')
    await expect(transact({ write })).rejects.toThrow('LOG#acme')
    expect(tries()).toBe(0)
  })

  it('takes a new entry, and a check of one', async () => {
    engine.on(TransactWriteCommand).resolves({})
    const added: Write = { Put: { Item: entry, ConditionExpression } }
    const checked: Write = { ConditionCheck: { Key: { ...entry, sk: '2' }, ConditionExpression } }
    expect(await transact({ checked }, [added])).toEqual({ committed: true })
  })
})
