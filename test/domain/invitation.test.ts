import { describe, expect, it } from 'vitest'
import type { EventType, MailKind } from '../../shared/domain/events.ts'
import {
  actionsFor,
  type Command,
  decide,
  decideEnd,
  decideSend,
  type InvitationAction,
  maxStandingInvitations,
  moves,
  type Side,
  type State,
  shown,
  sideOf,
  states,
  statesFor,
  transitions,
} from '../../shared/domain/invitation.ts'
import type { RefusalCode } from '../../shared/domain/refusals.ts'

const now = '2026-11-23T09:00:00.000Z'
const acmeInvitesGlobex = (state: State) => ({ sender: 'acme', recipient: 'globex', state })

describe('an invitation’s life (§2): what each command does in each state', () => {
  const unchanged = 'no change'
  type Expected = State | RefusalCode | typeof unchanged

  // The columns are those of the specification's table.
  const table: [
    State,
    send: Expected,
    accept: Expected,
    reject: Expected,
    bySender: Expected,
    byRecipient: Expected,
  ][] = [
    ['none', 'pending', 'not-found', 'not-found', 'not-found', 'not-found'],
    ['pending', 'invitation-pending', 'accepted', 'rejected', 'none', 'dismissed-request'],
    [
      'rejected',
      'invitation-rejected',
      'invitation-not-pending',
      unchanged,
      'recipient-must-delete-first',
      'dismissed-request',
    ],
    ['dismissed-request', 'invitation-rejected', 'not-found', 'not-found', 'none', 'not-found'],
    ['dismissed-partnership', 'pending', 'not-found', 'not-found', 'none', 'not-found'],
    [
      'accepted',
      'already-partners',
      unchanged,
      'invitation-not-pending',
      'already-partners',
      'already-partners',
    ],
  ]
  const columns: Command[] = ['send', 'accept', 'reject', 'delete-by-sender', 'delete-by-recipient']

  const does = (state: State, command: Command): Expected => {
    const cell = transitions[state][command]
    if ('refusal' in cell) return cell.refusal
    return 'next' in cell ? cell.next : unchanged
  }

  it.each(
    table.flatMap(([state, ...row]) =>
      row.map((expected, column) => [state, columns[column], expected] as const),
    ),
  )('given %s, when %s, then %s', (state, command, expected) => {
    expect(command && does(state, command)).toBe(expected)
  })

  // §3, by who deletes the partner. Where there are no partners there is no partner to delete.
  const ends: [State, bySender: Expected, byRecipient: Expected][] = [
    ['none', 'not-found', 'not-found'],
    ['pending', 'not-found', 'not-found'],
    ['rejected', 'not-found', 'not-found'],
    ['dismissed-request', 'not-found', 'not-found'],
    ['dismissed-partnership', 'not-found', 'not-found'],
    ['accepted', 'none', 'dismissed-partnership'],
  ]

  it.each(ends)(
    'given %s, when the partner is deleted by the sender, then %s; by the recipient, then %s',
    (...row) => {
      const [state, bySender, byRecipient] = row
      expect(does(state, 'end-by-sender')).toBe(bySender)
      expect(does(state, 'end-by-recipient')).toBe(byRecipient)
    },
  )

  it('the table of this test has every state', () => {
    expect(table.map(([state]) => state)).toEqual(states)
    expect(ends.map(([state]) => state)).toEqual(states)
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
    ['pending', 'accept', 'invitation-accepted', 'invitation-accepted', 'invitation-accepted'],
    ['pending', 'reject', 'invitation-rejected', 'invitation-rejected', 'invitation-rejected'],
    ['pending', 'delete-by-sender', 'invitation-deleted', 'invitation-deleted'],
    // The sender sees it as rejected, and gets no e-mail.
    ['pending', 'delete-by-recipient', 'invitation-rejected', 'invitation-deleted'],
    ['rejected', 'delete-by-recipient', 'invitation-deleted', 'invitation-deleted'],
    // The recipient has had nothing of it since it deleted it.
    ['dismissed-request', 'delete-by-sender', 'invitation-deleted', undefined],
    ['dismissed-partnership', 'delete-by-sender', 'invitation-deleted', undefined],
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
  const sees: [State, sender: string | null, recipient: string | null, senderKnowsTheRecipient: boolean][] = [
    ['none', null, null, false],
    ['pending', 'pending', 'pending', false],
    ['rejected', 'rejected', 'rejected', false],
    ['dismissed-request', 'rejected', null, false],
    // The recipient account's name is the sender's to see once accepted, and ever after.
    ['dismissed-partnership', 'rejected', null, true],
    ['accepted', 'accepted', 'accepted', true],
  ]

  it.each(sees)(
    'given %s, the sender sees %s, the recipient %s',
    (state, sender, recipient, senderKnowsRecipient) => {
      expect(shown[state]).toEqual({ sender, recipient, senderKnowsRecipient })
      const invitation = acmeInvitesGlobex(state)
      expect(sideOf('acme', invitation)).toBe(sender ? 'sender' : undefined)
      expect(sideOf('globex', invitation)).toBe(recipient ? 'recipient' : undefined)
    },
  )

  it.each(states)('given %s, a third account sees none of it', (state) => {
    expect(sideOf('initech', acmeInvitesGlobex(state))).toBeUndefined()
  })

  it('nobody has a side of what does not exist', () => {
    expect(sideOf('acme', undefined)).toBeUndefined()
  })
})

describe('what an action of an account does', () => {
  const actions: InvitationAction[] = ['accept', 'reject', 'delete']

  it.each(states.flatMap((state) => actions.map((action) => [state, action] as const)))(
    'given %s, a third account that would %s it is told not-found, never “forbidden”',
    (state, action) => {
      expect(decide(acmeInvitesGlobex(state), action, { accountId: 'initech', now })).toEqual({
        refusal: 'not-found',
      })
    },
  )

  it.each(actions)('what does not exist is not-found: %s', (action) => {
    expect(decide(undefined, action, { accountId: 'acme', now })).toEqual({ refusal: 'not-found' })
  })

  const bySender: [State, answers: RefusalCode][] = [
    ['none', 'not-found'],
    ['pending', 'not-the-recipient'],
    ['rejected', 'not-the-recipient'],
    ['dismissed-request', 'not-the-recipient'],
    ['dismissed-partnership', 'not-the-recipient'],
    ['accepted', 'not-the-recipient'],
  ]

  it.each(bySender)(
    'given %s, when the sender’s side accepts or rejects its own, then %s',
    (state, refusal) => {
      expect(decide(acmeInvitesGlobex(state), 'accept', { accountId: 'acme', now })).toEqual({ refusal })
      expect(decide(acmeInvitesGlobex(state), 'reject', { accountId: 'acme', now })).toEqual({ refusal })
    },
  )

  const cells: [State, Side, InvitationAction, State | RefusalCode | 'no change'][] = [
    ['pending', 'recipient', 'accept', 'accepted'],
    ['pending', 'recipient', 'reject', 'rejected'],
    ['pending', 'recipient', 'delete', 'dismissed-request'],
    ['pending', 'sender', 'delete', 'none'],
    ['rejected', 'recipient', 'accept', 'invitation-not-pending'],
    ['rejected', 'recipient', 'reject', 'no change'],
    ['rejected', 'recipient', 'delete', 'dismissed-request'],
    ['rejected', 'sender', 'delete', 'recipient-must-delete-first'],
    ['dismissed-request', 'recipient', 'accept', 'not-found'],
    ['dismissed-request', 'recipient', 'reject', 'not-found'],
    ['dismissed-request', 'recipient', 'delete', 'not-found'],
    ['dismissed-request', 'sender', 'delete', 'none'],
    ['dismissed-partnership', 'recipient', 'accept', 'not-found'],
    ['dismissed-partnership', 'recipient', 'reject', 'not-found'],
    ['dismissed-partnership', 'recipient', 'delete', 'not-found'],
    ['dismissed-partnership', 'sender', 'delete', 'none'],
    ['accepted', 'recipient', 'accept', 'no change'],
    ['accepted', 'recipient', 'reject', 'invitation-not-pending'],
    ['accepted', 'recipient', 'delete', 'already-partners'],
    ['accepted', 'sender', 'delete', 'already-partners'],
  ]

  it.each(cells)('given %s, when the %s would %s it, then %s', (state, side, action, expected) => {
    const cell = decide(acmeInvitesGlobex(state), action, {
      accountId: side === 'sender' ? 'acme' : 'globex',
      now,
    })
    if ('refusal' in cell) expect(cell.refusal).toBe(expected)
    else expect('next' in cell ? cell.next : 'no change').toBe(expected)
  })
})

describe('the actions that are shown: null where they may be taken now, otherwise the code of the refusal', () => {
  it.each<[State, Record<string, string | null>]>([
    ['pending', { accept: null, reject: null, delete: null }],
    // A repeated reject or accept is answered as the first one was.
    ['rejected', { accept: 'invitation-not-pending', reject: null, delete: null }],
    ['accepted', { accept: null, reject: 'invitation-not-pending', delete: 'already-partners' }],
  ])('given %s, to an administrator of the recipient', (state, actions) => {
    expect(actionsFor(acmeInvitesGlobex(state), { accountId: 'globex', administrator: true, now })).toEqual(
      actions,
    )
  })

  it.each<[State, Record<string, string | null>]>([
    ['pending', { delete: null }],
    ['rejected', { delete: 'recipient-must-delete-first' }],
    ['dismissed-request', { delete: null }],
    ['dismissed-partnership', { delete: null }],
    ['accepted', { delete: 'already-partners' }],
  ])('given %s, to an administrator of the sender', (state, actions) => {
    expect(actionsFor(acmeInvitesGlobex(state), { accountId: 'acme', administrator: true, now })).toEqual(
      actions,
    )
  })

  it('all are refused to who is no administrator', () => {
    const refused = 'not-an-administrator'
    expect(
      actionsFor(acmeInvitesGlobex('pending'), { accountId: 'acme', administrator: false, now }),
    ).toEqual({ delete: refused })
    expect(
      actionsFor(acmeInvitesGlobex('pending'), { accountId: 'globex', administrator: false, now }),
    ).toEqual({
      accept: refused,
      reject: refused,
      delete: refused,
    })
  })
})

describe('sending an invitation', () => {
  const acme = { accountId: 'acme', now }
  const recipient = { accountId: 'globex' }
  const idempotency = { request: 'r', bodyDigest: 'b' }
  const nothing = { arePartners: false, isFull: false, invitation: undefined }
  const sent = { state: 'pending' as const, ...idempotency }
  type Given = Parameters<typeof decideSend>[0]

  it.each<[string, Given]>([
    ['to an address that a user of another account has', { recipient, isQuotaUsed: false }],
    ['where a failed write has found nothing in its way', { recipient, isQuotaUsed: false, found: nothing }],
    [
      'again after the recipient ended the partnership',
      {
        recipient,
        isQuotaUsed: false,
        found: { ...nothing, invitation: { state: 'dismissed-partnership' } },
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
      'invitation-rejected',
      'while a rejected one stands',
      {
        recipient,
        isQuotaUsed: false,
        found: { ...nothing, isFull: true, invitation: { state: 'rejected' } },
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

describe('the states in which a command changes something', () => {
  it.each<[Command, State[]]>([
    ['send', ['none', 'dismissed-partnership']],
    ['accept', ['pending']],
    ['reject', ['pending']],
    ['delete-by-sender', ['pending', 'dismissed-request', 'dismissed-partnership']],
    ['delete-by-recipient', ['pending', 'rejected']],
    ['end-by-sender', ['accepted']],
    ['end-by-recipient', ['accepted']],
  ])('%s: %j', (command, expected) => {
    expect(statesFor(command)).toEqual(expected)
  })
})

it('at most 40 invitations stand in each direction between two accounts', () => {
  expect(maxStandingInvitations).toBe(40)
})
