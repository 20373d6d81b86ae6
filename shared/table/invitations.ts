import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { Clock, Context, UserRef } from '../domain/context.ts'
import type { IdempotencyRecord } from '../domain/idempotency.ts'
import {
  decide,
  decideResend,
  decideSend,
  type InvitationAction,
  lastExpired,
  maxStandingInvitations,
  moves,
  type ResendState,
  type SendDecision,
  type SendState,
  type StoredState,
  shown,
  statesFor,
  type Transition,
  type Validity,
} from '../domain/invitation.ts'
import { isRefusal, type Refusal } from '../domain/refusals.ts'
import { db, tableName } from './client.ts'
import { commit, type Failed, latest, type Transaction } from './commit.ts'
import { invitationEvents } from './events.ts'
import { assign } from './expressions.ts'
import type {
  AccountItem,
  EmailItem,
  InvitationFacts,
  InvitationItem,
  PairItem,
  PartnershipItem,
  QuotaItem,
} from './items.ts'
import { inLists, inNoList, invitationHash, keys, lists, newSalt, parseInvitationId, sentBy } from './keys.ts'
import { addressQuotaKey, countOne, countUnknownAddress, type InvitationLimits, quotaKey } from './quota.ts'
import type { Write } from './transact.ts'

/** An invitation with the data of its e-mails. */
function withMailCause(invitation: InvitationItem) {
  const { sender, recipient, sentBy, sentByName, invitedUser, email } = invitation
  return { ...invitation, mailCause: { sender, recipient, sentBy, sentByName, invitedUser, email } }
}

/** The lists of an invitation in a state: for each side, all invitations and those of the status. */
function listed({ sender, recipient, sendingId }: InvitationFacts, state: StoredState) {
  const sides = [
    ['sent', sender, shown[state].sender],
    ['received', recipient, shown[state].recipient],
  ] as const
  const all = sides.flatMap(([direction, accountId, status]) =>
    status && status !== 'accepted'
      ? [lists.invitations(direction, accountId), lists.invitations(direction, accountId, status)]
      : [],
  )
  // The position is kept in every state: the index of requests needs it too.
  return { position: sendingId, ...inNoList, ...inLists(...all) }
}

/** The invitation that was found by a public id, if it is still of the same sending. */
export function invitationWithId(found: InvitationItem | undefined, id: string): InvitationItem | undefined {
  return found && found.sendingId === parseInvitationId(id)?.sendingId ? found : undefined
}

/** Changes the state of an invitation, on the condition that it is in the state that was read. */
export function invitationWrite(
  invitation: InvitationFacts,
  next: Transition['next'],
  { now }: Context,
): Write {
  const was = { ':sendingId': invitation.sendingId, ':was': invitation.state }
  const ConditionExpression = '#sendingId = :sendingId AND #state = :was'
  if (next === 'none')
    return {
      Delete: {
        Key: keys.invitation(invitation),
        ConditionExpression,
        ExpressionAttributeNames: { '#sendingId': 'sendingId', '#state': 'state' },
        ExpressionAttributeValues: was,
      },
    }
  const update = assign({ state: next, updatedAt: now, ...listed(invitation, next) })
  return {
    Update: {
      Key: keys.invitation(invitation),
      ...update,
      ConditionExpression,
      ExpressionAttributeNames: { ...update.ExpressionAttributeNames, '#sendingId': 'sendingId' },
      ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ...was },
    },
  }
}

/** Removes a deleted invitation from the pair. */
const pairWithout = (invitation: InvitationItem): Write => ({
  Update: {
    Key: keys.pair(invitation.sender, invitation.recipient),
    UpdateExpression: 'DELETE #sent :gone',
    ExpressionAttributeNames: { '#sent': sentBy(invitation.sender, invitation.recipient) },
    ExpressionAttributeValues: { ':gone': new Set([invitation.hash]) },
  },
})

/**
 * The salt of an account. An account from before there were salts gets one with the first invitation that it sends,
 * which takes one more round trip.
 */
async function saltOf(accountId: string, account: AccountItem | undefined): Promise<string> {
  if (account?.salt !== undefined) return account.salt
  const { Attributes } = await db.send(
    new UpdateCommand({
      TableName: tableName,
      Key: keys.account(accountId),
      UpdateExpression: 'SET salt = if_not_exists(salt, :salt)',
      ExpressionAttributeValues: { ':salt': newSalt() },
      ReturnValues: 'UPDATED_NEW',
    }),
  )
  return (Attributes as { salt: string }).salt
}

/** The limits of sendings, and the request if it has an Idempotency-Key. */
type Asked = { limits: InvitationLimits; idempotency?: IdempotencyRecord | undefined }

/** The items that a sending needs: the sender's account, the claim on the address, and today's counters. */
type Sending = {
  account: AccountItem | undefined
  claim: EmailItem | undefined
  quota: QuotaItem | undefined
  addressQuota: QuotaItem | undefined
}

/**
 * Sends an invitation to an address that a user has confirmed. One transaction writes the quotas, the pair, the
 * invitation and its events. A repetition of the request returns the invitation as it is now. An address that nobody
 * has confirmed is counted. Refusals: `no-account-for-email` and those of `decideSend`.
 */
export async function sendInvitation(
  { account, claim, quota, addressQuota }: Sending,
  { limits, idempotency }: Asked,
  context: Context & Validity,
): Promise<InvitationItem | Refusal> {
  const { accountId } = context.by
  const state: SendState<InvitationItem> = {
    recipient: claim,
    isQuotaUsed:
      (quota?.count ?? 0) >= limits.perDay || (addressQuota?.count ?? 0) >= limits.perAddressAndDay,
  }
  const decideOn = (known: typeof state) => decideSend(known, { idempotency }, { ...context, accountId })
  const first = decideOn(state)
  if (isRefusal(first)) return first
  if (!claim) return countUnknownAddress(accountId, context, limits)
  const draft = await draftOf(claim, { account, context })
  const invitation = { ...draft, ...listed(draft, 'pending'), ...idempotency }
  const done = await commit(state, {
    decide: (known) => decideOn(known) as SendDecision<InvitationItem>,
    transaction: (transition: Transition) => sendWrites(invitation, { transition, limits, context }),
    learn: (known, failed: Failed<string>) => {
      const pair = failed.get('pair') as PairItem | undefined
      return {
        ...known,
        isQuotaUsed: failed.has('quota') || failed.has('addressQuota'),
        found: {
          arePartners: pair?.partners === true,
          isFull: failed.has('pair') && !pair?.partners,
          invitation: failed.get('invitation') as InvitationItem | undefined,
        },
      }
    },
  })
  if (isRefusal(done)) return done
  return 'unchanged' in done.decision ? done.decision.unchanged : invitation
}

async function draftOf(
  { accountId: recipient, userId: invitedUser, email }: EmailItem,
  { account, context: { by, now, newId } }: { account: AccountItem | undefined; context: Context },
): Promise<InvitationItem> {
  return {
    type: 'invitation',
    state: 'pending',
    sendingId: newId(),
    hash: invitationHash(await saltOf(by.accountId, account), recipient, email),
    sender: by.accountId,
    recipient,
    email,
    invitedUser,
    sentBy: by.userId,
    sentByName: by.name,
    createdAt: now,
    updatedAt: now,
  }
}

type Sent = { transition: Transition; limits: InvitationLimits; context: Context & Validity }

/** The conditions restate the facts behind `decideSend`. */
function sendWrites(invitation: InvitationItem, { transition, limits, context }: Sent): Transaction<string> {
  const { sender, recipient, hash } = invitation
  const free = statesFor('send').filter((state) => state !== 'none' && state !== 'expired')
  return {
    conditional: {
      ...countSending(invitation, limits, context),
      pair: {
        Update: {
          Key: keys.pair(sender, recipient),
          UpdateExpression: 'SET #type = :pair ADD #sent :hashes',
          ConditionExpression:
            'attribute_not_exists(partners) AND (attribute_not_exists(#sent) OR contains(#sent, :hash) OR size(#sent) < :max)',
          ExpressionAttributeNames: { '#type': 'type', '#sent': sentBy(sender, recipient) },
          ExpressionAttributeValues: {
            ':pair': 'pair',
            ':hashes': new Set([hash]),
            ':hash': hash,
            ':max': maxStandingInvitations,
          },
        },
      },
      invitation: {
        Put: {
          Item: { ...keys.invitation(invitation), ...invitation },
          ConditionExpression: `attribute_not_exists(pk) OR #state IN (${free.map((_, i) => `:free${i}`).join()}) OR (#state = :pending AND sendingId <= :expired)`,
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: {
            ...Object.fromEntries(free.map((state, i) => [`:free${i}`, state])),
            ':pending': 'pending',
            ':expired': lastExpired(context),
          },
        },
      },
    },
    unconditional: invitationEvents(withMailCause(invitation), transition, context),
  }
}

/** Counts a sending towards the sender's limits of the day. */
const countSending = ({ sender, email }: InvitationItem, limits: InvitationLimits, clock: Clock) => ({
  quota: countOne(quotaKey(sender, clock), clock, limits.perDay),
  addressQuota: countOne(addressQuotaKey(sender, email, clock), clock, limits.perAddressAndDay),
})

/**
 * Sends an invitation again, as it was read. One transaction counts it, replaces the invitation by one with a new sending
 * id, and writes its events, on the condition that the user who was invited still has the address. If another user of
 * the account has it now, that user is invited, which takes one more round trip. A repetition of the request returns
 * the invitation as it is now. Refusals: those of `decideResend`.
 */
export async function resendInvitation(
  read: { id: string; invitation: InvitationItem | undefined; quota: QuotaItem | undefined },
  { limits, idempotency }: Asked,
  context: Context & Validity,
): Promise<InvitationItem | Refusal> {
  const { by, now } = context
  const { invitation: before, quota } = read
  const sendingId = parseInvitationId(read.id)?.sendingId ?? ''
  const state: ResendState<InvitationItem> = {
    invitation: before,
    isQuotaUsed: (quota?.count ?? 0) >= limits.perDay,
    claim: before && { accountId: before.recipient, userId: before.invitedUser },
  }
  const again = {
    sendingId: context.newId(),
    sentBy: by.userId,
    sentByName: by.name,
    createdAt: now,
    updatedAt: now,
  }
  const sendingOf = ({ invitation, claim }: ResendState<InvitationItem>): InvitationItem => {
    const { request: _, bodyDigest: __, ...standing } = invitation as InvitationItem
    const sending = {
      ...standing,
      ...again,
      state: 'pending' as const,
      invitedUser: (claim as UserRef).userId,
    }
    return { ...sending, ...listed(sending, 'pending'), ...idempotency }
  }
  const done = await commit(state, {
    decide: (known) =>
      decideResend(known, { sendingId, idempotency }, { ...context, accountId: by.accountId }),
    transaction: (transition: Transition, known) => {
      const sending = sendingOf(known)
      return {
        conditional: {
          ...countSending(sending, limits, context),
          claim: stillHas(sending),
          invitation: replaces(known.invitation as InvitationItem, sending),
        },
        unconditional: invitationEvents(withMailCause(sending), transition, context),
      }
    },
    learn: (known, failed: Failed<string>) => ({
      invitation: latest(failed, 'invitation', known.invitation),
      isQuotaUsed: failed.has('quota') || failed.has('addressQuota'),
      claim: latest(failed, 'claim', known.claim),
    }),
  })
  if (isRefusal(done)) return done
  return 'unchanged' in done.decision ? done.decision.unchanged : sendingOf(done.state)
}

/** The condition that the invited user has confirmed the address, and nobody else since. */
const stillHas = ({ recipient, invitedUser, email }: InvitationItem): Write => ({
  ConditionCheck: {
    Key: keys.email(email),
    ConditionExpression: 'accountId = :accountId AND userId = :userId',
    ExpressionAttributeValues: { ':accountId': recipient, ':userId': invitedUser },
  },
})

/** Replaces an invitation by another sending of it, on the condition that it is as it was read. */
const replaces = ({ sendingId, state }: InvitationItem, sending: InvitationItem): Write => ({
  Put: {
    Item: { ...keys.invitation(sending), ...sending },
    ConditionExpression: 'sendingId = :sendingId AND #state = :state',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':sendingId': sendingId, ':state': state },
  },
})

/**
 * Accepts, rejects or deletes an invitation, as it was read. To accept, the pair is needed too. Returns the invitation
 * as it is then or, when deleted, as it was.
 */
export async function changeInvitation(
  read: { invitation: InvitationItem | undefined; pair?: PairItem | undefined },
  action: Exclude<InvitationAction, 'resend'>,
  context: Context & Validity,
): Promise<InvitationItem | Refusal> {
  const { accountId } = context.by
  const done = await commit(read, {
    decide: ({ invitation }) => decide(invitation, action, { ...context, accountId }),
    transaction: (transition, { invitation, pair }) =>
      transitionWrites({ invitation: invitation as InvitationItem, pair }, transition, context),
    learn: (state, failed) => ({
      invitation: sameSending(latest(failed, 'invitation', state.invitation), state.invitation?.sendingId),
      pair: latest(failed, 'pair', state.pair),
    }),
  })
  if (isRefusal(done)) return done
  const { decision, state } = done
  const invitation = state.invitation as InvitationItem
  if (!moves(decision) || decision.next === 'none') return invitation
  return { ...invitation, state: decision.next, updatedAt: context.now }
}

/** The transaction that changes the state of an invitation, on the condition that it is in the state that was read. */
function transitionWrites(
  { invitation, pair }: { invitation: InvitationItem; pair: PairItem | undefined },
  transition: Transition,
  context: Context,
) {
  const { next } = transition
  return {
    conditional: {
      invitation: invitationWrite(invitation, next, context),
      ...(next === 'none' && { pair: pairWithout(invitation) }),
      ...(next === 'accepted' && { pair: pairAsPartners(invitation, pair) }),
    },
    unconditional: [
      ...(next === 'accepted' ? acceptance(invitation, pair, context) : []),
      ...invitationEvents(withMailCause(invitation), transition, context),
    ],
  }
}

const sameSending = (found: InvitationItem | undefined, sendingId: string | undefined) =>
  found?.sendingId === sendingId ? found : undefined

const nextEpoch = (pair: PairItem | undefined) => (pair?.epoch ?? 0) + 1

/** Makes a pair partners, with the accepted invitation only, on the condition that the pair is as it was read. */
function pairAsPartners({ sender, recipient, hash }: InvitationItem, pair: PairItem | undefined): Write {
  const [sent, received] = [sentBy(sender, recipient), sentBy(recipient, sender)]
  const asRead = (attribute: 'epoch' | typeof sent, name: string, value: string) =>
    pair?.[attribute] === undefined ? `attribute_not_exists(${name})` : `${name} = ${value}`
  return {
    Update: {
      Key: keys.pair(sender, recipient),
      UpdateExpression: 'SET #type = :pair, partners = :true, epoch = :next, #sent = :only REMOVE #received',
      ConditionExpression: [
        asRead(sent, '#sent', ':sent'),
        asRead(received, '#received', ':received'),
        asRead('epoch', 'epoch', ':epoch'),
      ].join(' AND '),
      ExpressionAttributeNames: { '#type': 'type', '#sent': sent, '#received': received },
      ExpressionAttributeValues: {
        ':pair': 'pair',
        ':true': true,
        ':next': nextEpoch(pair),
        ':only': new Set([hash]),
        ...(pair?.[sent] && { ':sent': pair[sent] }),
        ...(pair?.[received] && { ':received': pair[received] }),
        ...(pair?.epoch !== undefined && { ':epoch': pair.epoch }),
      },
    },
  }
}

/** Writes each side's record of the partnership, and deletes every other invitation between the two. */
function acceptance(invitation: InvitationItem, pair: PairItem | undefined, { now }: Context): Write[] {
  const { sender, recipient, hash, sendingId, email } = invitation
  const side = (accountId: string, partnerId: string): Write => {
    const partnership: PartnershipItem = {
      type: 'partnership',
      accountId,
      partnerId,
      epoch: nextEpoch(pair),
      since: now,
      sender,
      hash,
      sendingId,
      email,
      position: sendingId,
      ...inLists(lists.partners(accountId)),
    }
    return { Put: { Item: { ...keys.partnership(accountId, partnerId), ...partnership } } }
  }
  const others = [
    ...[...(pair?.[sentBy(sender, recipient)] ?? [])].map((one) => ({ sender, hash: one })),
    ...[...(pair?.[sentBy(recipient, sender)] ?? [])].map((one) => ({ sender: recipient, hash: one })),
  ].filter((one) => one.sender !== sender || one.hash !== hash)
  return [
    side(sender, recipient),
    side(recipient, sender),
    ...others.map((other): Write => ({ Delete: { Key: keys.invitation(other) } })),
  ]
}
