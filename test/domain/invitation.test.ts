import { describe, expect, it } from 'vitest'
import type { EventType, MailKind } from '../../shared/domain/events.ts'
import {
  actionsFor,
  type Cell,
  type Command,
  decide,
  decideEnd,
  decideResend,
  decideSend,
  expiryOf,
  type InvitationAction,
  lastExpired,
  maxStandingInvitations,
  moves,
  type ResendState,
  type State,
  type StoredState,
  seenFrom,
  shown,
  stateAt,
  states,
  statesFor,
  transitions,
} from '../../shared/domain/invitation.ts'
import type { RefusalCode } from '../../shared/domain/refusals.ts'
import * as model from '../model/states.ts'

const now = '2026-11-23T09:00:00.000Z'
const validity = { now, invitationDays: 30 }
/** The ids of a sending that was made now, and of one that expires now. */
const fresh = '01a207a2-3280-7000-8000-000000000000'
const expiring = '01a16d23-6a80-7fff-bfff-ffffffffffff'
/** A cell as the model has it. */
const told = (cell: Cell): model.Cell =>
  'refusal' in cell ? cell.refusal : 'next' in cell ? cell.next : 'no change'

/** An invitation that is in a state now. None does not exist. */
const acmeInvitesGlobex = (state: State) => {
  if (state === 'none') return undefined
  const stored = state === 'expired' ? ('pending' as const) : state
  return {
    sender: 'acme',
    recipient: 'globex',
    state: stored,
    sendingId: state === 'expired' ? expiring : fresh,
  }
}

describe('the table of states is the model’s, which is written from the specification (§2, §3)', () => {
  it.each(states)('in %s', (state) => {
    const cells = Object.entries(transitions[state]).map(([command, cell]) => [command, told(cell)])
    expect(Object.fromEntries(cells)).toEqual(model.table[state])
  })

  it('has the same states', () => {
    expect(states).toEqual(model.states)
  })
})

describe('what a change tells each side, and the e-mail it causes (§1 event, §7)', () => {
  const changes: [
    State,
    Command,
    sender: EventType | undefined,
    recipient: EventType | undefined,
    mail?: MailKind,
  ][] = [
    ['none', 'send', 'invitation-sent', 'invitation-sent', 'invitation-sent'],
    ['dismissed-partnership', 'send', 'invitation-sent', 'invitation-sent', 'invitation-sent'],
    ['expired', 'send', 'invitation-sent', 'invitation-sent', 'invitation-sent'],
    ['pending', 'resend', 'invitation-sent', 'invitation-sent', 'invitation-sent'],
    ['dismissed-partnership', 'resend', 'invitation-sent', 'invitation-sent', 'invitation-sent'],
    ['expired', 'resend', 'invitation-sent', 'invitation-sent', 'invitation-sent'],
    ['pending', 'accept', 'invitation-accepted', 'invitation-accepted', 'invitation-accepted'],
    ['pending', 'reject', 'invitation-rejected', 'invitation-rejected', 'invitation-rejected'],
    ['pending', 'delete-by-sender', 'invitation-deleted', 'invitation-deleted'],
    // The sender sees it as rejected, and gets no e-mail.
    ['pending', 'delete-by-recipient', 'invitation-rejected', 'invitation-deleted'],
    ['rejected', 'delete-by-recipient', 'invitation-deleted', 'invitation-deleted'],
    // The recipient has had nothing of it since it deleted it.
    ['dismissed-request', 'delete-by-sender', 'invitation-deleted', undefined],
    ['dismissed-partnership', 'delete-by-sender', 'invitation-deleted', undefined],
    // The recipient has not seen it since it expired.
    ['expired', 'delete-by-sender', 'invitation-deleted', undefined],
    ['accepted', 'end-by-sender', 'partner-ended', 'partner-ended'],
    ['accepted', 'end-by-recipient', 'partner-ended', 'partner-ended'],
  ]

  it.each(changes)('given %s, when %s, then the sender has %s, the recipient %s', (...row) => {
    const [state, command, sender, recipient, mail] = row
    expect(transitions[state][command]).toEqual({
      next: expect.anything(),
      events: { ...(sender && { sender }), ...(recipient && { recipient }) },
      ...(mail && { mail }),
    })
  })

  it('there is no change but these', () => {
    const found = states.flatMap((state) =>
      Object.entries(transitions[state]).flatMap(([command, cell]) =>
        moves(cell) ? [`${state} ${command}`] : [],
      ),
    )
    expect(found.toSorted()).toEqual(changes.map(([state, command]) => `${state} ${command}`).toSorted())
  })
})

describe('what each side sees (§2)', () => {
  it.each(states)('given %s', (state) => {
    const { sender, recipient } = model.sight(state)
    expect(shown[state]).toEqual(model.sight(state))
    const invitation = acmeInvitesGlobex(state)
    expect(seenFrom(invitation, { accountId: 'acme', ...validity })).toBe(sender ? 'sender' : undefined)
    expect(seenFrom(invitation, { accountId: 'globex', ...validity })).toBe(
      recipient ? 'recipient' : undefined,
    )
    expect(seenFrom(invitation, { accountId: 'initech', ...validity })).toBeUndefined()
  })
})

describe('expiry, which time alone decides (§2)', () => {
  it.each(states.filter((state): state is StoredState => state !== 'none' && state !== 'expired'))(
    'changes %s only if it is pending',
    (state) => {
      expect(stateAt({ state, sendingId: expiring }, validity)).toBe(state === 'pending' ? 'expired' : state)
      expect(stateAt({ state, sendingId: fresh }, validity)).toBe(state)
    },
  )

  it.each([
    ['2026-11-23T08:59:59.999Z', 'pending'],
    ['2026-11-23T09:00:00.000Z', 'expired'],
  ])('at %s, an invitation that was sent at 9:00 thirty days before is %s', (time, state) => {
    const invitation = { state: 'pending' as const, sendingId: expiring }
    expect(expiryOf(expiring, validity)).toBe(now)
    expect(stateAt(invitation, { ...validity, now: time })).toBe(state)
  })

  it('is the bound of lists: above all expired sendings, below all others', () => {
    const bound = lastExpired(validity)
    expect([fresh, bound, expiring].toSorted()).toEqual([expiring, bound, fresh])
    expect(bound).toHaveLength(fresh.length)
    expect(lastExpired({ ...validity, invitationDays: 31 }) < bound).toBe(true)
  })
})

describe('what an action of an account does', () => {
  const actions: InvitationAction[] = ['accept', 'reject', 'delete', 'resend']
  const does = (state: State, accountId: string, action: InvitationAction) =>
    told(decide(acmeInvitesGlobex(state), action, { accountId, ...validity }))

  it.each(states.flatMap((state) => actions.map((action) => [state, action] as const)))(
    'given %s, a third account that would %s it is told not-found, never “forbidden”',
    (state, action) => {
      expect(does(state, 'initech', action)).toBe('not-found')
    },
  )

  it.each(states)('given %s, each side’s commands are those of the table', (state) => {
    expect(does(state, 'acme', 'delete')).toBe(model.table[state]['delete-by-sender'])
    expect(does(state, 'acme', 'resend')).toBe(model.table[state].resend)
    expect(does(state, 'globex', 'delete')).toBe(model.table[state]['delete-by-recipient'])
    expect(does(state, 'globex', 'accept')).toBe(model.table[state].accept)
    expect(does(state, 'globex', 'reject')).toBe(model.table[state].reject)
  })

  it.each(states)('given %s, a side does not take the other’s actions', (state) => {
    const ofRecipient = state === 'none' ? 'not-found' : 'not-the-recipient'
    expect(does(state, 'acme', 'accept')).toBe(ofRecipient)
    expect(does(state, 'acme', 'reject')).toBe(ofRecipient)
    expect(does(state, 'globex', 'resend')).toBe(
      model.sight(state).recipient ? 'not-the-sender' : 'not-found',
    )
  })
})

describe('the actions that are shown: null where they may be taken now, otherwise the code of the refusal', () => {
  const shownTo = (state: Exclude<State, 'none'>, accountId: string, administrator = true) =>
    actionsFor(acmeInvitesGlobex(state) as NonNullable<ReturnType<typeof acmeInvitesGlobex>>, {
      accountId,
      administrator,
      ...validity,
    })

  it.each(states.filter((state) => state !== 'none'))('given %s, to an administrator', (state) => {
    expect(shownTo(state, 'acme')).toEqual(model.actions(state, 'sender'))
    expect(shownTo(state, 'globex')).toEqual(model.actions(state, 'recipient'))
  })

  it('all are refused to who is no administrator', () => {
    const refused = 'not-an-administrator'
    expect(shownTo('pending', 'acme', false)).toEqual({ delete: refused, resend: refused })
    expect(shownTo('pending', 'globex', false)).toEqual({ accept: refused, reject: refused, delete: refused })
  })
})

describe('sending an invitation', () => {
  const acme = { accountId: 'acme', ...validity }
  const recipient = { accountId: 'globex' }
  const idempotency = { request: 'r', bodyDigest: 'b' }
  const nothing = { arePartners: false, isFull: false, invitation: undefined }
  const sent = { state: 'pending' as const, sendingId: fresh, ...idempotency }
  type Given = Parameters<typeof decideSend>[0]

  it.each<[string, Given]>([
    ['to an address that a user of another account has', { recipient, isQuotaUsed: false }],
    ['where a failed write has found nothing in its way', { recipient, isQuotaUsed: false, found: nothing }],
    [
      'again after the recipient ended the partnership',
      {
        recipient,
        isQuotaUsed: false,
        found: { ...nothing, invitation: { state: 'dismissed-partnership', sendingId: fresh } },
      },
    ],
    [
      'again after it has expired',
      {
        recipient,
        isQuotaUsed: false,
        found: { ...nothing, invitation: { state: 'pending', sendingId: expiring } },
      },
    ],
    ['to an address that nobody has, which is counted', { recipient: undefined, isQuotaUsed: false }],
    [
      'again with another key',
      {
        recipient,
        isQuotaUsed: false,
        found: {
          ...nothing,
          invitation: { ...sent, request: 'earlier', state: 'dismissed-partnership' },
        },
      },
    ],
  ])('is done %s', (_, state) => {
    expect(decideSend(state, { idempotency }, acme)).toMatchObject({
      next: 'pending',
      mail: 'invitation-sent',
    })
  })

  it.each<[RefusalCode, string, Given]>([
    ['quota-exceeded', 'where today’s are used up', { recipient, isQuotaUsed: true }],
    ['quota-exceeded', 'before an unknown address', { recipient: undefined, isQuotaUsed: true }],
    ['quota-exceeded', 'before the own account', { recipient: { accountId: 'acme' }, isQuotaUsed: true }],
    ['own-account', 'to the own account', { recipient: { accountId: 'acme' }, isQuotaUsed: false }],
    [
      'already-partners',
      'to a partner, whatever stands between the two',
      {
        recipient,
        isQuotaUsed: false,
        found: { ...nothing, arePartners: true, isFull: true },
      },
    ],
    [
      'invitation-pending',
      'while one waits for an answer',
      {
        recipient,
        isQuotaUsed: false,
        found: { ...nothing, invitation: { state: 'pending', sendingId: fresh } },
      },
    ],
    [
      'invitation-rejected',
      'while a rejected one stands',
      {
        recipient,
        isQuotaUsed: false,
        found: { ...nothing, isFull: true, invitation: { state: 'rejected', sendingId: fresh } },
      },
    ],
    [
      'too-many-invitations',
      'where too many stand between the two',
      { recipient, isQuotaUsed: false, found: { ...nothing, isFull: true } },
    ],
  ])('is refused with %s %s', (refusal, _, state) => {
    expect(decideSend(state, {}, acme)).toMatchObject({ refusal })
  })

  it('is tried at a used-up quota where the request may be a repetition, and only once', () => {
    expect(decideSend({ recipient, isQuotaUsed: true }, { idempotency }, acme)).toMatchObject({
      next: 'pending',
    })
    for (const state of [
      { recipient, isQuotaUsed: true, found: nothing },
      { recipient: { accountId: 'acme' }, isQuotaUsed: true },
    ])
      expect(decideSend(state, { idempotency }, acme)).toMatchObject({ refusal: 'quota-exceeded' })
  })

  it('that is repeated is answered with the invitation that was sent, before any refusal', () => {
    const state = {
      recipient,
      isQuotaUsed: true,
      found: { arePartners: true, isFull: true, invitation: sent },
    }
    expect(decideSend(state, { idempotency }, acme)).toEqual({ unchanged: sent })
    expect(decideSend(state, { idempotency: { ...idempotency, bodyDigest: 'other' } }, acme)).toMatchObject({
      refusal: 'idempotency-key-reused',
    })
  })
})

describe('sending an invitation again', () => {
  const acme = { accountId: 'acme', ...validity }
  const idempotency = { request: 'r', bodyDigest: 'b' }
  const again = { sendingId: fresh, idempotency }
  const standing = acmeInvitesGlobex('pending') as NonNullable<ResendState['invitation']>
  const claim = { accountId: 'globex', userId: 'bo' }
  const given = { invitation: standing, isQuotaUsed: false, claim }

  it('is a sending of its own, with an e-mail', () => {
    expect(decideResend(given, again, acme)).toMatchObject({ next: 'pending', mail: 'invitation-sent' })
  })

  it.each<[RefusalCode, string, ResendState, string?]>([
    ['not-found', 'where there is none', { ...given, invitation: undefined }],
    [
      'not-found',
      'where it is of another sending',
      { ...given, invitation: { ...standing, sendingId: expiring } },
    ],
    ['not-the-sender', 'to the account that has received it', given, 'globex'],
    [
      'invitation-rejected',
      'before a used-up quota',
      { ...given, invitation: { ...standing, state: 'rejected' }, isQuotaUsed: true },
    ],
    [
      'quota-exceeded',
      'before an address that nobody has',
      { ...given, isQuotaUsed: true, claim: undefined },
    ],
    ['no-account-for-email', 'where nobody has the address', { ...given, claim: undefined }],
    [
      'no-account-for-email',
      'where a user of another account has the address',
      { ...given, claim: { accountId: 'initech', userId: 'bo' } },
    ],
  ])('is refused with %s %s', (refusal, _, state, accountId = 'acme') => {
    expect(decideResend(state, again, { ...acme, accountId })).toMatchObject({ refusal })
  })

  it('that is repeated is answered with what was sent, before any refusal', () => {
    const sent = { ...standing, sendingId: 'new', ...idempotency }
    const state = { invitation: sent, isQuotaUsed: true, claim: undefined }
    expect(decideResend(state, again, acme)).toEqual({ unchanged: sent })
    const other = { ...again, idempotency: { ...idempotency, bodyDigest: 'other' } }
    expect(decideResend(state, other, acme)).toMatchObject({ refusal: 'idempotency-key-reused' })
  })
})

describe('ending a partnership', () => {
  const partnership = { accountId: 'acme', sender: 'acme' }

  it.each([
    ['the account that sent the invitation', partnership, 'none'],
    ['the account that accepted it', { accountId: 'globex', sender: 'acme' }, 'dismissed-partnership'],
  ])('takes the invitation out of its state, by %s', (_, record, next) => {
    expect(decideEnd(record)).toMatchObject({ partnership: record, transition: { next } })
  })

  it.each([
    ['never began', undefined],
    ['has ended', { ...partnership, endedAt: now }],
  ])('is refused where it %s', (_, record) => {
    expect(decideEnd(record)).toMatchObject({ refusal: 'not-found' })
  })
})

it('the states in which a command changes something are those in which the table has a next state', () => {
  for (const command of Object.keys(transitions.none) as Command[])
    expect(statesFor(command)).toEqual(states.filter((state) => model.isState(model.table[state][command])))
})

it('at most 40 invitations stand in each direction between two accounts', () => {
  expect(maxStandingInvitations).toBe(40)
})
