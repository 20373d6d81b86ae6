import { BatchGetCommand, GetCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb'
import { db, tableName } from './client.ts'
import type { Key, List } from './keys.ts'
import { schema } from './schema.ts'
import { allWellFormed, wellFormed } from './well-formed.ts'

type ItemOf<K> = K extends Key<infer Item> ? Item : undefined
export type ItemsOf<Keys extends readonly unknown[]> = { [I in keyof Keys]: ItemOf<Keys[I]> | undefined }

/** A page starts after a position, and has at most `limit` items. */
export type PageStart = { after?: string | undefined; limit: number }

/** `next` is the position after which the next page starts. Undefined on the last page. */
export type Page<Item> = { items: Item[]; next: string | undefined }

const maxKeysPerCall = 100

const address = ({ pk, sk }: { pk: string; sk: string }) => `${pk}\n${sk}`

/** All reads leave out malformed items, as if they did not exist, and note their keys: see well-formed.ts. */

/** One item, read consistently. Undefined if there is none. */
export async function readOne<Item>({ pk, sk }: Key<Item>): Promise<Item | undefined> {
  const { Item } = await db.send(
    new GetCommand({ TableName: tableName, Key: { pk, sk }, ConsistentRead: true }),
  )
  return wellFormed<Item>(Item)
}

/**
 * Several items in one round trip, each read consistently (not as one snapshot), in the order of the keys. Undefined if
 * there is no item or no key. The same key may come twice.
 */
export async function read<const Keys extends readonly (Key<unknown> | undefined)[]>(
  ...wanted: Keys
): Promise<ItemsOf<Keys>> {
  const found = new Map<string, unknown>()
  const distinct = new Map(wanted.flatMap((key) => (key ? [[address(key), { pk: key.pk, sk: key.sk }]] : [])))
  const left = [...distinct.values()]
  const calls: Promise<void>[] = []
  while (left.length > 0) calls.push(readBatch(left.splice(0, maxKeysPerCall), found))
  await Promise.all(calls)
  return wanted.map((key) => key && found.get(address(key))) as ItemsOf<Keys>
}

async function readBatch(batch: { pk: string; sk: string }[], found: Map<string, unknown>): Promise<void> {
  let Keys: Record<string, unknown>[] = batch
  // DynamoDB leaves keys unread if an answer would exceed 16 MB or the partition is throttled.
  for (let attempt = 0; Keys.length > 0; attempt++) {
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt))
    if (attempt > 5) throw new Error('DynamoDB kept leaving keys of a batch unread')
    const { Responses, UnprocessedKeys } = await db.send(
      new BatchGetCommand({ RequestItems: { [tableName]: { Keys, ConsistentRead: true } } }),
    )
    for (const item of Responses?.[tableName] ?? [])
      found.set(address(item as { pk: string; sk: string }), wellFormed(item))
    Keys = UnprocessedKeys?.[tableName]?.Keys ?? []
  }
}

/** A page of the items of a partition whose sort key has a prefix, read consistently. Its positions are sort keys. */
export async function readPrefix<Item>(pk: string, prefix: string, page: PageStart): Promise<Page<Item>> {
  const { stored, next } = await readStored(pk, prefix, page)
  return { items: allWellFormed<Item>(stored), next }
}

/** As `readPrefix`, with the items as they are stored, malformed ones too. */
export async function readStored(pk: string, prefix: string, { after, limit }: PageStart) {
  const { Items, LastEvaluatedKey } = await query({
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
    ConsistentRead: true,
    Limit: limit,
    ...(after !== undefined && { ExclusiveStartKey: { pk, sk: after } }),
  })
  return { stored: (Items ?? []) as { sk: string }[], next: LastEvaluatedKey?.sk as string | undefined }
}

/** A page of a partition, newest sort key first, read consistently. */
export async function readNewest<Item>(pk: string, { after, limit }: PageStart): Promise<Page<Item>> {
  const { Items } = await query({
    KeyConditionExpression: after === undefined ? 'pk = :pk' : 'pk = :pk AND sk < :after',
    ExpressionAttributeValues: { ':pk': pk, ...(after !== undefined && { ':after': after }) },
    ConsistentRead: true,
    ScanIndexForward: false,
    Limit: limit + 1,
  })
  const stored = (Items ?? []) as { sk: string }[]
  const page = stored.slice(0, limit)
  return { items: allWellFormed<Item>(page), next: stored.length > limit ? page.at(-1)?.sk : undefined }
}

/** The newest sort keys of a partition, at most `count`. The read is eventually consistent, which halves its cost. */
export async function newestSortKeys(pk: string, count: number): Promise<string[]> {
  const { Items } = await query({
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': pk },
    ProjectionExpression: 'sk',
    ScanIndexForward: false,
    Limit: count,
  })
  return ((Items ?? []) as { sk: string }[]).map(({ sk }) => sk)
}

/**
 * A page of a list: at most `limit` items, and 1 MB, after the position `after`. One more item is read to know whether
 * there is a next page. Indexes are eventually consistent: a write can appear a moment later. `above` leaves out items
 * up to that position, from a list that is read newest first.
 */
export async function readList<Item>(
  { index, name, types }: List,
  { after, above, limit, newestFirst = false }: PageStart & { above?: string; newestFirst?: boolean },
): Promise<Page<Item>> {
  if (after !== undefined && above !== undefined && after <= above) return { items: [], next: undefined }
  const range =
    after !== undefined && above !== undefined
      ? {
          condition: ' AND #at BETWEEN :above AND :before',
          values: { ':above': above, ':before': before(after) },
        }
      : after !== undefined
        ? { condition: ` AND #at ${newestFirst ? '<' : '>'} :after`, values: { ':after': after } }
        : above !== undefined && { condition: ' AND #at > :above', values: { ':above': above } }
  const { Items, LastEvaluatedKey } = await query({
    IndexName: index,
    KeyConditionExpression: `#list = :list${range ? range.condition : ''}`,
    ExpressionAttributeNames: { '#list': index, ...(range && { '#at': schema.position }) },
    ExpressionAttributeValues: { ':list': name, ...(range ? range.values : {}) },
    ScanIndexForward: !newestFirst,
    Limit: limit + 1,
  })
  const page = ((Items ?? []) as { position: string }[]).slice(0, limit)
  return { items: allWellFormed<Item>(page, ...types), next: LastEvaluatedKey && page.at(-1)?.position }
}

/** A text that is below an id and above all lesser ids of the same length. BETWEEN includes both of its ends. */
const before = (id: string) => `${id.slice(0, -1)}${String.fromCharCode(id.charCodeAt(id.length - 1) - 1)}~`

export function query(input: Omit<QueryCommandInput, 'TableName'>) {
  return db.send(new QueryCommand({ TableName: tableName, ...input }))
}
