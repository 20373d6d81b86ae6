import { BatchWriteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { db } from '../../shared/table/client.ts'
import { Store } from './store.ts'

/**
 * An in-memory table for the product's client. It answers as DynamoDB Local does, which test/simulation/store.test.ts
 * shows, at a hundredth of the cost.
 */
export class MemoryTable {
  readonly #send = db.send
  #store = emptyStore()

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
    this.#store = emptyStore()
  }

  async #answer(command: object): Promise<object> {
    await this.turn()
    if (command instanceof ScanCommand) return { Items: [...this.#store.items()] }
    if (!(command instanceof BatchWriteCommand)) return this.#store.send(command)
    for (const { PutRequest, DeleteRequest } of Object.values(command.input.RequestItems ?? {}).flat()) {
      if (PutRequest?.Item) this.#store.put(PutRequest.Item)
      if (DeleteRequest?.Key) this.#store.remove(DeleteRequest.Key)
    }
    return {}
  }
}

const emptyStore = () => new Store({ changed() {}, lag: () => 0, now: Date.now, cut: (count) => count })
