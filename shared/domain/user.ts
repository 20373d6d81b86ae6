import { type HostRecord, type HostWrite, isNewer } from './accounts.ts'
import { type Confirmation, waitsFor } from './confirmations.ts'
import {
  type AddressChanges,
  type Addresses,
  addressChanges,
  type Claim,
  type KnownAddresses,
  toConfirm,
  typed,
} from './confirmed-addresses.ts'
import type { Actor, Clock, UserRef } from './context.ts'
import type { EventType } from './events.ts'
import type { IdempotencyRecord } from './idempotency.ts'
import { isAdministrator, maxAdministrators, type Profile } from './profiles.ts'
import { isRefusal, type Refusal, refuse } from './refusals.ts'

export type UserFields = { email: string; name: string; profile: Profile; locale: string }

type Stored = UserRef &
  HostRecord & {
    /** Rises with each change of this user. */
    version: number
    changedAt: string
    /** The last write changed only the host's version, so there is nothing to copy. */
    hostVersionOnly?: true | undefined
  }

export type User = Stored &
  UserFields &
  Addresses & {
    /** The host's latest put names this address. */
    named?: true | undefined
    createdAt: string
    removed?: undefined
  }

/** The rest of a removed user, so that a late copy can be distinguished from a new user. */
export type Tombstone = Stored & { removed: true }

/**
 * A user, as it was read, and what its change depends on. An undefined field was not read and is assumed to allow the
 * change. The condition of the write checks it, and returns it if it fails.
 */
export type UserState = KnownAddresses & {
  user: User | Tombstone | undefined
  /** The ids of the account's administrators. */
  administrators?: ReadonlySet<string> | undefined
  /** Whether the account uses the address that an administrator types. */
  addressTaken?: boolean
  /** The user that an earlier request with the same Idempotency-Key added, or why this one is refused. */
  addedBefore?: { userId: string; createdAt: string } | Refusal | undefined
  /** Whether the address that is typed can get another confirmation e-mail today. */
  mayConfirm?: boolean
  confirmation?: Confirmation | undefined
}

/** A command to one user: by an administrator, by the host product, or, for `confirm`, by the reader of an e-mail. */
export type UserCommand =
  | { type: 'add'; key: UserRef; fields: UserFields; idempotency?: IdempotencyRecord | undefined }
  | { type: 'change'; fields: Partial<UserFields> }
  | { type: 'remove' }
  | { type: 'confirm'; digest: string }
  | { type: 'put'; key: UserRef; fields: UserFields; write: HostWrite }
  | { type: 'drop'; key: UserRef; write: HostWrite }

/** The link that confirms an address is sent, used or withdrawn. */
type ConfirmationChange =
  | { action: 'send'; email: string }
  | { action: 'use'; digest: string }
  | { action: 'withdraw' }

/** `by`: the administrator who gives the command. Undefined for the host and the reader of an e-mail. */
export type UserContext = Clock & { by?: Actor | undefined }

/** A user's change, and all that changes with it. */
export type UserChange = {
  before: User | Tombstone | undefined
  after: User | Tombstone
  addresses: AddressChanges
  /** The change of the account's administrators. The host may remove the last one. */
  administrators?: 'add' | 'remove' | 'remove-unless-last'
  confirmation?: ConfirmationChange
  /** Undefined if only the host's version changes, which is not shown. */
  event?: EventType
}

export type UserDecision = UserChange | { unchanged: User | Tombstone | undefined }

/** The state before a decision, from the user that was read and what else is known. */
export const userState = (
  user: User | Tombstone | undefined,
  known: { mayConfirm?: boolean; claim?: { email: string; claim: Claim | undefined } } = {},
): UserState => ({
  user,
  claims: new Map(known.claim && [[known.claim.email, known.claim.claim]]),
  shared: new Set(),
  mayConfirm: known.mayConfirm ?? true,
})

/**
 * Decides a command to a user. Refusals: `not-found`; to administrators `invalid-field` (too many administrators),
 * `email-taken`, `last-administrator`, `not-an-administrator`, `idempotency-key-reused`; to the host `invalid-field`,
 * `version-reused`; to a confirmation `email-taken`.
 */
export function decideUser(
  state: UserState,
  command: UserCommand,
  context: UserContext,
): UserDecision | Refusal {
  switch (command.type) {
    case 'add':
      return decideAdd(state, command, context)
    case 'change':
      return decideChange(state, command, context)
    case 'remove':
      return decideRemove(state, context)
    case 'confirm':
      return decideConfirm(state, command, context)
    case 'put':
      return decidePut(state, command, context)
    case 'drop':
      return decideDrop(state, command, context)
    default:
      return command satisfies never
  }
}

type Of<Type extends UserCommand['type']> = Extract<UserCommand, { type: Type }>

function decideAdd(state: UserState, { key, fields }: Of<'add'>, { by, now }: UserContext) {
  const dates = { changedAt: now, createdAt: now }
  const after: User = { ...key, ...fields, emailConfirmed: false, version: 1, ...dates }
  if (isRefusal(state.addedBefore)) return state.addedBefore
  if (state.addedBefore) return { unchanged: { ...after, ...state.addedBefore } }
  return typedChange(state, { before: undefined, after, event: 'user-added' }, by)
}

function decideChange(state: UserState, { fields }: Of<'change'>, { by, now }: UserContext) {
  const { user: before } = state
  if (!before || before.removed) return refuse('not-found')
  const { email, ...others } = fields
  const isNew = email !== undefined && email !== before.pendingEmail
  const addresses = isNew ? typed(before, email) : before
  const after: User = {
    ...before,
    ...others,
    email: addresses.email,
    emailConfirmed: addresses.emailConfirmed,
    pendingEmail: addresses.pendingEmail,
    named: addresses.email === before.email ? before.named : undefined,
    ...nextVersion(before, now),
  }
  if (isSame(before, after)) return { unchanged: before }
  return typedChange(state, { before, after, event: 'user-changed' }, by)
}

function decideRemove(state: UserState, { by, now }: UserContext) {
  const { user: before } = state
  if (!before || before.removed) return refuse('not-found')
  return typedChange(state, { before, after: tombstoneOf(before, now), event: 'user-removed' }, by)
}

/** A change by an administrator: the account keeps one, and uses an address once. */
function typedChange(
  state: UserState,
  { before, after, event }: { before: User | undefined; after: User | Tombstone; event: EventType },
  by: Actor | undefined,
): UserChange | Refusal {
  const administrators = administratorChange(before, after)
  const known = state.administrators
  if (administrators === 'add' && known && known.size >= maxAdministrators) return tooManyAdministrators
  // Of two administrators who demote each other, one is no longer an administrator.
  if (administrators === 'remove' && known && known.size <= 1)
    return refuse(by && known.has(by.userId) ? 'last-administrator' : 'not-an-administrator')
  const addresses = addressChanges(state, { before, after: activeUser(after), reason: 'typed' })
  if (addresses.added && state.addressTaken) return refuse('email-taken')
  return {
    before,
    after,
    addresses,
    ...(administrators && {
      administrators: administrators === 'remove' ? 'remove-unless-last' : administrators,
    }),
    ...confirmationChange(before, activeUser(after), state.mayConfirm === true),
    event,
  }
}

/** A user with a new address to confirm gets a new link, and an earlier link becomes invalid. */
function confirmationChange(
  before: User | undefined,
  after: User | undefined,
  mayConfirm: boolean,
): Pick<UserChange, 'confirmation'> {
  const email = after && toConfirm(after)
  if (email === (before && toConfirm(before))) return {}
  if (email !== undefined && mayConfirm) return { confirmation: { action: 'send', email } }
  return before ? { confirmation: { action: 'withdraw' } } : {}
}

/** Confirms the address that a link was sent to. */
function decideConfirm(state: UserState, { digest }: Of<'confirm'>, { now }: UserContext) {
  const { user: before, confirmation } = state
  if (confirmation?.digest !== digest || confirmation.until <= now) return refuse('not-found')
  if (!waitsFor(before, confirmation)) return refuse('not-found')
  const { email } = confirmation
  if (state.claims.get(email)) return refuse('email-taken')
  const after: User = {
    ...before,
    email,
    emailConfirmed: true,
    pendingEmail: undefined,
    named: undefined,
    ...nextVersion(before, now),
  }
  const addresses = addressChanges(state, { before, after, reason: 'confirmed' })
  return {
    before,
    after,
    addresses,
    confirmation: { action: 'use' as const, digest },
    event: 'user-changed' as const,
  }
}

/** Puts a user as the host has it. The address is confirmed, even if another user had it. */
function decidePut(state: UserState, { key, fields, write }: Of<'put'>, { now }: UserContext) {
  const { user } = state
  const newer = isNewer(write, user)
  if (isRefusal(newer)) return newer
  if (!newer) return { unchanged: user }
  const before = activeUser(user)
  const after: User = {
    createdAt: now,
    ...before,
    ...key,
    ...fields,
    ...write,
    emailConfirmed: true,
    pendingEmail: undefined,
    named: true,
    version: (user?.version ?? 0) + 1,
    changedAt: now,
    hostVersionOnly: undefined,
  }
  const addresses = addressChanges(state, { before, after, reason: 'put' })
  if (before && isSame(before, after))
    return {
      before,
      after: { ...before, ...write, named: true as const, hostVersionOnly: true as const },
      addresses,
    }
  const administrators = administratorChange(before, after)
  if (administrators === 'add' && (state.administrators?.size ?? 0) >= maxAdministrators)
    return tooManyAdministrators
  return {
    before: user,
    after,
    addresses,
    ...(administrators && { administrators }),
    ...confirmationChange(before, after, false),
    event: before ? ('user-changed' as const) : ('user-added' as const),
  }
}

/** Removes a user for the host. An unknown user leaves a tombstone too, so that a late put does not create it. */
function decideDrop(state: UserState, { key, write }: Of<'drop'>, { now }: UserContext) {
  const { user } = state
  const newer = isNewer(write, user)
  if (isRefusal(newer)) return newer
  if (!newer) return { unchanged: user }
  const before = activeUser(user)
  const addresses = addressChanges(state, { before, after: undefined, reason: 'put' })
  if (!before) {
    // Version 0 means that the user never existed: every change is newer, and nobody has a copy.
    const neverWas: Tombstone = { ...key, version: 0, changedAt: now, removed: true }
    return {
      before: user,
      after: { ...(user ?? neverWas), ...write, hostVersionOnly: true as const },
      addresses,
    }
  }
  const administrators = administratorChange(before, undefined)
  return {
    before,
    after: { ...tombstoneOf(before, now), ...write },
    addresses,
    ...(administrators && { administrators }),
    ...confirmationChange(before, undefined, false),
    event: 'user-removed' as const,
  }
}

const activeUser = (user: User | Tombstone | undefined): User | undefined =>
  user?.removed ? undefined : user

const nextVersion = ({ version }: User, now: string) => ({
  version: version + 1,
  changedAt: now,
  hostVersionOnly: undefined,
})

const tombstoneOf = (user: User, now: string): Tombstone => ({
  accountId: user.accountId,
  userId: user.userId,
  version: user.version + 1,
  changedAt: now,
  removed: true,
  hostVersion: user.hostVersion,
  hostDigest: user.hostDigest,
})

const isSame = (one: User, other: User): boolean =>
  one.email === other.email &&
  one.emailConfirmed === other.emailConfirmed &&
  one.pendingEmail === other.pendingEmail &&
  one.name === other.name &&
  one.profile === other.profile &&
  one.locale === other.locale

function administratorChange(before: User | undefined, after: User | Tombstone | undefined) {
  const [was, is] = [before, activeUser(after)].map(
    (user) => user !== undefined && isAdministrator(user.profile),
  )
  if (was === is) return undefined
  return is ? ('add' as const) : ('remove' as const)
}

const tooManyAdministrators = refuse('invalid-field', [
  { pointer: '/profile', detail: `An account has at most ${maxAdministrators} administrators.` },
])
