import { BatchWriteCommand, ScanCommand, type ScanCommandInput } from '@aws-sdk/lib-dynamodb'
import { db } from '../../shared/table/client.ts'
import { compareTexts, conditionOf } from './expressions.ts'
import { type Change, Store } from './store.ts'

/**
 * An in-memory table for the product's client. It answers as DynamoDB Local does, which test/simulation/store.test.ts
 * shows, at a hundredth of the cost.
 */
export class MemoryTable {
  readonly #send = db.send
  #store = this.#emptyStore()

  /** Receives every command before it is done. */
  asked: (command: object) => void = () => {}

  /** Receives every change of an item. */
  changed: (change: Change) => void = () => {}

  /** For how many milliseconds indexes show an item as it was before a write. */
  lag = 0

  /** What a call waits for before it is done. By default, calls that are made at once take turns. */
  turn: () => Promise<void> = () => new Promise(setImmediate)

  /** Sends what the product asks for to this table, until `leave` is called. */
  use(): void {
    Object.assign(db, { send: (command: object) => this.#answer(command) })
  }

  leave(): void {
    Object.assign(db, { send: this.#send })
  }

  clear(): void {
    this.#store = this.#emptyStore()
  }

  /** Deletes an item, past all conditions. */
  remove({ pk, sk }: { pk: string; sk: string }): void {
    this.#store.remove({ pk, sk })
  }

  async #answer(command: object): Promise<object> {
    await this.turn()
    this.asked(command)
    if (command instanceof ScanCommand) return this.#scan(command.input)
    if (!(command instanceof BatchWriteCommand)) return this.#store.send(command)
    for (const { PutRequest, DeleteRequest } of Object.values(command.input.RequestItems ?? {}).flat()) {
      if (PutRequest?.Item) this.#store.put(PutRequest.Item)
      if (DeleteRequest?.Key) this.#store.remove(DeleteRequest.Key)
    }
    return {}
  }

  #scan({ Segment = 0, TotalSegments = 1, Limit, ...input }: ScanCommandInput): object {
    const { ExclusiveStartKey: after, FilterExpression, ExpressionAttributeValues: values = {} } = input
    const found = [...this.#store.items()]
      .filter(({ pk }) => hashOf(String(pk)) % TotalSegments === Segment)
      .sort(compareKeys)
      .filter((item) => !after || compareKeys(item, after) > 0)
    const page = found.slice(0, Limit)
    const keeps = FilterExpression === undefined ? () => true : conditionOf(FilterExpression).run
    const last = page.length < found.length ? page.at(-1) : undefined
    return {
      Items: page.filter((item) => keeps(item, {}, values)),
      ...(last && { LastEvaluatedKey: { pk: last.pk, sk: last.sk } }),
    }
  }

  #emptyStore(): Store {
    const changed = (change: Change) => this.changed(change)
    return new Store({ changed, lag: () => this.lag, now: Date.now, cut: (count) => count })
  }
}

const hashOf = (pk: string) => [...pk].reduce((sum, character) => sum + character.charCodeAt(0), 0)

const compareKeys = (one: Record<string, unknown>, other: Record<string, unknown>): number =>
  compareTexts(String(one.pk), String(other.pk)) || compareTexts(String(one.sk), String(other.sk))
