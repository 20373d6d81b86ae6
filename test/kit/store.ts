import {
  type CancellationReason,
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  BatchWriteCommand,
  type BatchWriteCommandInput,
  DeleteCommand,
  GetCommand,
  type GetCommandInput,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  type ScanCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { schema } from '../../shared/table/schema.ts'
import {
  compareTexts,
  conditionOf,
  type Item,
  sameValue,
  updateOf,
  ValidationException,
} from './expressions.ts'

/** One item before and after a write; undefined where there is none. */
export type Change = {
  pk: string
  sk: string
  old: Item | undefined
  next: Item | undefined
  /** When it was certain; it may show later. */
  decided: number
}

type Key = { pk: string; sk: string }
type Expressions = {
  ConditionExpression?: string | undefined
  KeyConditionExpression?: string | undefined
  UpdateExpression?: string | undefined
  ExpressionAttributeNames?: Record<string, string> | undefined
  ExpressionAttributeValues?: Record<string, unknown> | undefined
}
type Write = Expressions & {
  Item?: Record<string, unknown> | undefined
  Key?: Record<string, unknown> | undefined
  ReturnValuesOnConditionCheckFailure?: string | undefined
  ReturnValues?: string | undefined
}

/** How the store departs from what one could hope for, as far as DynamoDB may: by default it doesn't. */
export type Surroundings = {
  /** Told every change when it becomes visible, in the order of each item. */
  changed(change: Change): void
  /** For how long, on the clock `now`, reads that aren't consistent, and indexes, show what was before a write. */
  lag(): number
  now(): number
  /** How many items of a page or keys of a batch are answered with, of so many. */
  cut(count: number): number
}

/** A transaction that has been decided and whose changes become visible one by one; they are locked until then. */
export type Transaction = { changes: readonly Change[]; left: Change[] }

type Paging = {
  ExclusiveStartKey?: Item | undefined
  Limit?: number | undefined
  /** The attributes of a key to go on from. */
  key: string[]
}

const addressOf = (pk: string, sk: string) => `${pk}\n${sk}`

/**
 * One table that does what DynamoDB does with the document client's commands, as far as the product uses them.
 * Whatever it doesn't know, it refuses.
 */
export class Store {
  readonly #partitions: Map<string, Map<string, Item>>
  readonly #locked = new Set<string>()
  readonly #behind = new Map<string, { until: number; old: Item | undefined }>()
  readonly #surroundings: Surroundings

  /** A copy of another store's items, or nothing to begin with. */
  constructor(surroundings: Surroundings, from?: Store) {
    this.#surroundings = surroundings
    this.#partitions = new Map()
    if (from) for (const [pk, partition] of from.#partitions) this.#partitions.set(pk, new Map(partition))
  }

  /** The item as it is, for the simulation to look at. */
  item(pk: string, sk: string): Item | undefined {
    return this.#partitions.get(pk)?.get(sk)
  }

  *items(): Generator<Item> {
    for (const partition of this.#partitions.values()) yield* partition.values()
  }

  /** Puts an item past all that may be in the way. */
  put(item: object) {
    const { pk, sk } = keyOf({ ...item })
    this.#apply({ pk, sk, old: undefined, next: checkedItem({ ...item }), decided: this.#surroundings.now() })
  }

  /** Deletes an item without any condition. */
  remove(key: Record<string, unknown>) {
    const { pk, sk } = keyOf(key)
    this.#apply({ pk, sk, old: this.item(pk, sk), next: undefined, decided: this.#surroundings.now() })
  }

  /** Does a command at once, a transaction as a whole. Rejects as the SDK would. */
  send(command: object): object {
    if (!(command instanceof TransactWriteCommand)) return this.sendOne(command)
    const transaction = this.prepare(command.input)
    while (transaction.left.length > 0) this.commitNext(transaction, 0)
    return {}
  }

  /** Does any command but a transaction. */
  sendOne(command: object): object {
    if (command instanceof GetCommand) return this.#get(command.input)
    if (command instanceof BatchGetCommand) return this.#batchGet(command.input)
    if (command instanceof QueryCommand) return this.#query(command.input)
    if (command instanceof ScanCommand) return this.#scan(command.input)
    if (command instanceof BatchWriteCommand) return this.#batchWrite(command.input)
    if (command instanceof PutCommand) return this.#write('Put', command.input)
    if (command instanceof UpdateCommand) return this.#write('Update', command.input)
    if (command instanceof DeleteCommand) return this.#write('Delete', command.input)
    throw new ValidationException(`The simulated store does not know ${command.constructor.name}`)
  }

  /** Decides a transaction: cancelled, or locked and to be committed change by change. */
  prepare({ TransactItems = [] }: TransactWriteCommandInput): Transaction {
    const parts = TransactItems.map(partOf)
    const addresses = new Set(parts.map(({ key }) => addressOf(key.pk, key.sk)))
    if (addresses.size < parts.length)
      throw new ValidationException('Transaction request cannot include multiple operations on one item')
    const reasons: CancellationReason[] = []
    const left: Change[] = []
    const decided = this.#surroundings.now()
    for (const { kind, key, write } of parts) {
      const old = this.item(key.pk, key.sk)
      if (this.#locked.has(addressOf(key.pk, key.sk))) reasons.push({ Code: 'TransactionConflict' })
      else if (!holds(write, old))
        reasons.push({ Code: 'ConditionalCheckFailed', ...(returnsOld(write) && marshalled(old)) })
      else {
        const written = kind === 'ConditionCheck' ? undefined : tried(kind, key, write, old)
        reasons.push({ Code: written === 'invalid' ? 'ValidationError' : 'None' })
        if (written && written !== 'invalid') left.push({ ...key, old, next: written.next, decided })
      }
    }
    if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons)
    for (const { pk, sk } of left) this.#locked.add(addressOf(pk, sk))
    return { changes: [...left], left }
  }

  /** Makes one of the changes that are left visible. */
  commitNext(transaction: Transaction, index: number) {
    const [change] = transaction.left.splice(index, 1)
    if (!change) throw new Error('The transaction has no such change')
    this.#locked.delete(addressOf(change.pk, change.sk))
    this.#apply(change)
  }

  #apply(change: Change) {
    const { pk, sk, old, next } = change
    const lag = this.#surroundings.lag()
    const address = addressOf(pk, sk)
    if (lag > 0 && !this.#behind.has(address))
      this.#behind.set(address, { until: this.#surroundings.now() + lag, old })
    const partition = this.#partitions.get(pk)
    if (!next) partition?.delete(sk)
    else if (partition) partition.set(sk, next)
    else this.#partitions.set(pk, new Map([[sk, next]]))
    if (!sameValue(old, next)) this.#surroundings.changed(change)
  }

  #write(kind: 'Put' | 'Update' | 'Delete', write: Write): object {
    checkMembers(kind, write)
    const key = keyOf(write.Item ?? write.Key)
    if (this.#locked.has(addressOf(key.pk, key.sk)))
      throw new TransactionConflictException({ message: 'A transaction has this item', $metadata: {} })
    const old = this.item(key.pk, key.sk)
    if (!holds(write, old))
      throw new ConditionalCheckFailedException({
        message: 'The conditional request failed',
        $metadata: {},
        ...(returnsOld(write) && marshalled(old)),
      })
    const decided = this.#surroundings.now()
    const next = nextOf(kind, key, write, old)
    this.#apply({ ...key, old, next, decided })
    return write.ReturnValues ? attributesFor(write, old) : {}
  }

  #batchWrite(input: BatchWriteCommandInput): object {
    checkMembers('BatchWrite', input)
    for (const { PutRequest, DeleteRequest } of Object.values(input.RequestItems ?? {}).flat()) {
      if (PutRequest) this.#write('Put', PutRequest)
      if (DeleteRequest) this.#write('Delete', DeleteRequest)
    }
    return { UnprocessedItems: {} }
  }

  #get(input: GetCommandInput): object {
    checkMembers('Get', input)
    const { pk, sk } = keyOf(input.Key)
    const item = this.#read(pk, sk, input.ConsistentRead)
    return item ? { Item: item } : {}
  }

  #batchGet(input: BatchGetCommandInput): object {
    checkMembers('BatchGet', input)
    const Responses: Record<string, Item[]> = {}
    const UnprocessedKeys: Record<string, { Keys: object[]; ConsistentRead: boolean | undefined }> = {}
    for (const [table, { Keys = [], ConsistentRead }] of Object.entries(input.RequestItems ?? {})) {
      if (new Set(Keys.map((key) => addressOf(key.pk, key.sk))).size < Keys.length)
        throw new ValidationException('Provided list of item keys contains duplicates')
      const count = this.#surroundings.cut(Keys.length)
      Responses[table] = Keys.slice(0, count).flatMap((key): Item[] =>
        list(this.#read(key.pk, key.sk, ConsistentRead)),
      )
      if (count < Keys.length) UnprocessedKeys[table] = { Keys: Keys.slice(count), ConsistentRead }
    }
    return { Responses, UnprocessedKeys }
  }

  #query(input: QueryCommandInput): object {
    checkMembers('Query', input)
    checkMentions(input)
    const { IndexName, KeyConditionExpression = '', ExpressionAttributeValues: values = {} } = input
    const names = input.ExpressionAttributeNames ?? {}
    const { hash, range } = indexOf(IndexName)
    const [, path = '', value = ''] = /^\s*([#\w]+)\s*=\s*(:\w+)/.exec(KeyConditionExpression) ?? []
    if ((names[path] ?? path) !== hash) throw new ValidationException(`Query without a condition on ${hash}`)
    if (IndexName !== undefined && input.ConsistentRead)
      throw new ValidationException('Consistent reads are not supported on global secondary indexes')
    const [, low = '', high = ''] = /BETWEEN (:\w+) AND (:\w+)/.exec(KeyConditionExpression) ?? []
    if (low && compareTexts(String(values[low]), String(values[high])) > 0)
      throw new ValidationException('The bounds of BETWEEN are the wrong way round')
    const matches = conditionOf(KeyConditionExpression).run
    const order = input.ScanIndexForward === false ? -1 : 1
    const from = input.ExclusiveStartKey
    if (from && !matches(from, names, values))
      throw new ValidationException('The provided starting key is outside query boundaries')
    const partition = this.#partitions.get(String(values[value]))
    const partitions = IndexName === undefined ? list(partition) : [...this.#partitions.values()]
    const found = this.#visible(partitions, input.ConsistentRead).filter(
      (item) => item[range] !== undefined && matches(item, names, values),
    )
    const compare = (one: Item, other: Item) => order * compareInIndex(one, other, range)
    const { page, ...last } = this.#page(found, compare, {
      ...input,
      key: [...new Set(['pk', 'sk', hash, range])],
    })
    const shown = input.ProjectionExpression?.split(',').map((name) => name.trim())
    return { Items: shown ? page.map((item) => picked(item, shown)) : page, ...last }
  }

  #scan(input: ScanCommandInput): object {
    checkMembers('Scan', input)
    const filter = { ...input, ConditionExpression: input.FilterExpression }
    checkMentions(filter)
    const { Segment = 0, TotalSegments = 1 } = input
    const found = this.#visible([...this.#partitions.values()], input.ConsistentRead).filter(
      ({ pk }) => hashOf(String(pk)) % TotalSegments === Segment,
    )
    const compare = (one: Item, other: Item) => compareInIndex(one, other, 'pk')
    const { page, ...last } = this.#page(found, compare, { ...input, key: ['pk', 'sk'] })
    return { Items: page.filter((item) => holds(filter, item)), ...last }
  }

  /** The items after the starting key up to the limit, and the key of the last if more may follow. */
  #page(
    found: Item[],
    compare: (one: Item, other: Item) => number,
    { ExclusiveStartKey: from, Limit = Number.POSITIVE_INFINITY, key }: Paging,
  ): { page: Item[]; LastEvaluatedKey?: Item } {
    const left = found.sort(compare).filter((item) => !from || compare(item, from) > 0)
    const page = left.slice(0, Math.min(Limit, this.#surroundings.cut(left.length)))
    const last = page.length < left.length || page.length === Limit ? page.at(-1) : undefined
    return { page, ...(last && { LastEvaluatedKey: picked(last, key) }) }
  }

  /** The items of partitions as a read sees them. A read that is not consistent also sees items deleted lately. */
  #visible(partitions: Map<string, Item>[], consistent: boolean | undefined): Item[] {
    const items = partitions.flatMap((partition) => [...partition.values()])
    if (consistent) return items
    const addresses = new Set<string>(this.#behind.keys())
    for (const { pk, sk } of items) addresses.add(addressOf(String(pk), String(sk)))
    return [...addresses].flatMap((address) => {
      const [pk = '', sk = ''] = address.split('\n')
      return list(this.#read(pk, sk, false))
    })
  }

  #read(pk: string, sk: string, consistent: boolean | undefined): Item | undefined {
    const behind = consistent ? undefined : this.#behind.get(addressOf(pk, sk))
    if (!behind) return this.item(pk, sk)
    if (this.#surroundings.now() < behind.until) return behind.old
    this.#behind.delete(addressOf(pk, sk))
    return this.item(pk, sk)
  }
}

/** What an update answers: of all return values, only UPDATED_NEW is known. */
function attributesFor(write: Write, old: Item | undefined): object {
  if (write.ReturnValues !== 'UPDATED_NEW')
    throw new ValidationException(`The simulated store does not return ${write.ReturnValues}`)
  const Attributes = {}
  update(Attributes, write, old)
  return Object.keys(Attributes).length > 0 ? { Attributes } : {}
}

/** Sets the attributes that the update expression names. */
const update = (target: Record<string, unknown>, write: Write, old: Item | undefined) =>
  updateOf(write.UpdateExpression ?? '').run(
    target,
    old,
    write.ExpressionAttributeNames ?? {},
    write.ExpressionAttributeValues ?? {},
  )

export const cancelled = (CancellationReasons: CancellationReason[]) =>
  new TransactionCanceledException({ message: 'Transaction cancelled', $metadata: {}, CancellationReasons })

type Kind = 'Put' | 'Update' | 'Delete' | 'ConditionCheck'

function partOf(part: Record<string, unknown>): { kind: Kind; key: Key; write: Write } {
  const [only, ...others] = Object.entries(part).filter(([, write]) => write !== undefined)
  if (!only || others.length > 0) throw new ValidationException('A part of a transaction is one write')
  const [kind, write] = only as [Kind, Write]
  checkMembers(kind, write)
  return { kind, key: keyOf(write.Item ?? write.Key), write }
}

/** In a transaction, an update that its item doesn't bear is a reason to cancel it. */
function tried(
  kind: Kind,
  key: Key,
  write: Write,
  old: Item | undefined,
): { next: Item | undefined } | 'invalid' {
  try {
    return { next: nextOf(kind, key, write, old) }
  } catch (error) {
    if (error instanceof ValidationException) return 'invalid'
    throw error
  }
}

function nextOf(kind: Kind, key: Key, write: Write, old: Item | undefined): Item | undefined {
  if (kind === 'Delete') return undefined
  if (kind === 'Put') return checkedItem({ ...write.Item })
  const next: Record<string, unknown> = { ...(old ?? key) }
  update(next, write, old)
  return checkedItem(next)
}

function checkedItem(item: Record<string, unknown>): Item {
  for (const attribute in item) {
    const value = item[attribute]
    if (value === undefined) delete item[attribute]
    else if (value instanceof Set && value.size === 0)
      throw new ValidationException(`A set may not be empty: ${attribute}`)
  }
  return Object.freeze(item)
}

function holds(write: Write, old: Item | undefined): boolean {
  checkMentions(write)
  if (write.ConditionExpression === undefined) return true
  return conditionOf(write.ConditionExpression).run(
    old,
    write.ExpressionAttributeNames ?? {},
    write.ExpressionAttributeValues ?? {},
  )
}

type Mentions = { names: Set<string>; values: Set<string> }
const mentions = new Map<string, Mentions>()

function mentionsOf(given: Expressions): Mentions {
  const { ConditionExpression, KeyConditionExpression, UpdateExpression } = given
  const id = `${ConditionExpression}\n${KeyConditionExpression}\n${UpdateExpression}`
  const known = mentions.get(id)
  if (known) return known
  const parts = [
    ...[ConditionExpression, KeyConditionExpression]
      .filter((expression) => expression !== undefined)
      .map(conditionOf),
    ...(UpdateExpression === undefined ? [] : [updateOf(UpdateExpression)]),
  ]
  const found = {
    names: new Set(parts.flatMap((part) => [...part.names])),
    values: new Set(parts.flatMap((part) => [...part.values])),
  }
  mentions.set(id, found)
  return found
}

/** Every name and value that is mentioned must be given, and the other way round. */
function checkMentions(given: Expressions) {
  const { names, values } = mentionsOf(given)
  checkGiven(names, given.ExpressionAttributeNames)
  checkGiven(values, given.ExpressionAttributeValues)
}

function checkGiven(mentioned: Set<string>, given: Record<string, unknown> = {}) {
  let count = 0
  for (const name in given) {
    if (given[name] === undefined) continue
    if (!mentioned.has(name)) throw new ValidationException(`${name} is unused`)
    count++
  }
  if (count < mentioned.size) throw new ValidationException(`Of ${[...mentioned]}, one is not defined`)
}

const list = <T>(one: T | undefined): T[] => (one === undefined ? [] : [one])

const picked = (item: Item, attributes: string[]): Item =>
  Object.fromEntries(attributes.map((attribute) => [attribute, item[attribute]]))

/** Decides the segment of a scan. */
const hashOf = (pk: string) => [...pk].reduce((sum, character) => sum + character.charCodeAt(0), 0)

const returnsOld = (write: Write) => write.ReturnValuesOnConditionCheckFailure === 'ALL_OLD'

/** The document client leaves the items of failures as DynamoDB sends them. */
const marshalled = (item: Item | undefined) => item && { Item: marshall(item) }

function keyOf(given: Record<string, unknown> | undefined): Key {
  const { pk, sk } = given ?? {}
  if (typeof pk !== 'string' || typeof sk !== 'string' || pk === '' || sk === '')
    throw new ValidationException('The provided key element does not match the schema')
  return { pk, sk }
}

function indexOf(name: string | undefined): { hash: string; range: string } {
  if (name === undefined) return { hash: schema.partitionKey, range: schema.sortKey }
  const hash = schema.indexes.find((index) => index === name)
  if (hash === undefined) throw new ValidationException(`The table does not have the index ${name}`)
  return { hash, range: schema.position }
}

/** Items of the same place in an index stand in an order of DynamoDB's own; here, in that of their keys. */
const compareInIndex = (one: Item, other: Item, range: string): number =>
  compareTexts(String(one[range]), String(other[range])) ||
  compareTexts(String(one.pk), String(other.pk)) ||
  compareTexts(String(one.sk), String(other.sk))

const expressions = ['ExpressionAttributeNames', 'ExpressionAttributeValues']
const conditional = [
  'TableName',
  'Key',
  'ConditionExpression',
  'ReturnValuesOnConditionCheckFailure',
  ...expressions,
]
const members: Record<string, Set<string>> = {
  Get: new Set(['TableName', 'Key', 'ConsistentRead']),
  BatchGet: new Set(['RequestItems']),
  BatchWrite: new Set(['RequestItems']),
  Scan: new Set([
    'TableName',
    'FilterExpression',
    'ConsistentRead',
    'Segment',
    'TotalSegments',
    'Limit',
    'ExclusiveStartKey',
    ...expressions,
  ]),
  Query: new Set([
    'TableName',
    'IndexName',
    'KeyConditionExpression',
    'ConsistentRead',
    'ProjectionExpression',
    'ScanIndexForward',
    'Limit',
    'ExclusiveStartKey',
    ...expressions,
  ]),
  Put: new Set(['Item', ...conditional]),
  Update: new Set(['UpdateExpression', 'ReturnValues', ...conditional]),
  Delete: new Set(conditional),
  ConditionCheck: new Set(conditional),
}

function checkMembers(kind: string, input: object) {
  for (const member in input)
    if (!members[kind]?.has(member))
      throw new ValidationException(`The simulated store does not know ${member}`)
}
