import { describe, expect, it } from 'vitest'
import type { EventType, MailKind } from '../../shared/domain/events.ts'
import {
  actionsFor,
  type Cell,
  type Command,
  decide,
  decideEnd,
  decideSend,
  type InvitationAction,
  maxStandingInvitations,
  moves,
  type State,
  shown,
  sideOf,
  states,
  statesFor,
  transitions,
} from '../../shared/domain/invitation.ts'
import type { RefusalCode } from '../../shared/domain/refusals.ts'
import * as model from '../model/states.ts'

const now = '2026-11-23T09:00:00.000Z'
/** A cell as the model has it. */
const told = (cell: Cell): model.Cell =>
  'refusal' in cell ? cell.refusal : 'next' in cell ? cell.next : 'no change'

const acmeInvitesGlobex = (state: State) => ({ sender: 'acme', recipient: 'globex', state })

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
  it.each(states)('given %s', (state) => {
    const { sender, recipient } = model.sight(state)
    expect(shown[state]).toEqual(model.sight(state))
    const invitation = acmeInvitesGlobex(state)
    expect(sideOf('acme', invitation)).toBe(sender ? 'sender' : undefined)
    expect(sideOf('globex', invitation)).toBe(recipient ? 'recipient' : undefined)
  })

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

  it.each(states)('given %s, when the sender’s side accepts or rejects its own', (state) => {
    const refusal = state === 'none' ? 'not-found' : 'not-the-recipient'
    expect(decide(acmeInvitesGlobex(state), 'accept', { accountId: 'acme', now })).toEqual({ refusal })
    expect(decide(acmeInvitesGlobex(state), 'reject', { accountId: 'acme', now })).toEqual({ refusal })
  })

  it.each(states)('given %s, each side’s commands are those of the table', (state) => {
    const does = (accountId: string, action: InvitationAction) =>
      told(decide(acmeInvitesGlobex(state), action, { accountId, now }))
    expect(does('acme', 'delete')).toBe(model.table[state]['delete-by-sender'])
    expect(does('globex', 'delete')).toBe(model.table[state]['delete-by-recipient'])
    expect(does('globex', 'accept')).toBe(model.table[state].accept)
    expect(does('globex', 'reject')).toBe(model.table[state].reject)
  })
})

describe('the actions that are shown: null where they may be taken now, otherwise the code of the refusal', () => {
  it.each(
    states.flatMap((state) => (['sender', 'recipient'] as const).map((side) => [state, side] as const)),
  )('given %s, to an administrator of the %s', (state, side) => {
    const accountId = side === 'sender' ? 'acme' : 'globex'
    const shownActions = actionsFor(acmeInvitesGlobex(state), { accountId, administrator: true, now })
    expect(shownActions).toEqual(model.actions(state, side))
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

it('the states in which a command changes something are those in which the table has a next state', () => {
  for (const command of Object.keys(transitions.none) as Command[])
    expect(statesFor(command)).toEqual(states.filter((state) => model.isState(model.table[state][command])))
})

it('at most 40 invitations stand in each direction between two accounts', () => {
  expect(maxStandingInvitations).toBe(40)
})
