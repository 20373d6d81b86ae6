import { shownEmail } from './addresses.ts'
import { type Refusal, refuse } from './refusals.ts'
import { foldName } from './texts.ts'

/** `changedAt` is RFC 3339 in UTC, so that text order is time order. */
type SourceUser = { changedAt: string }

/** A partnership, as the record of one side has it. */
type Fence = { endedAt?: string | undefined }

/**
 * Whether a state of a user belongs in the contacts of an account. During the partnership, every state does. After its
 * end, only a state from before the end does. The partnership must be read consistently, after the user.
 */
export function belongsInContacts(user: SourceUser, partnership: Fence | undefined): boolean {
  if (!partnership) return false
  return partnership.endedAt === undefined || user.changedAt <= partnership.endedAt
}

/** A partnership that was read, if it has not ended. */
export const livePartnership = <P extends Fence>(partnership: P | undefined): P | undefined =>
  partnership && partnership.endedAt === undefined ? partnership : undefined

/** A copy of a user in an owner's contacts. Copies are ordered by `epoch` first, and by `version` within it. */
type Copy = { epoch: number; version: number; removed?: true | undefined }

/** What an id of a contact can stand for, and the owner's record of the partnership with the contact's account. */
export type ContactState<C extends Copy> = {
  /** A user of the owner's own account, which is a contact without a copy. */
  ownUser?: { removed?: true | undefined } | undefined
  contact: C | undefined
  partnership: (Fence & { epoch: number }) | undefined
}

export type ContactRemoval<C extends Copy> = {
  removed: Exclude<C, { removed: true }>
  tombstone: { epoch: number; version: number }
}

/** The version of a removed contact's tombstone. Only a copy of a later partnership is newer. */
export const aboveAllVersions = Number.MAX_SAFE_INTEGER

/**
 * Removes a contact that a former partner left behind. A tombstone replaces it, so that a late copy does not bring it
 * back. Refusals: `not-found`, `contact-is-live`.
 */
export function decideRemoveContact<C extends Copy>(state: ContactState<C>): ContactRemoval<C> | Refusal {
  const { ownUser, contact, partnership } = state
  if (ownUser && !ownUser.removed) return refuse('contact-is-live')
  if (!contact || contact.removed) return refuse('not-found')
  if (livePartnership(partnership)) return refuse('contact-is-live')
  // A copy that is still under way can be of a later partnership than the contact.
  const epoch = Math.max(contact.epoch, partnership?.epoch ?? 0)
  const removed = contact as Exclude<C, { removed: true }>
  return { removed, tombstone: { epoch, version: aboveAllVersions } }
}

/** The words of a search. */
export const wordsOf = (typed: string): string[] => foldName(typed).split(/\s+/u).filter(Boolean)

/** Whether each word is part of a name or address, without case and accents. An address is compared in both spellings of its domain. */
export function matches({ name, email }: { name: string; email: string }, words: string[]): boolean {
  const text = [name, email, shownEmail(email)].map(foldName).join('\n')
  return words.every((word) => text.includes(word))
}
