import type { Context, UserRef } from '../domain/context.ts'
import { type IdempotencyRecord, repetition } from '../domain/idempotency.ts'
import { maxAdministrators } from '../domain/profiles.ts'
import { isRefusal, type Refusal } from '../domain/refusals.ts'
import { foldName } from '../domain/texts.ts'
import {
  decideUser,
  type UserChange,
  type UserCommand,
  type UserContext,
  type UserFields,
  type UserState,
  userState,
} from '../domain/user.ts'
import { addressWrites, learnAddresses } from './addresses.ts'
import { commit, type Failed, latest, type Transaction } from './commit.ts'
import {
  consumeConfirmation,
  countConfirmation,
  maySendConfirmation,
  newConfirmation,
  withdrawConfirmation,
} from './confirmation-items.ts'
import { userEvent } from './events.ts'
import type { AccountItem, ActiveUser, AddressItem, Listed, QuotaItem, UserItem } from './items.ts'
import { contactPosition, inLists, keys, lists } from './keys.ts'
import type { Write } from './transact.ts'

/** The item of a user, in the lists of its account's contacts and users. */
export function userItem(user: Omit<ActiveUser, 'type' | 'position' | keyof Listed>): ActiveUser {
  const { accountId, userId, name } = user
  return {
    ...user,
    type: 'user',
    position: contactPosition(foldName(name), accountId, userId),
    ...inLists(lists.contacts(accountId), lists.contactsOfKind(accountId, 'user')),
  }
}

/**
 * Decides a command to a user, and writes the user and all that changes with it in one transaction: see `UserChange`.
 * Returns the user as it is then, undefined if there is none. Refusals: those of `decideUser`.
 */
export async function commitUser(
  read: UserState,
  command: UserCommand,
  context: UserContext,
): Promise<UserItem | undefined | Refusal> {
  const added = command.type === 'add' ? { idempotency: command.idempotency } : undefined
  const done = await commit(read, {
    decide: (state) => decideUser(state, command, context),
    transaction: (change: UserChange) => userWrites(change, context, added),
    learn: (state: UserState, failed: Failed<string>, { addresses }) => ({
      user: latest(failed, 'user', state.user),
      confirmation: latest(failed, 'confirmation', state.confirmation),
      ...learnAddresses(state, failed, addresses),
      ...(failed.has('administrators') && {
        administrators:
          (failed.get('administrators') as AccountItem | undefined)?.administrators ?? new Set<string>(),
      }),
      addressTaken: failed.has('address'),
      addedBefore: addedBefore(failed.get('address') as AddressItem | undefined, added?.idempotency),
      mayConfirm: state.mayConfirm && !failed.has('quota'),
    }),
  })
  if (isRefusal(done)) return done
  const user = 'unchanged' in done.decision ? done.decision.unchanged : done.decision.after
  return user && itemOf(user)
}

const itemOf = (user: UserChange['after']): UserItem =>
  user.removed ? { ...user, type: 'user' } : userItem(user)

/** The user that an earlier request with the same Idempotency-Key added, if it still has the address. */
function addedBefore(address: AddressItem | undefined, idempotency: IdempotencyRecord | undefined) {
  if (address?.madeFor === undefined || !address.users?.has(address.madeFor)) return undefined
  const earlier = repetition(address, idempotency)
  if (!earlier || isRefusal(earlier)) return earlier
  return { userId: address.madeFor, createdAt: address.createdAt ?? '' }
}

/** @param added the request that adds the user. The user's id is new, so the write can't fail on its condition. */
function userWrites(
  { before, after, addresses, administrators, confirmation, event }: UserChange,
  context: UserContext,
  added?: { idempotency: IdempotencyRecord | undefined },
): Transaction<string> {
  const { accountId, userId } = after
  const item = { ...keys.user(accountId, userId), ...itemOf(after), ...added?.idempotency }
  const user: Write = { Put: { Item: item, ...asRead(before) } }
  const writes = addressWrites(after, addresses, { clock: context, idempotency: added?.idempotency })
  const shown = after.removed ? before : after
  return {
    conditional: {
      ...(confirmation?.action === 'use' && {
        confirmation: consumeConfirmation(after, confirmation.digest),
      }),
      ...(!added && { user }),
      ...(administrators === 'add' && { administrators: withAdministrator(after) }),
      ...(administrators === 'remove-unless-last' && {
        administrators: withoutAdministrator(after, { last: false }),
      }),
      ...writes.conditional,
      ...(confirmation?.action === 'send' && {
        quota: countConfirmation(accountId, confirmation.email, context),
      }),
    },
    unconditional: [
      ...(added ? [user] : []),
      ...writes.unconditional,
      ...(administrators === 'remove' ? [withoutAdministrator(after, { last: true })] : []),
      ...(confirmation?.action === 'send' ? [newConfirmation(after, confirmation.email, context)] : []),
      ...(confirmation?.action === 'withdraw' ? [withdrawConfirmation(after)] : []),
      ...(event && shown && !shown.removed ? [userEvent(shown, event, context)] : []),
    ],
  }
}

/** The count of today's confirmation e-mails to an address, if there is one. */
type Confirmations = { confirmations?: QuotaItem | undefined }

/**
 * Adds a user to the account of an administrator. The address is unconfirmed, and gets a confirmation e-mail within the
 * daily limit of the account. It does not matter whether another account has the address. A repetition of the request
 * returns the user as it was added. Refusals: `invalid-field`, `email-taken`, `idempotency-key-reused`.
 */
export function addUser(
  { confirmations }: Confirmations,
  { fields, idempotency }: { fields: UserFields; idempotency?: IdempotencyRecord | undefined },
  context: Context,
): Promise<ActiveUser | Refusal> {
  const state = userState(undefined, { mayConfirm: maySendConfirmation(confirmations) })
  const key = { accountId: context.by.accountId, userId: context.newId() }
  return commitUser(state, { type: 'add', key, fields, idempotency }, context) as Promise<
    ActiveUser | Refusal
  >
}

/**
 * Changes the fields of a user, as it was read. A new address replaces an unconfirmed one, and is pending beside a
 * confirmed one. Refusals: `not-found`, `invalid-field`, `email-taken`, `last-administrator`.
 */
export function changeUser(
  { user, confirmations }: Confirmations & { user: UserItem | undefined },
  fields: Partial<UserFields>,
  context: Context,
): Promise<ActiveUser | Refusal> {
  const state = userState(user, { mayConfirm: maySendConfirmation(confirmations) })
  return commitUser(state, { type: 'change', fields }, context) as Promise<ActiveUser | Refusal>
}

/** Removes a user of an administrator's account, as it was read. Refusals: `not-found`, `last-administrator`. */
export async function removeUser(user: UserItem | undefined, context: Context): Promise<Refusal | undefined> {
  const removed = await commitUser(userState(user), { type: 'remove' }, context)
  return isRefusal(removed) ? removed : undefined
}

/** The condition that a user is as it was read, or still does not exist. The host's version can rise without the user's own. */
export const asRead = (user: { version: number; hostVersion?: number | undefined } | undefined) =>
  user
    ? {
        ConditionExpression: `#version = :read AND ${user.hostVersion === undefined ? 'attribute_not_exists(hostVersion)' : 'hostVersion = :hostVersion'}`,
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: {
          ':read': user.version,
          ...(user.hostVersion !== undefined && { ':hostVersion': user.hostVersion }),
        },
      }
    : { ConditionExpression: 'attribute_not_exists(pk)' }

const withAdministrator = ({ accountId, userId }: UserRef): Write => ({
  Update: {
    Key: keys.account(accountId),
    UpdateExpression: 'ADD administrators :added',
    ConditionExpression: 'attribute_not_exists(administrators) OR size(administrators) < :max',
    ExpressionAttributeValues: { ':added': new Set([userId]), ':max': maxAdministrators },
  },
})

/** @param last whether it may be the account's last one */
const withoutAdministrator = ({ accountId, userId }: UserRef, { last }: { last: boolean }): Write => ({
  Update: {
    Key: keys.account(accountId),
    UpdateExpression: 'DELETE administrators :removed',
    ...(!last && { ConditionExpression: 'size(administrators) > :one' }),
    ExpressionAttributeValues: { ':removed': new Set([userId]), ...(!last && { ':one': 1 }) },
  },
})
