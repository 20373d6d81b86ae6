import { type Refusal, refuse } from './refusals.ts'

/** A request with an Idempotency-Key: a digest of user, route and key, and one of its body. */
export type IdempotencyRecord = { request: string; bodyDigest: string }

/** The record if this request repeats its request. Refusal: `idempotency-key-reused` if the body is another one. */
export function repetition<Record extends Partial<IdempotencyRecord>>(
  record: Record | undefined,
  request: IdempotencyRecord | undefined,
): Record | Refusal | undefined {
  if (!record || !request || record.request !== request.request) return undefined
  return record.bodyDigest === request.bodyDigest ? record : refuse('idempotency-key-reused')
}
