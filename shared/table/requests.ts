import { type Refusal, refuse } from '../domain/refusals.ts'
import type { Made } from './items.ts'
import { lists } from './keys.ts'
import { readList } from './read.ts'

/** A request with an Idempotency-Key: a digest of user, route and key, and one of what it asked for. */
export type RequestMark = { request: string; asked: string }

/** What an item keeps of the request that made it. */
export const madeBy = (mark: RequestMark | undefined): Made =>
  mark ? { list5: lists.requests(mark.request), asked: mark.asked } : {}

/**
 * The item, if it was made by this request, which is then a repetition; undefined if not. `idempotency-key-reused` where
 * the request asks for something else than it did then.
 */
export function repeated<Item extends Made>(
  item: Item | undefined,
  mark: RequestMark | undefined,
): Item | Refusal | undefined {
  if (!item || !mark || item.list5 !== lists.requests(mark.request)) return undefined
  return item.asked === mark.asked ? item : refuse('idempotency-key-reused')
}

/**
 * The item that an earlier request with the same key made, for as long as it exists. Found through an index, which is a
 * moment behind; until then the item's own key tells a repetition, when the write finds it taken.
 */
export async function madeBefore<Item extends Made & { position?: string }>(
  mark: RequestMark | undefined,
): Promise<Item | Refusal | undefined> {
  if (!mark) return undefined
  const { items } = await readList<Item>('gsi5', lists.requests(mark.request), { limit: 1 })
  return repeated(items[0], mark)
}
