import { type IdempotencyRecord, repetition } from '../domain/idempotency.ts'
import type { Refusal } from '../domain/refusals.ts'
import { lists } from './keys.ts'
import { readList } from './read.ts'

/**
 * The item that an earlier request with the same key made, as long as it exists. The index that finds it is eventually
 * consistent. Until then, a write finds the repetition when the item's own key exists.
 */
export async function madeBefore<Item extends Partial<IdempotencyRecord> & { position?: string }>(
  idempotency: IdempotencyRecord | undefined,
): Promise<Item | Refusal | undefined> {
  if (!idempotency) return undefined
  const { items } = await readList<Item>(lists.request(idempotency.request), { limit: 1 })
  return repetition(items[0], idempotency)
}
