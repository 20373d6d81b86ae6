import type { UserRef } from './context.ts'

/** A user's address, whether it is confirmed, and the address that replaces it once confirmed. */
export type Addresses = { email: string; emailConfirmed: boolean; pendingEmail?: string | undefined }

/** A user's addresses after an administrator has typed this one. */
export function typed({ email, emailConfirmed }: Addresses, address: string): Addresses {
  if (address === email) return { email, emailConfirmed, pendingEmail: undefined }
  if (emailConfirmed) return { email, emailConfirmed, pendingEmail: address }
  return { email: address, emailConfirmed: false, pendingEmail: undefined }
}

/** The address for a confirmation e-mail. Undefined if none waits for a confirmation. */
export const toConfirm = ({ email, emailConfirmed, pendingEmail }: Addresses): string | undefined =>
  pendingEmail ?? (emailConfirmed ? undefined : email)

/** The addresses that a user has in its account. */
export const addressesOf = ({ email, pendingEmail }: Addresses): string[] =>
  pendingEmail === undefined ? [email] : [email, pendingEmail]

/** The validity of the link of a confirmation e-mail, in days. */
export const confirmationDays = 7

/** Confirmation e-mails that one account can send to one address in a UTC day. */
export const maxDailyConfirmations = 3

/**
 * The holder of a confirmed address. `named` are the users whose latest put by the host product names it, the last put
 * at the end. If there are any, that one is the holder.
 */
export type Claim = UserRef & { named?: UserRef[] | undefined }

/** The users that the host has put with an address and that the address remembers, the latest ones. */
const maxNamed = 10

export const isSameUser = (one: UserRef, other: UserRef): boolean =>
  one.accountId === other.accountId && one.userId === other.userId

const without = (named: UserRef[] = [], user: UserRef): UserRef[] =>
  named.filter((one) => !isSameUser(one, user))

/** The claim after the host has put a user with the address: the latest put holds it. */
export function claimOfLatestPut(claim: Claim | undefined, { accountId, userId }: UserRef): Claim {
  const user = { accountId, userId }
  return { ...user, named: [...without(claim?.named, user), user].slice(-maxNamed) }
}

/** The claim after a user has left the address: the user put last holds it again. Undefined if there is none. */
export function claimLeftBy(claim: Claim, user: UserRef): Claim | undefined {
  const named = without(claim.named, user)
  const last = named.at(-1)
  if (!isSameUser(claim, user)) return { ...claim, named: last && named }
  return last && { ...last, named }
}

/** Why a user gets an address: an administrator typed it, its reader followed a link, or the host put it. */
export type Reason = 'typed' | 'confirmed' | 'put'

/** A user whose addresses change. `named`: the host's latest put names the address. */
export type Addressee = UserRef & Addresses & { named?: true | undefined }

/**
 * What is known of other users' addresses. Until a failed condition shows otherwise, a user who leaves an address is
 * assumed to be the only one with it, so that the usual case needs no read.
 */
export type KnownAddresses = {
  /** The claims that were read or returned, by address. Undefined if there was none. */
  claims: ReadonlyMap<string, Claim | undefined>
  /** Addresses of the account that other users have too. Only the host product can cause that. */
  shared: ReadonlySet<string>
}

/** The changes of addresses that belong to one user's change. */
export type AddressChanges = {
  /** An address that the user gets in its account. If an administrator typed it, the account uses it `once`. */
  added?: { email: string; once: boolean }
  /** Addresses that the user no longer has. `shared`: other users of the account have them. */
  left: { email: string; shared: boolean }[]
  /** Changes of claims, from their known or assumed state. */
  claims: { email: string; before: Claim | undefined; after: Claim | undefined }[]
  /** Other users who lose or regain an address, and whether it is confirmed for them now. */
  others: (UserRef & { email: string; emailConfirmed: boolean })[]
}

/** The changes of addresses for a change of a user. `before` or `after` is undefined if the user did not exist or is removed. */
export function addressChanges(known: KnownAddresses, change: Change): AddressChanges {
  const { before, after, reason } = change
  const had = before ? addressesOf(before) : []
  const has = after ? addressesOf(after) : []
  const email = has.find((address) => !had.includes(address))
  const left = had.filter((address) => !has.includes(address))
  const claims = [takenClaim(known, change), leftClaim(known, change)].filter((claim) => claim !== undefined)
  const user = after ?? before
  return {
    ...(email !== undefined && reason !== 'confirmed' && { added: { email, once: reason === 'typed' } }),
    left: left.map((address) => ({ email: address, shared: known.shared.has(address) })),
    claims,
    others: user ? claims.flatMap((claim) => holderChanges(claim, user)) : [],
  }
}

type ClaimChange = AddressChanges['claims'][number]
type Change = { before: Addressee | undefined; after: Addressee | undefined; reason: Reason }

const refOf = ({ accountId, userId }: UserRef): UserRef => ({ accountId, userId })

function takenClaim({ claims }: KnownAddresses, { before: was, after: is, reason }: Change) {
  if (!is?.emailConfirmed) return undefined
  const isHeld = was?.email === is.email && was.emailConfirmed && was.named === is.named
  if (isHeld) return undefined
  const before = claims.get(is.email)
  return { email: is.email, before, after: reason === 'put' ? claimOfLatestPut(before, is) : refOf(is) }
}

function leftClaim({ claims }: KnownAddresses, { before: was, after: is }: Change): ClaimChange | undefined {
  if (!was || was.email === is?.email || !(was.emailConfirmed || was.named)) return undefined
  const before = claims.has(was.email) ? claims.get(was.email) : onlyClaimOf(was)
  return before && { email: was.email, before, after: claimLeftBy(before, was) }
}

/** The claim of a user who is the only one with the address. */
const onlyClaimOf = (user: Addressee): Claim => ({
  ...refOf(user),
  ...(user.named && { named: [refOf(user)] }),
})

/** After a change of a claim, the former holder has an unconfirmed address, and the new holder a confirmed one. */
function holderChanges({ email, before, after }: ClaimChange, user: UserRef): AddressChanges['others'] {
  if (before && after && isSameUser(before, after)) return []
  const change = (holder: Claim | undefined, emailConfirmed: boolean) =>
    holder && !isSameUser(holder, user) ? [{ ...refOf(holder), email, emailConfirmed }] : []
  return [...change(before, false), ...change(after, true)]
}
