import type { AddressChanges, KnownAddresses } from '../domain/confirmed-addresses.ts'
import type { Clock, UserRef } from '../domain/context.ts'
import type { IdempotencyRecord } from '../domain/idempotency.ts'
import type { Failed, Transaction } from './commit.ts'
import { userEvent } from './events.ts'
import type { AddressItem, EmailItem } from './items.ts'
import { keys } from './keys.ts'
import type { Write } from './transact.ts'

/** What a decision knows of addresses after failed conditions: see `KnownAddresses`. */
export function learnAddresses(known: KnownAddresses, failed: Failed<string>, changes: AddressChanges) {
  const claims = new Map(known.claims)
  for (const { email } of changes.claims)
    if (failed.has(claimName(email))) claims.set(email, failed.get(claimName(email)) as EmailItem | undefined)
  const shared = new Set(known.shared)
  for (const { email } of changes.left) {
    if (!failed.has(leftName(email))) continue
    const users = (failed.get(leftName(email)) as AddressItem | undefined)?.users
    if (users && users.size > 1) shared.add(email)
    else shared.delete(email)
  }
  return { claims, shared }
}

/** The names of conditional parts: an address's claim, and the item of an address that a user has left. */
const claimName = (email: string) => `claim ${email}`
const leftName = (email: string) => `left ${email}`

/** The time of a change, and its request, if that has an Idempotency-Key. */
type Made = { clock: Clock; idempotency: IdempotencyRecord | undefined }

/** The writes of addresses for a change of a user. Their conditions restate the assumptions about other users. */
export function addressWrites(
  user: UserRef,
  { added, left, claims, others }: AddressChanges,
  { clock, idempotency }: Made,
): Required<Transaction<string>> {
  return {
    conditional: {
      ...Object.fromEntries(
        left.map(({ email, shared }) => [leftName(email), leaveAddress(user, email, shared)]),
      ),
      ...(added?.once && { address: addAddressOnce(user, added.email, { clock, idempotency }) }),
      ...Object.fromEntries(claims.map((change) => [claimName(change.email), claimWrite(change)])),
    },
    unconditional: [
      ...(added && !added.once ? [addAddress(user, added.email)] : []),
      ...others.flatMap((other) => [
        confirmedWrite(other, clock),
        userEvent(other, 'user-changed', { now: clock.now, newId: clock.newId }),
      ]),
    ],
  }
}

/** Writes or deletes the claim on an address, on the condition that it is as it was seen. */
export function claimWrite({ email, before, after }: AddressChanges['claims'][number]): Write {
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

/** Another user loses or regains an address. The claim's condition is enough: it changes together with the users. */
export function confirmedWrite(
  { accountId, userId, emailConfirmed }: AddressChanges['others'][number],
  { now }: Clock,
): Write {
  return {
    Update: {
      Key: keys.user(accountId, userId),
      UpdateExpression:
        'SET emailConfirmed = :emailConfirmed, changedAt = :now REMOVE #hostVersionOnly ADD #version :one',
      ExpressionAttributeNames: { '#hostVersionOnly': 'hostVersionOnly', '#version': 'version' },
      ExpressionAttributeValues: { ':emailConfirmed': emailConfirmed, ':now': now, ':one': 1 },
    },
  }
}

/** An administrator's account uses an address once. */
function addAddressOnce({ accountId, userId }: UserRef, email: string, { clock, idempotency }: Made): Write {
  const address: AddressItem = {
    type: 'address',
    users: new Set([userId]),
    ...(idempotency && { ...idempotency, madeFor: userId, createdAt: clock.now }),
  }
  return {
    Put: {
      Item: { ...keys.address(accountId, email), ...address },
      ConditionExpression: 'attribute_not_exists(#users)',
      ExpressionAttributeNames: { '#users': 'users' },
    },
  }
}

/** The host product can give one address to several users. */
const addAddress = ({ accountId, userId }: UserRef, email: string): Write => ({
  Update: {
    Key: keys.address(accountId, email),
    UpdateExpression: 'SET #type = :type ADD #users :added',
    ExpressionAttributeNames: { '#type': 'type', '#users': 'users' },
    ExpressionAttributeValues: { ':type': 'address', ':added': new Set([userId]) },
  },
})

/** A user leaves an address, which other users may have too. */
function leaveAddress({ accountId, userId }: UserRef, email: string, shared: boolean): Write {
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
