import {
  addressesOf,
  type Claim,
  claimLeftBy,
  claimOfLatestPut,
  isSameUser,
} from '../domain/confirmed-addresses.ts'
import { type Clock, hostEvent } from './events.ts'
import type { ActiveUser, AddressItem, EmailItem } from './items.ts'
import { keys, type UserRef } from './keys.ts'
import { madeBy, type RequestMark } from './requests.ts'
import type { Write } from './transact.ts'

/** Why a user takes up an address: an administrator typed it, its reader followed a link, or the host put it. */
type Reason = 'typed' | 'confirmed' | 'put'

/** A user as it was read, and as it is to be; undefined where there was or will be none. */
type Change = { was: ActiveUser | undefined; next: ActiveUser | undefined; reason: Reason }

/** The parts of a transaction that keep addresses. Their conditions restate what is assumed of other users. */
export type AddressParts = {
  named: { address?: Write; taken?: Write; left?: Write; freed?: Write; freedPending?: Write }
  unconditional: Write[]
}

/**
 * What is known of the items that hold addresses. Until a failed condition has shown otherwise, it is assumed that a user
 * who leaves an address is the only one to have it, so that the usual case needs no read.
 */
export class AddressBook {
  readonly #claims = new Map<string, EmailItem | undefined>()
  /** Addresses of the account that other users have too, which only the host product can bring about. */
  readonly #shared = new Set<string>()

  /** Remembers a claim that was read. */
  see(email: string, claim: EmailItem | undefined): void {
    this.#claims.set(email, claim)
  }

  /** Remembers the items that failed conditions have returned. */
  learn(failed: Map<string, unknown>, { was, next }: Pick<Change, 'was' | 'next'>): void {
    if (was && failed.has('left')) this.see(was.email, failed.get('left') as EmailItem | undefined)
    if (next && failed.has('taken')) this.see(next.email, failed.get('taken') as EmailItem | undefined)
    const [email, pendingEmail] = was ? addressesOf(was) : []
    for (const [part, address] of Object.entries({ freed: email, freedPending: pendingEmail })) {
      if (address === undefined || !failed.has(part)) continue
      const users = (failed.get(part) as AddressItem | undefined)?.users
      if (users && users.size > 1) this.#shared.add(address)
      else this.#shared.delete(address)
    }
  }

  /** What a change of a user writes beside the user itself. */
  parts(change: Change, clock: Clock, once?: RequestMark): AddressParts {
    const { was, next, reason } = change
    const [freed, freedPending] = this.#freed(was, next)
    const added = next && addressesOf(next).find((address) => !(was && addressesOf(was).includes(address)))
    const parts: AddressParts = {
      named: { ...(freed && { freed }), ...(freedPending && { freedPending }) },
      unconditional: [],
    }
    if (next && added !== undefined) {
      if (reason === 'typed') parts.named.address = typedAddress(next, added, once)
      else if (reason === 'put') parts.unconditional.push(putAddress(next, added))
    }
    this.#takeClaim(parts, change, clock)
    this.#leaveClaim(parts, change, clock)
    return parts
  }

  #freed(was: ActiveUser | undefined, next: ActiveUser | undefined): (Write | undefined)[] {
    if (!was) return []
    const kept = next ? addressesOf(next) : []
    return addressesOf(was).map((address) =>
      kept.includes(address) ? undefined : freeAddress(was, address, this.#shared.has(address)),
    )
  }

  #takeClaim(parts: AddressParts, { was, next, reason }: Change, clock: Clock): void {
    if (!next?.emailConfirmed) return
    const held = was?.email === next.email && was.emailConfirmed && was.named === next.named
    if (held) return
    const before = this.#claims.get(next.email)
    const after = reason === 'put' ? claimOfLatestPut(before, next) : refOf(next)
    parts.named.taken = claimWrite(next.email, before, after)
    if (reason === 'put')
      parts.unconditional.push(...holderChanges(next, next.email, { before, after }, clock))
  }

  #leaveClaim(parts: AddressParts, { was, next }: Change, clock: Clock): void {
    if (!was || was.email === next?.email || !(was.emailConfirmed || was.named)) return
    const before = this.#claims.has(was.email) ? this.#claims.get(was.email) : onlyClaimOf(was)
    if (!before) return
    const after = claimLeftBy(before, was)
    parts.named.left = claimWrite(was.email, before, after)
    parts.unconditional.push(...holderChanges(was, was.email, { before, after }, clock))
  }
}

const refOf = ({ accountId, userId }: UserRef): UserRef => ({ accountId, userId })

/** The claim of a user whom the address has no other to remember beside. */
const onlyClaimOf = (user: ActiveUser): EmailItem => ({
  type: 'email',
  email: user.email,
  ...refOf(user),
  ...(user.named && { named: [refOf(user)] }),
})

/** Writes or deletes the claim on an address, on the condition that it is as it was seen. */
function claimWrite(email: string, before: Claim | undefined, after: Claim | undefined): Write {
  const condition = before
    ? {
        ConditionExpression: `accountId = :accountId AND userId = :userId AND ${before.named ? 'named = :named' : 'attribute_not_exists(named)'}`,
        ExpressionAttributeValues: {
          ':accountId': before.accountId,
          ':userId': before.userId,
          ...(before.named && { ':named': before.named }),
        },
      }
    : { ConditionExpression: 'attribute_not_exists(pk)' }
  if (!after) return { Delete: { Key: keys.email(email), ...condition } }
  const { accountId, userId, named } = after
  const claim: EmailItem = { type: 'email', email, accountId, userId, ...(named && { named }) }
  return { Put: { Item: { ...keys.email(email), ...claim }, ...condition } }
}

/**
 * What a change of an address's holder does to others than the user who took or left it: the one who held it stands with
 * an unconfirmed address, the one who holds it again with a confirmed one. Both get a new version and tell their account.
 * That the claim is as it was seen is condition enough: it changes together with the users.
 */
function holderChanges(
  user: UserRef,
  email: string,
  { before, after }: { before: Claim | undefined; after: Claim | undefined },
  clock: Clock,
): Write[] {
  if (before && after && isSameUser(before, after)) return []
  const change = (holder: Claim | undefined, emailConfirmed: boolean): Write[] =>
    holder && !isSameUser(holder, user)
      ? [
          confirmedWrite(holder, emailConfirmed, clock),
          hostEvent(clock, 'user-changed', { ...holder, email }),
        ]
      : []
  return [...change(before, false), ...change(after, true)]
}

const confirmedWrite = ({ accountId, userId }: UserRef, emailConfirmed: boolean, { now }: Clock): Write => ({
  Update: {
    Key: keys.user(accountId, userId),
    UpdateExpression:
      'SET emailConfirmed = :emailConfirmed, changedAt = :now REMOVE #silent ADD #version :one',
    ExpressionAttributeNames: { '#silent': 'silent', '#version': 'version' },
    ExpressionAttributeValues: { ':emailConfirmed': emailConfirmed, ':now': now, ':one': 1 },
  },
})

/** An administrator's account uses an address once. */
function typedAddress(
  { accountId, userId, createdAt }: ActiveUser,
  email: string,
  once?: RequestMark,
): Write {
  const address: AddressItem = {
    type: 'address',
    users: new Set([userId]),
    ...(once && { ...madeBy(once), madeFor: userId, createdAt }),
  }
  return {
    Put: {
      Item: { ...keys.address(accountId, email), ...address },
      ConditionExpression: 'attribute_not_exists(#users)',
      ExpressionAttributeNames: { '#users': 'users' },
    },
  }
}

/** The host product is not bound to use an address once. */
const putAddress = ({ accountId, userId }: ActiveUser, email: string): Write => ({
  Update: {
    Key: keys.address(accountId, email),
    UpdateExpression: 'SET #type = :type ADD #users :added',
    ExpressionAttributeNames: { '#type': 'type', '#users': 'users' },
    ExpressionAttributeValues: { ':type': 'address', ':added': new Set([userId]) },
  },
})

/** A user has an address no longer; others may. */
function freeAddress({ accountId, userId }: UserRef, email: string, shared: boolean): Write {
  const Key = keys.address(accountId, email)
  const ExpressionAttributeNames = { '#users': 'users' }
  const mine = new Set([userId])
  return shared
    ? {
        Update: {
          Key,
          UpdateExpression: 'DELETE #users :mine',
          ConditionExpression: 'size(#users) > :one',
          ExpressionAttributeNames,
          ExpressionAttributeValues: { ':mine': mine, ':one': 1 },
        },
      }
    : {
        Delete: {
          Key,
          ConditionExpression: 'attribute_not_exists(#users) OR #users = :mine',
          ExpressionAttributeNames,
          ExpressionAttributeValues: { ':mine': mine },
        },
      }
}
