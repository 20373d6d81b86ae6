import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { db, tableName } from './client.ts'
import type { SliceItem } from './items.ts'
import { keys } from './keys.ts'
import { readOne } from './read.ts'

/** Every account's contacts are compared once in so many days. */
export const slices = 28

/**
 * The slice to continue: the present one until it is done, then the next one, at most one a day. Undefined when the
 * slice of `today` (a UTC day as in 2026-11-23) is done.
 */
export async function currentSlice(today: string): Promise<SliceItem | undefined> {
  const kept = await readOne(keys.slice())
  if (!kept) return { type: 'slice', slice: 0, day: today, done: false }
  if (!kept.done) return kept
  if (kept.day === today) return undefined
  return { type: 'slice', slice: (kept.slice + 1) % slices, day: today, done: false }
}

/** Stores the progress of a slice. Two writers at once only make a part of it be compared twice. */
export async function keepSlice(item: SliceItem): Promise<void> {
  await db.send(new PutCommand({ TableName: tableName, Item: { ...keys.slice(), ...item } }))
}
