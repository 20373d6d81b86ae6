import { shownEmail } from './addresses.ts'
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

/** What a person types to find someone, as the words that have to be found. */
export const wordsOf = (typed: string): string[] => foldName(typed).split(/\s+/u).filter(Boolean)

/** Whether each word is part of a name or address, in either spelling of its domain, whatever the case and accents. */
export function matches({ name, email }: { name: string; email: string }, words: string[]): boolean {
  const text = [name, email, shownEmail(email)].map(foldName).join('\n')
  return words.every((word) => text.includes(word))
}
