/** A user's address, whether it is confirmed, and the one that takes its place once confirmed. */
export type Addresses = { email: string; emailConfirmed: boolean; pendingEmail?: string | undefined }

/** What becomes of a user's addresses when an administrator types this one. */
export function typed({ email, emailConfirmed }: Addresses, address: string): Addresses {
  if (address === email) return { email, emailConfirmed, pendingEmail: undefined }
  if (emailConfirmed) return { email, emailConfirmed, pendingEmail: address }
  return { email: address, emailConfirmed: false, pendingEmail: undefined }
}

/** The address that a confirmation e-mail goes to; undefined where none waits to be confirmed. */
export const toConfirm = ({ email, emailConfirmed, pendingEmail }: Addresses): string | undefined =>
  pendingEmail ?? (emailConfirmed ? undefined : email)

/** The addresses that a user takes up in its account. */
export const addressesOf = ({ email, pendingEmail }: Addresses): string[] =>
  pendingEmail === undefined ? [email] : [email, pendingEmail]

/** How long the link of a confirmation e-mail works. */
export const confirmationDays = 7

/** Confirmation e-mails that one account causes to one address in a UTC day. */
export const maxDailyConfirmations = 3

type User = { accountId: string; userId: string }

/**
 * Who holds a confirmed address. `named` are the users whose latest put by the host product names it, the one put last
 * at the end: it is the holder, if there is one.
 */
export type Claim = User & { named?: User[] | undefined }

/** An address remembers so many users that the host has put with it; the oldest is forgotten. */
const maxNamed = 10

export const isSameUser = (one: User, other: User): boolean =>
  one.accountId === other.accountId && one.userId === other.userId

const without = (named: User[] = [], user: User): User[] => named.filter((one) => !isSameUser(one, user))

/** The claim after the host has put a user with the address: the latest put holds it. */
export function claimOfLatestPut(claim: Claim | undefined, { accountId, userId }: User): Claim {
  const user = { accountId, userId }
  return { ...user, named: [...without(claim?.named, user), user].slice(-maxNamed) }
}

/** The claim after a user has left the address: the one put last holds it again; undefined where there is none. */
export function claimLeftBy(claim: Claim | undefined, user: User): Claim | undefined {
  if (!claim) return undefined
  const named = without(claim.named, user)
  const last = named.at(-1)
  if (!isSameUser(claim, user)) return { ...claim, named: last && named }
  return last && { ...last, named }
}
