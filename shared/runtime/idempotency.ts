import { createHash } from 'node:crypto'
import type { IdempotencyRecord } from '../domain/idempotency.ts'
import type { Caller } from './caller.ts'

const digest = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('base64url')

/**
 * What an item keeps of the request that made it. An idempotency key belongs to a user and an action. Bodies are compared
 * as their schema reads them, so that two spellings of one body are equal.
 */
export const idempotencyOf = (
  { accountId, userId }: Caller,
  action: string,
  { key, body }: { key: string; body: unknown },
): IdempotencyRecord => ({ request: digest([accountId, userId, action, key]), bodyDigest: digest(body) })
