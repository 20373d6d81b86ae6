import type { EventType, MailKind } from './events.ts'
import { isRefusal, type Refusal, type RefusalCode, refuse } from './refusals.ts'

/** `dismissed`: the recipient deleted it, and the sender still has it; it was a request, or a partnership. */
export type State =
  | 'none'
  | 'pending'
  | 'rejected'
  | 'dismissed-request'
  | 'dismissed-partnership'
  | 'accepted'

export type Side = 'sender' | 'recipient'

/** What can happen to an invitation, and to the partnership that it became. */
export type Command =
  | 'send'
  | 'accept'
  | 'reject'
  | 'delete-by-sender'
  | 'delete-by-recipient'
  | 'end-by-sender'
  | 'end-by-recipient'

/** A change of state: who is told what by an event in its log, and the e-mail that the event causes. */
export type Transition = {
  next: State
  told: Partial<Record<Side, EventType>>
  mail?: MailKind
}

/** What a command does in a state: a change, nothing (it was so already), or a refusal that changes nothing. */
export type Cell = Transition | { unchanged: true } | Refusal

const to = (next: State, told: Transition['told'], mail?: MailKind): Transition =>
  mail ? { next, told, mail } : { next, told }
const both = (event: EventType): Transition['told'] => ({ sender: event, recipient: event })
const unchanged = { unchanged: true } as const
const no = refuse

/**
 * The table of states: what each command does in each state. Conditions of writes, refusals, `actions` and the
 * state diagram in docs/ come from it, and no rule about states stands anywhere else.
 */
export const transitions: Record<State, Record<Command, Cell>> = {
  none: {
    send: to('pending', both('invitation-sent'), 'invitation-sent'),
    accept: no('not-found'),
    reject: no('not-found'),
    'delete-by-sender': no('not-found'),
    'delete-by-recipient': no('not-found'),
    'end-by-sender': no('not-found'),
    'end-by-recipient': no('not-found'),
  },
  pending: {
    send: no('invitation-pending'),
    accept: to('accepted', both('invitation-accepted'), 'invitation-accepted'),
    reject: to('rejected', both('invitation-rejected'), 'invitation-rejected'),
    'delete-by-sender': to('none', both('invitation-deleted')),
    // To the sender a deleted request is a rejected one.
    'delete-by-recipient': to('dismissed-request', {
      sender: 'invitation-rejected',
      recipient: 'invitation-deleted',
    }),
    'end-by-sender': no('not-found'),
    'end-by-recipient': no('not-found'),
  },
  rejected: {
    send: no('invitation-rejected'),
    accept: no('invitation-not-pending'),
    reject: unchanged,
    'delete-by-sender': no('recipient-must-delete-first'),
    'delete-by-recipient': to('dismissed-request', both('invitation-deleted')),
    'end-by-sender': no('not-found'),
    'end-by-recipient': no('not-found'),
  },
  'dismissed-request': {
    send: no('invitation-rejected'),
    accept: no('not-found'),
    reject: no('not-found'),
    // The recipient saw the last of it when it deleted its own.
    'delete-by-sender': to('none', { sender: 'invitation-deleted' }),
    'delete-by-recipient': no('not-found'),
    'end-by-sender': no('not-found'),
    'end-by-recipient': no('not-found'),
  },
  'dismissed-partnership': {
    send: to('pending', both('invitation-sent'), 'invitation-sent'),
    accept: no('not-found'),
    reject: no('not-found'),
    'delete-by-sender': to('none', { sender: 'invitation-deleted' }),
    'delete-by-recipient': no('not-found'),
    'end-by-sender': no('not-found'),
    'end-by-recipient': no('not-found'),
  },
  accepted: {
    send: no('already-partners'),
    accept: unchanged,
    reject: no('invitation-not-pending'),
    'delete-by-sender': no('already-partners'),
    'delete-by-recipient': no('already-partners'),
    'end-by-sender': to('none', both('partner-ended')),
    'end-by-recipient': to('dismissed-partnership', both('partner-ended')),
  },
}

type Status = 'pending' | 'rejected' | 'accepted'

type Shown = { sender: Status | null; recipient: Status | null; senderKnowsRecipient: boolean }

/** What each side sees of an invitation; null is nothing at all. The sender learns whose address it was by acceptance. */
export const shown: Record<State, Shown> = {
  none: { sender: null, recipient: null, senderKnowsRecipient: false },
  pending: { sender: 'pending', recipient: 'pending', senderKnowsRecipient: false },
  rejected: { sender: 'rejected', recipient: 'rejected', senderKnowsRecipient: false },
  'dismissed-request': { sender: 'rejected', recipient: null, senderKnowsRecipient: false },
  'dismissed-partnership': { sender: 'rejected', recipient: null, senderKnowsRecipient: true },
  accepted: { sender: 'accepted', recipient: 'accepted', senderKnowsRecipient: true },
}

export const states = Object.keys(transitions) as State[]

/** Whether a cell changes the state. */
export const moves = (cell: Cell): cell is Transition => 'next' in cell

/** The states in which a command changes something: the condition of a write that was decided without a read. */
export const statesFor = (command: Command): State[] =>
  states.filter((state) => moves(transitions[state][command]))

/** At most so many invitations, in any state, stand in each direction between two accounts. */
export const maxStandingInvitations = 40

/** What a person asks for, of an invitation that exists. */
export type Wish = 'accept' | 'reject' | 'delete'

type Parties = { sender: string; recipient: string; state: State }

/** The side that an account is on, if the invitation is anything to it. */
export function sideOf(accountId: string, invitation: Parties | undefined): Side | undefined {
  if (!invitation) return undefined
  const side = accountId === invitation.sender ? 'sender' : 'recipient'
  if (side === 'recipient' && accountId !== invitation.recipient) return undefined
  return shown[invitation.state][side] ? side : undefined
}

const commandFor = (wish: Wish, side: Side): Command => (wish === 'delete' ? `delete-by-${side}` : wish)

/** What an account's wish does to an invitation, as it stands. To others there is no invitation. */
export function decide(accountId: string, invitation: Parties | undefined, wish: Wish): Cell {
  const side = sideOf(accountId, invitation)
  if (!invitation || !side) return refuse('not-found')
  if (side === 'sender' && wish !== 'delete') return refuse('not-the-recipient')
  return transitions[invitation.state][commandFor(wish, side)]
}

/** What each action would be refused with now, null where it would not: the sender may delete, the recipient more. */
export function actionsFor(
  accountId: string,
  invitation: Parties,
  administrator: boolean,
): Partial<Record<Wish, RefusalCode | null>> {
  const wishes: Wish[] = accountId === invitation.sender ? ['delete'] : ['accept', 'reject', 'delete']
  return Object.fromEntries(
    wishes.map((wish) => {
      const cell = decide(accountId, invitation, wish)
      const code = isRefusal(cell) ? cell.refusal : null
      return [wish, administrator ? code : 'not-an-administrator']
    }),
  )
}
