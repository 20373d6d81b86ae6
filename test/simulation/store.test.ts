import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { expect, test } from 'vitest'
import type { Item } from '../kit/expressions.ts'
import { Random } from '../kit/random.ts'
import { Store } from '../kit/store.ts'

const { db, tableName: TableName } = await import('../../shared/table/client.ts')

const partitions = ['A', 'B']
const sorts = ['X#1', 'X#2', 'X#é', 'Y#1']
const conditions = [
  undefined,
  'attribute_not_exists(pk)',
  'attribute_exists(pk) AND #n < :n',
  '#n >= :n OR #t = :t',
  '#n <> :n OR attribute_not_exists(#n)',
  '#t IN (:t, :u)',
  'contains(#s, :t) OR size(#s) > :n',
  'begins_with(#t, :t) AND (#n <= :n OR #n > :n)',
  '#s = :s',
]
const updates = [
  'SET #n = :n, #t = :t',
  'SET #n = if_not_exists(#n, :n) + :n',
  'SET #n = #n + :n',
  'ADD #n :n, #s :s',
  'DELETE #s :s REMOVE #t',
  'REMOVE #n',
]
const rangeConditions = [
  '',
  ' AND begins_with(#range, :prefix)',
  ' AND #range > :prefix',
  ' AND #range BETWEEN :prefix AND :last',
]
const texts = ['a', 'ab', 'é', 'z']
const lists = ['L', 'M']

/** A random command, made anew for each system: the document client may change what it is given. */
function someCommand(random: Random): () => object {
  const key = { pk: random.pick(partitions), sk: random.pick(sorts) }
  const n = random.below(4)
  const t = random.pick(texts)
  const s = random.pick([['a'], ['a', 'ab'], ['z', 'é']])
  const condition = random.pick(conditions)
  const update = random.pick(updates)
  const inList = { list: random.pick(lists), position: positionOf(t, key) }
  const item = () => ({
    ...key,
    t,
    ...(n > 0 && { n }),
    ...(n > 1 && { s: new Set(s) }),
    ...(n !== 2 && inList),
  })
  const given = (text: string) => {
    const used = <T>(all: Record<string, T>): [string, T][] =>
      Object.entries(all).filter(([name]) => text.includes(name))
    const names = used({ '#n': 'n', '#t': 't', '#s': 's' })
    const values = used<unknown>({ ':n': n, ':t': t, ':u': 'z', ':s': new Set(s) })
    return {
      ...(names.length > 0 && { ExpressionAttributeNames: Object.fromEntries(names) }),
      ...(values.length > 0 && { ExpressionAttributeValues: Object.fromEntries(values) }),
    }
  }
  const conditional = (more = '') => ({
    TableName,
    ...(condition !== undefined && { ConditionExpression: condition }),
    ...given(`${condition ?? ''} ${more}`),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  })
  const put = () => ({ Item: item(), ...conditional() })
  const change = () => ({ Key: key, UpdateExpression: update, ...conditional(update) })
  const returned = random.chance(0.5) && { ReturnValues: 'UPDATED_NEW' as const }
  const remove = () => ({ Key: key, ...conditional() })
  const other = { ...key, pk: key.pk === 'A' ? 'B' : 'A' }
  const [rangeCondition, limit] = [random.pick(rangeConditions), random.pick([undefined, 1, 2, 9])]
  const forward = random.chance(0.5)
  const last = random.pick(['zz', 'X#~', '0'])
  const paging = { TableName, ...(limit !== undefined && { Limit: limit }) }
  const projection = random.chance(0.3) && { ProjectionExpression: random.pick(['sk', 'pk, t, s']) }
  const from = { pk: key.pk, sk: random.pick(sorts) }
  const isFrom = random.chance(0.3)
  const query = (hash: string, value: string, prefix: string) => ({
    ...paging,
    ...projection,
    KeyConditionExpression: `#hash = :value${rangeCondition}`,
    ExpressionAttributeNames: {
      '#hash': hash,
      ...(rangeCondition !== '' && { '#range': hash === 'pk' ? 'sk' : 'position' }),
    },
    ExpressionAttributeValues: {
      ':value': value,
      ...(rangeCondition !== '' && { ':prefix': prefix }),
      // No item is at the bound, as in the product. Bounds the wrong way round are refused.
      ...(rangeCondition.includes(':last') && { ':last': last }),
    },
    ScanIndexForward: forward,
  })
  const segments = random.pick([1, 3])
  const makers: (() => object)[] = [
    () => new PutCommand(put()),
    () => new UpdateCommand({ ...change(), ...returned }),
    () => new DeleteCommand(remove()),
    () => new GetCommand({ TableName, Key: key, ConsistentRead: true }),
    () =>
      new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [key, other], ConsistentRead: true } } }),
    () =>
      new QueryCommand({
        ...query('pk', key.pk, 'X#'),
        ConsistentRead: true,
        ...(isFrom && { ExclusiveStartKey: from }),
      }),
    () =>
      new QueryCommand({
        ...query('list', inList.list, 'a'),
        IndexName: 'list',
        ...(isFrom && { ExclusiveStartKey: { ...from, ...inList, position: positionOf(t, from) } }),
      }),
    () =>
      new ScanCommand({
        ...paging,
        ConsistentRead: true,
        TotalSegments: segments,
        ...(forward && { FilterExpression: 'sk = :sk', ExpressionAttributeValues: { ':sk': key.sk } }),
      }),
    () =>
      new BatchWriteCommand({
        RequestItems: {
          [TableName]: [{ PutRequest: { Item: item() } }, { DeleteRequest: { Key: other } }],
        },
      }),
    () =>
      new TransactWriteCommand({
        TransactItems: [{ Put: put() }, { Update: { ...change(), Key: other } }],
      }),
    () =>
      new TransactWriteCommand({
        TransactItems: [
          { Delete: remove() },
          {
            ConditionCheck: {
              ...remove(),
              ConditionExpression: condition ?? 'attribute_exists(pk)',
              Key: other,
            },
          },
        ],
      }),
  ]
  return random.pick(makers)
}

/** A place in the list that no other item has: DynamoDB has an order of its own for items of the same place. */
const positionOf = (t: string, { pk, sk }: { pk: string; sk: string }) => `${t} ${pk} ${sk}`

/** Sets come in any order. */
const plain = (item: unknown) => item && unmarshall(item as Record<string, never>)

type Answer = { [member: string]: unknown; Items?: Item[]; Responses?: Record<string, Item[]> }
type Send = (command: object) => Promise<Answer>

/** All pages of all segments: which items a page has is up to DynamoDB. */
async function scanned(send: Send, { input }: ScanCommand): Promise<Answer> {
  const items: Item[] = []
  for (let Segment = 0; Segment < (input.TotalSegments ?? 1); Segment++) {
    let from: unknown
    do {
      const { Items = [], LastEvaluatedKey } = await send(
        new ScanCommand({ ...input, Segment, ExclusiveStartKey: from as Item }),
      )
      items.push(...Items)
      from = LastEvaluatedKey
    } while (from)
  }
  return { Items: items.sort(byKey) }
}

const byKey = (one: Item, other: Item) => (`${one.pk} ${one.sk}` < `${other.pk} ${other.sk}` ? -1 : 1)

/** What a caller can tell of an answer: the result, or the error with its item and reasons. */
async function outcome(send: Send, command: object): Promise<unknown> {
  try {
    const answer = await (command instanceof ScanCommand ? scanned(send, command) : send(command))
    const { Item, Items, Responses, LastEvaluatedKey, Attributes, UnprocessedItems } = answer
    const batch = Responses?.[TableName]?.sort(byKey)
    return { Item, Items, LastEvaluatedKey, Attributes, UnprocessedItems, batch }
  } catch (error) {
    const { name, Item, CancellationReasons } = error as {
      name: string
      Item?: unknown
      CancellationReasons?: { Code: string; Item?: unknown }[]
    }
    const reasons = CancellationReasons?.map((reason) => ({ Code: reason.Code, item: plain(reason.Item) }))
    // DynamoDB cancels a transaction if an update does not fit its item, DynamoDB Local refuses it.
    if (reasons?.some(({ Code }) => Code === 'ValidationError')) return { name: 'ValidationException' }
    return { name, item: plain(Item), reasons }
  }
}

/** `npm run store` compares more of them, of other seeds. */
const commands = Number(process.env.STORE_COMMANDS ?? 400)
const seed = Number(process.env.STORE_SEED ?? 7)

test(`the simulated store answers as DynamoDB does (seed ${seed})`, async () => {
  const store = new Store({ changed: () => {}, lag: () => 0, now: () => 0, cut: (count) => count })
  const random = new Random(seed)
  for (let nth = 0; nth < commands; nth++) {
    const make = someCommand(random)
    const real = await outcome((command) => db.send(command as never) as Promise<Answer>, make())
    const simulated = await outcome(async (command) => store.send(command) as Answer, make())
    const { input } = make() as { input: object }
    expect(simulated, `command ${nth}: ${JSON.stringify(input)}`).toEqual(real)
  }
})
