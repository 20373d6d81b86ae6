import { livePartnership } from './contacts.ts'
import type { UserRef } from './context.ts'
import type { EventType, MailKind } from './events.ts'
import { type IdempotencyRecord, repetition } from './idempotency.ts'
import { quotaExceeded } from './quotas.ts'
import { isRefusal, type Refusal, type RefusalCode, refuse } from './refusals.ts'

/**
 * `dismissed`: the recipient deleted it, and the sender still has it; it was a request, or a partnership. `expired`: it
 * is stored as pending, and was sent too long ago.
 */
export type State =
  | 'none'
  | 'pending'
  | 'rejected'
  | 'dismissed-request'
  | 'dismissed-partnership'
  | 'accepted'
  | 'expired'

/** The states that are stored. Time alone makes a pending invitation expire: see `stateAt`. */
export type StoredState = Exclude<State, 'none' | 'expired'>

export type Side = 'sender' | 'recipient'

/** The commands to an invitation, and to the partnership that it became. */
export type Command =
  | 'send'
  | 'accept'
  | 'reject'
  | 'delete-by-sender'
  | 'delete-by-recipient'
  | 'end-by-sender'
  | 'end-by-recipient'
  | 'resend'

/** A change of state: the event in each side's log, and the e-mail that the sender's event causes. */
export type Transition = {
  next: StoredState | 'none'
  events: Partial<Record<Side, EventType>>
  mail?: MailKind
}

/** What a command does in a state: a change, no change, or a refusal. */
export type Cell = Transition | { unchanged: true } | Refusal

const to = (next: Transition['next'], events: Transition['events'], mail?: MailKind): Transition =>
  mail ? { next, events, mail } : { next, events }
const both = (event: EventType): Transition['events'] => ({ sender: event, recipient: event })
const unchanged = { unchanged: true } as const
const sending = to('pending', both('invitation-sent'), 'invitation-sent')

/**
 * The table of states: what each command does in each state. Conditions of writes, refusals, `actions` and the diagram
 * in docs/ come from it. No other place has rules about states.
 */
export const transitions: Record<State, Record<Command, Cell>> = {
  none: {
    send: sending,
    accept: refuse('not-found'),
    reject: refuse('not-found'),
    'delete-by-sender': refuse('not-found'),
    'delete-by-recipient': refuse('not-found'),
    'end-by-sender': refuse('not-found'),
    'end-by-recipient': refuse('not-found'),
    resend: refuse('not-found'),
  },
  pending: {
    send: refuse('invitation-pending'),
    accept: to('accepted', both('invitation-accepted'), 'invitation-accepted'),
    reject: to('rejected', both('invitation-rejected'), 'invitation-rejected'),
    'delete-by-sender': to('none', both('invitation-deleted')),
    // The sender sees a deleted request as a rejected one.
    'delete-by-recipient': to('dismissed-request', {
      sender: 'invitation-rejected',
      recipient: 'invitation-deleted',
    }),
    'end-by-sender': refuse('not-found'),
    'end-by-recipient': refuse('not-found'),
    resend: sending,
  },
  rejected: {
    send: refuse('invitation-rejected'),
    accept: refuse('invitation-not-pending'),
    reject: unchanged,
    'delete-by-sender': refuse('recipient-must-delete-first'),
    'delete-by-recipient': to('dismissed-request', both('invitation-deleted')),
    'end-by-sender': refuse('not-found'),
    'end-by-recipient': refuse('not-found'),
    resend: refuse('invitation-rejected'),
  },
  'dismissed-request': {
    send: refuse('invitation-rejected'),
    accept: refuse('not-found'),
    reject: refuse('not-found'),
    // The recipient has already deleted it.
    'delete-by-sender': to('none', { sender: 'invitation-deleted' }),
    'delete-by-recipient': refuse('not-found'),
    'end-by-sender': refuse('not-found'),
    'end-by-recipient': refuse('not-found'),
    resend: refuse('invitation-rejected'),
  },
  'dismissed-partnership': {
    send: sending,
    accept: refuse('not-found'),
    reject: refuse('not-found'),
    'delete-by-sender': to('none', { sender: 'invitation-deleted' }),
    'delete-by-recipient': refuse('not-found'),
    'end-by-sender': refuse('not-found'),
    'end-by-recipient': refuse('not-found'),
    resend: sending,
  },
  accepted: {
    send: refuse('already-partners'),
    accept: unchanged,
    reject: refuse('invitation-not-pending'),
    'delete-by-sender': refuse('already-partners'),
    'delete-by-recipient': refuse('already-partners'),
    'end-by-sender': to('none', both('partner-ended')),
    'end-by-recipient': to('dismissed-partnership', both('partner-ended')),
    resend: refuse('already-partners'),
  },
  expired: {
    send: sending,
    accept: refuse('invitation-expired'),
    reject: refuse('invitation-expired'),
    // The recipient no longer sees it.
    'delete-by-sender': to('none', { sender: 'invitation-deleted' }),
    'delete-by-recipient': refuse('invitation-expired'),
    'end-by-sender': refuse('not-found'),
    'end-by-recipient': refuse('not-found'),
    resend: sending,
  },
}

type Status = 'pending' | 'rejected' | 'accepted' | 'expired'

type Shown = { sender: Status | null; recipient: Status | null; senderKnowsRecipient: boolean }

/** What each side sees of an invitation; null is nothing at all. The sender learns whose address it was by acceptance. */
export const shown: Record<State, Shown> = {
  none: { sender: null, recipient: null, senderKnowsRecipient: false },
  pending: { sender: 'pending', recipient: 'pending', senderKnowsRecipient: false },
  rejected: { sender: 'rejected', recipient: 'rejected', senderKnowsRecipient: false },
  'dismissed-request': { sender: 'rejected', recipient: null, senderKnowsRecipient: false },
  'dismissed-partnership': { sender: 'rejected', recipient: null, senderKnowsRecipient: true },
  accepted: { sender: 'accepted', recipient: 'accepted', senderKnowsRecipient: true },
  expired: { sender: 'expired', recipient: null, senderKnowsRecipient: false },
}

export const states = Object.keys(transitions) as State[]

/** The time of a request (RFC 3339 in UTC), and the days for which an invitation can be answered. */
export type Validity = { now: string; invitationDays: number }

const msPerDay = 86_400_000

/** The time, in ms since the epoch, at which a sending was made: the first 48 bits of its id, a UUID v7. */
const sentAt = (sendingId: string): number => Number.parseInt(sendingId.replace('-', '').slice(0, 12), 16)

/** The time at which a sending expires: RFC 3339 in UTC. */
export const expiryOf = (sendingId: string, { invitationDays }: Pick<Validity, 'invitationDays'>): string =>
  new Date(sentAt(sendingId) + invitationDays * msPerDay).toISOString()

/** A text that is above all ids of sendings that have expired, and below all others. No sending has it as its id. */
export function lastExpired({ now, invitationDays }: Validity): string {
  const time = (Date.parse(now) - invitationDays * msPerDay).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-ffff-ffff-ffffffffffff`
}

type Stored = { state: StoredState; sendingId: string }

/** The state of a stored invitation at the time of a request. */
export const stateAt = ({ state, sendingId }: Stored, validity: Validity): Exclude<State, 'none'> =>
  state === 'pending' && sendingId <= lastExpired(validity) ? 'expired' : state

/** Whether a cell changes the state. */
export const moves = (cell: Cell): cell is Transition => 'next' in cell

/** The states in which a command changes something. A write that was decided without a read has them as its condition. */
export const statesFor = (command: Command): State[] =>
  states.filter((state) => moves(transitions[state][command]))

/** The maximum of invitations, in any state, in each direction between two accounts. */
export const maxStandingInvitations = 40

/** An existing invitation to the same address. */
type Standing = Partial<IdempotencyRecord> & Stored

/** What is known of the facts that a sending depends on. */
export type SendState<I extends Standing = Standing> = {
  /** The account of the user who has confirmed the address. Undefined if nobody has. */
  recipient: { accountId: string } | undefined
  /** Whether a limit of the day is reached, in all or to this address. */
  isQuotaUsed: boolean
  /** The result of a failed write. Before, it is assumed to allow the sending. */
  found?: { arePartners: boolean; isFull: boolean; invitation: I | undefined }
}

/** `unchanged`: the invitation that an earlier request with the same Idempotency-Key sent. */
export type SendDecision<I extends Standing = Standing> = Transition | { unchanged: I }

/**
 * Sends an invitation. If nobody has confirmed the address, the caller counts and refuses it. Refusals, in their order:
 * `idempotency-key-reused`, `quota-exceeded`, `own-account`, `already-partners`, those of the table of states,
 * `too-many-invitations`.
 */
export function decideSend<I extends Standing>(
  { recipient, isQuotaUsed, found }: SendState<I>,
  { idempotency }: { idempotency?: IdempotencyRecord | undefined },
  { accountId, ...validity }: InvitationContext,
): SendDecision<I> | Refusal {
  const earlier = repetition(found?.invitation, idempotency)
  if (isRefusal(earlier)) return earlier
  if (earlier) return { unchanged: earlier }
  // The index that finds a repeated request is eventually consistent. The write, which then fails, finds it too.
  const mayBeRepeated = idempotency && recipient && recipient.accountId !== accountId && !found
  if (isQuotaUsed && !mayBeRepeated) return quotaExceeded(validity.now)
  if (recipient?.accountId === accountId) return refuse('own-account')
  if (found?.arePartners) return refuse('already-partners')
  const cell = transitions[found?.invitation ? stateAt(found.invitation, validity) : 'none'].send
  if (!moves(cell)) return isRefusal(cell) ? cell : refuse('conflict')
  return found?.isFull ? refuse('too-many-invitations') : cell
}

/** What a user can do with an invitation that exists. */
export type InvitationAction = 'accept' | 'reject' | 'delete' | 'resend'

type Invitation = Stored & { sender: string; recipient: string }

const sideOf = (accountId: string, { sender, recipient }: Invitation): Side | undefined =>
  accountId === sender ? 'sender' : accountId === recipient ? 'recipient' : undefined

/** The account of the user who acts, and what decides whether an invitation has expired. */
type InvitationContext = Validity & { accountId: string }

/** The side of an account, if it sees the invitation. */
export function seenFrom(
  invitation: Invitation | undefined,
  { accountId, ...validity }: InvitationContext,
): Side | undefined {
  const side = invitation && sideOf(accountId, invitation)
  return side && shown[stateAt(invitation, validity)][side] ? side : undefined
}

/** What an action of an account does to an invitation. For accounts other than its two sides, the invitation does not exist. */
export function decide(
  invitation: Invitation | undefined,
  action: InvitationAction,
  context: InvitationContext,
): Cell {
  const side = invitation && sideOf(context.accountId, invitation)
  if (!side) return refuse('not-found')
  const cells = transitions[stateAt(invitation, context)]
  if (action === 'delete') return cells[`delete-by-${side}`]
  if (action !== 'resend') return side === 'recipient' ? cells[action] : refuse('not-the-recipient')
  if (side === 'sender') return cells.resend
  return refuse(seenFrom(invitation, context) ? 'not-the-sender' : 'not-found')
}

/** What is known of the facts that a resending depends on. */
export type ResendState<I extends Standing & Invitation = Standing & Invitation> = {
  /** The invitation with the key in the id, of whatever sending. */
  invitation: I | undefined
  /** Whether a limit of the day is reached, in all or to this address. */
  isQuotaUsed: boolean
  /** The user who has confirmed the address. Until a write fails, it is assumed to be the user who was invited. */
  claim: UserRef | undefined
}

/**
 * Sends an invitation again: the sending with this id. Refusals, in their order: `idempotency-key-reused`, those of
 * `decide`, `quota-exceeded`, `no-account-for-email`.
 */
export function decideResend<I extends Standing & Invitation>(
  { invitation, isQuotaUsed, claim }: ResendState<I>,
  { sendingId, idempotency }: { sendingId: string; idempotency?: IdempotencyRecord | undefined },
  context: InvitationContext,
): SendDecision<I> | Refusal {
  const earlier = repetition(invitation, idempotency)
  if (isRefusal(earlier)) return earlier
  if (earlier) return { unchanged: earlier }
  const cell = decide(invitation?.sendingId === sendingId ? invitation : undefined, 'resend', context)
  if (!moves(cell)) return isRefusal(cell) ? cell : refuse('conflict')
  if (isQuotaUsed) return quotaExceeded(context.now)
  return claim?.accountId === invitation?.recipient ? cell : refuse('no-account-for-email')
}

/** Ends a partnership, from one side's record of it. Refusal: `not-found`. */
export function decideEnd<P extends { accountId: string; sender: string; endedAt?: string | undefined }>(
  partnership: P | undefined,
): { partnership: P; transition: Transition } | Refusal {
  const live = livePartnership(partnership)
  if (!live) return refuse('not-found')
  const cell = transitions.accepted[live.accountId === live.sender ? 'end-by-sender' : 'end-by-recipient']
  return moves(cell) ? { partnership: live, transition: cell } : refuse('not-found')
}

/** For each action of the account's side, the refusal that it would get now, or null. */
export function actionsFor(
  invitation: Invitation,
  { administrator, ...context }: InvitationContext & { administrator: boolean },
): Partial<Record<InvitationAction, RefusalCode | null>> {
  const actions: InvitationAction[] =
    context.accountId === invitation.sender ? ['delete', 'resend'] : ['accept', 'reject', 'delete']
  return Object.fromEntries(
    actions.map((action) => {
      const cell = decide(invitation, action, context)
      const code = isRefusal(cell) ? cell.refusal : null
      return [action, administrator ? code : 'not-an-administrator']
    }),
  )
}
