import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { type IdempotencyRecord, repetition } from '../domain/idempotency.ts'
import {
  decide,
  type InvitationAction,
  maxStandingInvitations,
  moves,
  type State,
  shown,
  statesFor,
  type Transition,
  transitions,
} from '../domain/invitation.ts'
import { quotaExceeded } from '../domain/quotas.ts'
import { isRefusal, type Refusal, refuse } from '../domain/refusals.ts'
import { db, tableName } from './client.ts'
import { commit, latest } from './commit.ts'
import { type Clock, invitationEvents } from './events.ts'
import { assign } from './expressions.ts'
import type {
  AccountItem,
  ActiveUser,
  EmailItem,
  InvitationFacts,
  InvitationItem,
  PairItem,
  PartnershipItem,
} from './items.ts'
import { inLists, inNoList, invitationHash, keys, lists, newSalt, parseInvitationId, sentBy } from './keys.ts'
import { addressQuotaKey, countOne, type InvitationLimits, quotaKey } from './quota.ts'
import { transact, type Write } from './transact.ts'

const mailFor = ({ sender, recipient, sentBy, sentByName, invitedUser, email }: InvitationItem) => ({
  sender,
  recipient,
  sentBy,
  sentByName,
  invitedUser,
  email,
})

/** The lists in which an invitation is in a state: each side's own, and that of its status there. */
function listed({ sender, recipient, sendingId }: InvitationFacts, state: State) {
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

/** An invitation that was found by a public id, if it is still of the sending that the id was given out for. */
export function invitationWithId(found: InvitationItem | undefined, id: string): InvitationItem | undefined {
  return found && found.sendingId === parseInvitationId(id)?.sendingId ? found : undefined
}

/** The write that takes an invitation from the state in which it was read to another, and only from there. */
export function invitationWrite(invitation: InvitationFacts, next: State, { now }: Clock): Write {
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

/** An invitation that is gone stands between the two accounts no longer. */
const pairWithout = (invitation: InvitationItem): Write => ({
  Update: {
    Key: keys.pair(invitation.sender, invitation.recipient),
    UpdateExpression: 'DELETE #sent :gone',
    ExpressionAttributeNames: { '#sent': sentBy(invitation.sender, invitation.recipient) },
    ExpressionAttributeValues: { ':gone': new Set([invitation.hash]) },
  },
})

type Sending = {
  /** The user's account, as it was read. */
  sender: AccountItem | undefined
  claim: EmailItem
  limits: InvitationLimits
  idempotency?: IdempotencyRecord | undefined
}

/**
 * The salt of an account. One that was put by a version of this service without salts is given its own with the first
 * invitation that it sends: one round trip more, once.
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

/**
 * Sends an invitation from the user's account to an address that the directory knows. In one transaction: the quotas,
 * that the two are no partners and not too many invitations stand between them, the invitation, its events. A
 * repetition of the request that sent it finds it as it is now.
 */
export async function sendInvitation(
  user: ActiveUser,
  clock: Clock,
  { sender, claim, limits, idempotency }: Sending,
): Promise<InvitationItem | Refusal> {
  const { accountId: recipient, userId: invitedUser, email } = claim
  const draft: InvitationItem = {
    type: 'invitation',
    state: 'pending',
    sendingId: clock.newId(),
    hash: invitationHash(await saltOf(user.accountId, sender), recipient, email),
    sender: user.accountId,
    recipient,
    email,
    invitedUser,
    sentBy: user.userId,
    sentByName: user.name,
    createdAt: clock.now,
    updatedAt: clock.now,
  }
  const invitation = { ...draft, ...listed(draft, 'pending'), ...idempotency }
  const free = statesFor('send').filter((state) => state !== 'none')
  const outcome = await transact(
    {
      quota: countOne(quotaKey(user.accountId, clock), clock, limits.perDay),
      addressQuota: countOne(addressQuotaKey(user.accountId, email, clock), clock, limits.perAddressAndDay),
      pair: {
        Update: {
          Key: keys.pair(user.accountId, recipient),
          UpdateExpression: 'SET #type = :pair ADD #sent :hashes',
          ConditionExpression:
            'attribute_not_exists(partners) AND (attribute_not_exists(#sent) OR contains(#sent, :hash) OR size(#sent) < :max)',
          ExpressionAttributeNames: { '#type': 'type', '#sent': sentBy(user.accountId, recipient) },
          ExpressionAttributeValues: {
            ':pair': 'pair',
            ':hashes': new Set([invitation.hash]),
            ':hash': invitation.hash,
            ':max': maxStandingInvitations,
          },
        },
      },
      invitation: {
        Put: {
          Item: { ...keys.invitation(invitation), ...invitation },
          ConditionExpression: `attribute_not_exists(pk) OR #state IN (${free.map((_, i) => `:free${i}`).join()})`,
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: Object.fromEntries(free.map((state, i) => [`:free${i}`, state])),
        },
      },
    },
    invitationEvents(user, clock, invitation, transitions.none.send as Transition, mailFor(invitation)),
  )
  if (isRefusal(outcome)) return outcome
  if (outcome.committed) return invitation
  const standing = outcome.failed.get('invitation') as InvitationItem | undefined
  return repetition(standing, idempotency) ?? whyNotSent(outcome.failed, clock)
}

function whyNotSent(
  failed: Map<'quota' | 'addressQuota' | 'pair' | 'invitation', unknown>,
  { now }: Clock,
): Refusal {
  if (failed.has('quota') || failed.has('addressQuota')) return quotaExceeded(now)
  if ((failed.get('pair') as PairItem | undefined)?.partners) return refuse('already-partners')
  const standing = failed.get('invitation') as InvitationItem | undefined
  const cell = standing && transitions[standing.state].send
  return cell && isRefusal(cell) ? cell : refuse('too-many-invitations')
}

/**
 * Accepts, rejects or deletes an invitation, as it was read. To accept, the pair is needed as well. Answers with the
 * invitation as it is then; when it was deleted, as it last was.
 */
export async function changeInvitation(
  user: ActiveUser,
  clock: Clock,
  action: InvitationAction,
  read: { invitation: InvitationItem | undefined; pair?: PairItem | undefined },
): Promise<InvitationItem | Refusal> {
  const done = await commit(read, {
    decide: ({ invitation }) => decide(invitation, action, { accountId: user.accountId, now: clock.now }),
    transaction: (transition, { invitation, pair }) =>
      transitionWrites(invitation as InvitationItem, { pair, transition, user, clock }),
    learn: (state, failed) => ({
      invitation: sameSending(latest(failed, 'invitation', state.invitation), state.invitation?.sendingId),
      pair: latest(failed, 'pair', state.pair),
    }),
  })
  if (isRefusal(done)) return done
  const { decision, state } = done
  const invitation = state.invitation as InvitationItem
  if (!moves(decision) || decision.next === 'none') return invitation
  return { ...invitation, state: decision.next, updatedAt: clock.now }
}

type Move = { pair: PairItem | undefined; transition: Transition; user: ActiveUser; clock: Clock }

/** The transaction that takes an invitation to its next state, on the condition that it is still in the state that was read. */
function transitionWrites(invitation: InvitationItem, { pair, transition, user, clock }: Move) {
  const { next } = transition
  return {
    conditional: {
      invitation: invitationWrite(invitation, next, clock),
      ...(next === 'none' && { pair: pairWithout(invitation) }),
      ...(next === 'accepted' && { pair: pairAsPartners(invitation, pair) }),
    },
    unconditional: [
      ...(next === 'accepted' ? acceptance(invitation, pair, clock) : []),
      ...invitationEvents(user, clock, invitation, transition, mailFor(invitation)),
    ],
  }
}

const sameSending = (found: InvitationItem | undefined, sendingId: string | undefined) =>
  found?.sendingId === sendingId ? found : undefined

const nextEpoch = (pair: PairItem | undefined) => (pair?.epoch ?? 0) + 1

/** The pair becomes partners, with the accepted invitation alone between them, if it is still the pair that was read. */
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

/** Each side's record of the partnership, and the end of every other invitation between the two. */
function acceptance(invitation: InvitationItem, pair: PairItem | undefined, { now }: Clock): Write[] {
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
