import {
  BatchGetCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { expect, test } from 'vitest'
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
const keyConditions = ['pk = :pk', 'pk = :pk AND begins_with(sk, :prefix)', 'pk = :pk AND sk > :prefix']

/** A random command, made anew for each system: the document client may change what it is given. */
function someCommand(random: Random): () => object {
  const key = { pk: random.pick(partitions), sk: random.pick(sorts) }
  const n = random.below(4)
  const t = random.pick(['a', 'ab', 'é', 'z'])
  const s = random.pick([['a'], ['a', 'ab'], ['z', 'é']])
  const condition = random.pick(conditions)
  const update = random.pick(updates)
  const item = () => ({
    ...key,
    t,
    ...(n > 0 && { n }),
    ...(n > 1 && { s: new Set(s) }),
    list: 'L',
    position: t,
  })
  const values = (text: string): Record<string, unknown> => ({
    ...(text.includes(':n') && { ':n': n }),
    ...(text.includes(':t') && { ':t': t }),
    ...(text.includes(':u') && { ':u': 'z' }),
    ...(text.includes(':s') && { ':s': new Set(s) }),
  })
  const names = (text: string): Record<string, string> => ({
    ...(text.includes('#n') && { '#n': 'n' }),
    ...(text.includes('#t') && { '#t': 't' }),
    ...(text.includes('#s') && { '#s': 's' }),
  })
  const given = (text: string) => ({
    ...(Object.keys(names(text)).length > 0 && { ExpressionAttributeNames: names(text) }),
    ...(Object.keys(values(text)).length > 0 && { ExpressionAttributeValues: values(text) }),
  })
  const conditional = (more = '') => ({
    TableName,
    ...(condition !== undefined && { ConditionExpression: condition }),
    ...given(`${condition ?? ''} ${more}`),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  })
  const put = () => ({ Item: item(), ...conditional() })
  const change = () => ({ Key: key, UpdateExpression: update, ...conditional(update) })
  const remove = () => ({ Key: key, ...conditional() })
  const other = { ...key, pk: key.pk === 'A' ? 'B' : 'A' }
  const [keyCondition, limit] = [random.pick(keyConditions), random.pick([undefined, 1, 2, 9])]
  const forward = random.chance(0.5)
  const after = random.chance(0.3) ? { pk: key.pk, sk: random.pick(sorts) } : undefined
  const makers: (() => object)[] = [
    () => new PutCommand(put()),
    () => new UpdateCommand(change()),
    () => new DeleteCommand(remove()),
    () => new GetCommand({ TableName, Key: key, ConsistentRead: true }),
    () =>
      new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [key, other], ConsistentRead: true } } }),
    () =>
      new QueryCommand({
        TableName,
        KeyConditionExpression: keyCondition,
        ExpressionAttributeValues: {
          ':pk': key.pk,
          ...(keyCondition.includes(':prefix') && { ':prefix': 'X#' }),
        },
        ConsistentRead: true,
        ScanIndexForward: forward,
        ...(limit !== undefined && { Limit: limit }),
        ...(after && { ExclusiveStartKey: after }),
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

/** Sets come in any order. */
const plain = (item: unknown) => item && unmarshall(item as Record<string, never>)

/** What a caller can tell of an answer: the result, or the error with its item and reasons. */
async function outcome(send: () => Promise<unknown> | unknown): Promise<unknown> {
  try {
    const { Item, Items, Responses, LastEvaluatedKey } = (await send()) as Record<string, unknown>
    const batch = (Responses as Record<string, { pk: string; sk: string }[]> | undefined)?.[TableName]
    return { Item, Items, LastEvaluatedKey, batch: batch?.sort((one, next) => (one.pk < next.pk ? -1 : 1)) }
  } catch (error) {
    const { name, Item, CancellationReasons } = error as {
      name: string
      Item?: unknown
      CancellationReasons?: { Code: string; Item?: unknown }[]
    }
    const reasons = CancellationReasons?.map((reason) => ({ Code: reason.Code, item: plain(reason.Item) }))
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
    const command = make() as { input: object }
    const real = await outcome(() => db.send(make() as never))
    const simulated = await outcome(() => store.send(command))
    expect(simulated, `command ${nth}: ${JSON.stringify(command.input)}`).toEqual(real)
  }
})
