import { shownEmail } from './addresses.ts'
import { type Refusal, refuse } from './refusals.ts'
import { foldName } from './users.ts'

/** The parts of a user that a copy is judged by. `changedAt` is RFC 3339 in UTC, so that text order is time order. */
type SourceUser = { changedAt: string }

/** A partnership as one of its sides records it. Each one between the same two accounts has a higher `epoch`. */
type Fence = { endedAt?: string | undefined }

/**
 * Whether a state of a user belongs in the contacts of an account: while the partnership lasts, and after its end
 * only a state from before, which was still under way. The partnership must have been read, consistently, after the user.
 */
export const belongsInContacts = (user: SourceUser, partnership: Fence | undefined): boolean =>
  partnership !== undefined && (partnership.endedAt === undefined || user.changedAt <= partnership.endedAt)

/** A partnership that was read, if it has not ended. */
export const livePartnership = <P extends Fence>(partnership: P | undefined): P | undefined =>
  partnership && partnership.endedAt === undefined ? partnership : undefined

/** A copy of a user in an owner's contacts. Copies are ordered by `epoch` first, and by `version` within it. */
type Copy = { epoch: number; removed?: true | undefined }

/** A contact, and the owner's record of the partnership with the contact's account. */
export type ContactState<C extends Copy> = {
  contact: C | undefined
  partnership: (Fence & { epoch: number }) | undefined
}

export type ContactRemoval<C extends Copy> = {
  removed: Exclude<C, { removed: true }>
  tombstone: { epoch: number; version: number }
}

/** The version of a removed contact's tombstone: no copy of the same partnership is newer, and every copy of a later one is. */
export const aboveAllVersions = Number.MAX_SAFE_INTEGER

/**
 * Removes a contact that a former partner left behind. A tombstone takes its place, so that no late copy brings it back
 * before a new partnership does. Refusals: `not-found`, `contact-is-live`.
 */
export function decideRemoveContact<C extends Copy>({
  contact,
  partnership,
}: ContactState<C>): ContactRemoval<C> | Refusal {
  if (!contact || contact.removed) return refuse('not-found')
  if (livePartnership(partnership)) return refuse('contact-is-live')
  // What is still under way may be of a later partnership than the contact is.
  const epoch = Math.max(contact.epoch, partnership?.epoch ?? 0)
  const removed = contact as Exclude<C, { removed: true }>
  return { removed, tombstone: { epoch, version: aboveAllVersions } }
}

/** What a person types to find someone, as the words that have to be found. */
export const wordsOf = (typed: string): string[] => foldName(typed).split(/\s+/u).filter(Boolean)

/** Whether each word is part of a name or address, in either spelling of its domain, whatever the case and accents. */
export function matches({ name, email }: { name: string; email: string }, words: string[]): boolean {
  const text = [name, email, shownEmail(email)].map(foldName).join('\n')
  return words.every((word) => text.includes(word))
}
