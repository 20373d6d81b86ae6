import { livePartnership } from './contacts.ts'
import type { Context } from './context.ts'
import { type IdempotencyRecord, repetition } from './idempotency.ts'
import { isRefusal, type Refusal, refuse } from './refusals.ts'

export const shareKinds = ['proof', 'file', 'folder'] as const

/** The kinds of the host product's objects that can be shared. */
export type ShareKind = (typeof shareKinds)[number]

export type Share = {
  accountId: string
  partnerId: string
  /** The id of this sharing: a UUID v7. */
  sharingId: string
  kind: ShareKind
  objectId: string
  title: string
  url?: string | undefined
  sharedByName: string
  createdAt: string
  /** The latest requests with an Idempotency-Key, and their answers, the latest first. */
  requests?: (IdempotencyRecord & { status: 200 | 201 })[]
}

export type AddShare = Pick<Share, 'partnerId' | 'kind' | 'objectId' | 'title' | 'url'> & {
  idempotency?: IdempotencyRecord | undefined
}

/** The share of the same object with the same partner, and the account's record of the partnership. */
export type ShareState<S extends Share = Share> = {
  share: S | undefined
  partnership: { endedAt?: string | undefined } | undefined
}

/** A share that replaces `before`, or the answer to a command that changes nothing. */
export type ShareDecision<S extends Share = Share> =
  | { before: S | undefined; after: Share; status: 200 | 201 }
  | { unchanged: Share; status: 200 | 201 }

/** The requests that a share remembers. A repetition of an older request counts as a new one. */
const maxRequests = 5

/** Shares an object with a partner, or changes title and link of its share. Refusals: `idempotency-key-reused`, `not-partners`. */
export function decideAddShare<S extends Share>(
  { share, partnership }: ShareState<S>,
  command: AddShare,
  context: Context,
): ShareDecision<S> | Refusal {
  const { title, url, idempotency } = command
  const earlier = repetition(
    share?.requests?.find(({ request }) => request === idempotency?.request),
    idempotency,
  )
  if (isRefusal(earlier)) return earlier
  if (share && earlier) return { unchanged: { ...share, title, url }, status: earlier.status }
  if (!livePartnership(partnership)) return refuse('not-partners')
  if (share && share.title === title && share.url === url) return { unchanged: share, status: 200 }
  const status = share ? 200 : 201
  const requests = idempotency && {
    requests: [{ ...idempotency, status } as const, ...(share?.requests ?? [])].slice(0, maxRequests),
  }
  const after = { ...(share ?? newShare(command, context)), title, url, ...requests }
  return { before: share, after, status }
}

function newShare({ partnerId, kind, objectId, title }: AddShare, { by, now, newId }: Context): Share {
  const { accountId, name: sharedByName } = by
  return { accountId, partnerId, sharingId: newId(), kind, objectId, title, sharedByName, createdAt: now }
}

/** Removes the share that was read, if it is the sharing with this id. Refusal: `not-found`. */
export const decideRemoveShare = <S extends Share>(
  share: S | undefined,
  { sharingId }: { sharingId: string | undefined },
): { removed: S } | Refusal =>
  share && share.sharingId === sharingId ? { removed: share } : refuse('not-found')
