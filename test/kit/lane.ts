import { handler } from '../../functions/sync-contacts.ts'
import { db } from '../../shared/table/client.ts'
import type { CopyItem, PartnershipItem, UserItem } from '../../shared/table/items.ts'
import { deliver, recordOf } from './deliver.ts'

type Source = UserItem | PartnershipItem | CopyItem

/** As the mapping has it. */
const maxTries = 11

/**
 * One lane of the table's stream, in this process: records wait for each other and go to sync-contacts, and the items that
 * it leaves to go on from become records at the end. In AWS a shard has ten lanes, so one is the worst that can be met.
 */
export class Lane {
  readonly #records: Source[] = []

  constructor() {
    db.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args)
        const { Item } = args.input as { Item?: Source }
        if (Item?.type === 'copy') this.#records.push(Item)
        return result
      },
      { step: 'initialize', name: 'lane', override: true },
    )
  }

  /** What was written to the table becomes a record. */
  add(item: Source): void {
    this.#records.push(item)
  }

  /** Delivers the next record, again if it fails, and says what it was; undefined when there is none. */
  async deliver(): Promise<Source | undefined> {
    const [item] = this.#records
    if (!item) return undefined
    for (let tries = 0; tries < maxTries; tries++) {
      if ((await deliver(handler, [recordOf(item)])) > 0) continue
      this.#records.shift()
      return item
    }
    throw new Error('A record could not be handled')
  }

  /** Delivers all records; answers with how many there were. `look` is called after each. */
  async drain(look: () => void = () => {}): Promise<number> {
    for (let delivered = 0; ; delivered++) {
      if (!(await this.deliver())) return delivered
      look()
    }
  }
}
