import type { Command, State } from '../../shared/domain/invitation.ts'
import type { RefusalCode } from '../../shared/domain/refusals.ts'
import { statusOf } from '../fuzz/rules.ts'

export type { Command, State }

/** What a command does: the next state, nothing, or a refusal. */
export type Cell = State | 'no change' | RefusalCode
export type Table = Record<State, Record<Command, Cell>>

const noPartner = { 'end-by-sender': 'not-found', 'end-by-recipient': 'not-found' } as const

/** The table of states, written from the specification's words and not from the product: §2, and §3 for the ends. */
export const table: Table = {
  none: {
    send: 'pending',
    accept: 'not-found',
    reject: 'not-found',
    'delete-by-sender': 'not-found',
    'delete-by-recipient': 'not-found',
    ...noPartner,
    resend: 'not-found',
  },
  pending: {
    send: 'invitation-pending',
    accept: 'accepted',
    reject: 'rejected',
    'delete-by-sender': 'none',
    'delete-by-recipient': 'dismissed-request',
    ...noPartner,
    resend: 'pending',
  },
  rejected: {
    send: 'invitation-rejected',
    accept: 'invitation-not-pending',
    reject: 'no change',
    'delete-by-sender': 'recipient-must-delete-first',
    'delete-by-recipient': 'dismissed-request',
    ...noPartner,
    resend: 'invitation-rejected',
  },
  'dismissed-request': {
    send: 'invitation-rejected',
    accept: 'not-found',
    reject: 'not-found',
    'delete-by-sender': 'none',
    'delete-by-recipient': 'not-found',
    ...noPartner,
    resend: 'invitation-rejected',
  },
  'dismissed-partnership': {
    send: 'pending',
    accept: 'not-found',
    reject: 'not-found',
    'delete-by-sender': 'none',
    'delete-by-recipient': 'not-found',
    ...noPartner,
    resend: 'pending',
  },
  accepted: {
    send: 'already-partners',
    accept: 'no change',
    reject: 'invitation-not-pending',
    'delete-by-sender': 'already-partners',
    'delete-by-recipient': 'already-partners',
    'end-by-sender': 'none',
    'end-by-recipient': 'dismissed-partnership',
    resend: 'already-partners',
  },
  expired: {
    send: 'pending',
    accept: 'invitation-expired',
    reject: 'invitation-expired',
    'delete-by-sender': 'none',
    'delete-by-recipient': 'invitation-expired',
    ...noPartner,
    resend: 'pending',
  },
}

export const states = Object.keys(table) as State[]

/**
 * Each state with each command by each account that can give it, such as "pending: accept by sender", and with the
 * acceptance of another invitation between the two accounts.
 */
export const cells: string[] = states.flatMap((state) =>
  [
    'send by sender',
    ...['accept', 'reject', 'delete', 'resend'].flatMap((command) =>
      ['sender', 'recipient', 'third'].map((side) => `${command} by ${side}`),
    ),
    ...['end by sender', 'end by recipient'],
    ...(state === 'none' || state === 'accepted' ? [] : ['another is accepted']),
  ].map((command) => `${state}: ${command}`),
)

type Status = 'pending' | 'rejected' | 'accepted' | 'expired'
type Sight = { sender: Status | null; recipient: Status | null; senderKnowsRecipient: boolean }

const sights: Record<State, Sight> = {
  none: { sender: null, recipient: null, senderKnowsRecipient: false },
  pending: { sender: 'pending', recipient: 'pending', senderKnowsRecipient: false },
  rejected: { sender: 'rejected', recipient: 'rejected', senderKnowsRecipient: false },
  'dismissed-request': { sender: 'rejected', recipient: null, senderKnowsRecipient: false },
  'dismissed-partnership': { sender: 'rejected', recipient: null, senderKnowsRecipient: true },
  accepted: { sender: 'accepted', recipient: 'accepted', senderKnowsRecipient: true },
  expired: { sender: 'expired', recipient: null, senderKnowsRecipient: false },
}

/** What each side sees of an invitation in a state, a status or nothing, and whether the sender knows whose the address is. */
export const sight = (state: State): Sight => sights[state]

export const isState = (cell: Cell): cell is State => Object.hasOwn(table, cell)

/** The code with which a cell refuses; null where it does not. */
export const refusalIn = (cell: Cell): RefusalCode | null =>
  isState(cell) || cell === 'no change' ? null : cell

/** What a command is answered, such as "409 invitation-pending", and the state after it. */
export function outcome(state: State, command: Command): { answer: string; next: State } {
  const cell = table[state][command]
  const code = refusalIn(cell)
  const success = command === 'send' ? '201' : /^(delete|end)/.test(command) ? '204' : '200'
  return { answer: code ? `${statusOf(code)} ${code}` : success, next: isState(cell) ? cell : state }
}

/** The `actions` that an administrator of a side reads on an invitation: each with the refusal that it would meet. */
export function actions(
  state: State,
  side: 'sender' | 'recipient',
  of = table,
): Record<string, string | null> {
  const remove = refusalIn(of[state][`delete-by-${side}`])
  if (side === 'sender') return { delete: remove, resend: refusalIn(of[state].resend) }
  return { accept: refusalIn(of[state].accept), reject: refusalIn(of[state].reject), delete: remove }
}
