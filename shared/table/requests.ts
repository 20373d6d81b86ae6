import { type IdempotencyRecord, repetition } from '../domain/idempotency.ts'
import type { Refusal } from '../domain/refusals.ts'
import { lists } from './keys.ts'
import { readList } from './read.ts'

/**
 * The item that an earlier request with the same key made, for as long as it exists. Found through an index, which is a
 * moment behind. Until then the item's own key shows a repetition, when the write finds that the item exists.
 */
export async function madeBefore<Item extends Partial<IdempotencyRecord> & { position?: string }>(
  idempotency: IdempotencyRecord | undefined,
): Promise<Item | Refusal | undefined> {
  if (!idempotency) return undefined
  const { items } = await readList<Item>(lists.request(idempotency.request), { limit: 1 })
  return repetition(items[0], idempotency)
}
