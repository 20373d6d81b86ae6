import { db } from '../../shared/table/client.ts'
import { type Change, Store } from './store.ts'

/**
 * An in-memory table for the product's client, at a hundredth of the cost of DynamoDB Local.
 * test/simulation/store.test.ts shows that its store gives the same answers.
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
    return this.#store.send(command)
  }

  #emptyStore(): Store {
    const changed = (change: Change) => this.changed(change)
    return new Store({ changed, lag: () => this.lag, now: Date.now, cut: (count) => count })
  }
}
