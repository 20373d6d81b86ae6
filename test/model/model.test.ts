import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { atTheLimit, relationshipScenarios, scenariosAtRest } from './commands.ts'
import { Model, sameAddress } from './model.ts'
import { relationshipStep, type Step, stepOf, takeAtRest } from './steps.ts'
import type { Caller, Profile, User, World } from './system.ts'

function user(accountId: string, name: string, profile: Profile): User {
  return { id: name, accountId, email: `${name}@${accountId}.example`, name, profile }
}

const ada = user('acme', 'ada', 'administrator')
const bill = user('acme', 'bill', 'billing-administrator')
const max = user('acme', 'max', 'manager')
const bo = user('globex', 'bo', 'administrator')
const gun = user('globex', 'gun', 'administrator')
const olle = user('globex', 'olle', 'observer')
const ines = user('initech', 'ines', 'administrator')
const world: World = { accounts: ['acme', 'globex', 'initech'], users: [ada, bill, max, bo, gun, olle, ines] }

type State =
  | 'none'
  | 'pending'
  | 'rejected'
  | 'dismissed (request)'
  | 'dismissed (former partnership)'
  | 'accepted'
type Verb = 'send' | 'accept' | 'reject' | 'delete by the sender' | 'delete by the recipient'

const states: State[] = [
  'none',
  'pending',
  'rejected',
  'dismissed (request)',
  'dismissed (former partnership)',
  'accepted',
]
const verbs: Verb[] = ['send', 'accept', 'reject', 'delete by the sender', 'delete by the recipient']

function sent(model: Model, by: Caller = ada, email = olle.email): string {
  const outcome = model.send(by, email)
  if (!('handle' in outcome)) throw new Error(`not sent: ${JSON.stringify(outcome)}`)
  return outcome.handle
}

/** Acme's Ada has invited Globex's Olle, and this is what became of it; `none` is an invitation that nobody made. */
function given(state: State): { model: Model; handle: string } {
  const model = new Model(world)
  if (state === 'none') return { model, handle: 'never-made' }
  const handle = sent(model)
  if (state === 'rejected') model.reject(bo, handle)
  if (state === 'dismissed (request)') model.deleteInvitation(bo, handle)
  if (state === 'accepted' || state === 'dismissed (former partnership)') model.accept(bo, handle)
  if (state === 'dismissed (former partnership)') model.deletePartner(bo, 'acme')
  return { model, handle }
}

/** The spec's word for what Acme and Globex have of the latest invitation of Olle, told from what each of them sees. */
function stateOf(model: Model): State {
  const acme = model.views('acme')
  const globex = model.views('globex')
  if (acme.partners.length > 0) return 'accepted'
  const [atSender] = acme.sent
  if (!atSender) return 'none'
  if (atSender.status === 'pending') return 'pending'
  if (globex.received.length > 0) return 'rejected'
  return atSender.recipient ? 'dismissed (former partnership)' : 'dismissed (request)'
}

/** Told by administrators who neither sent the invitation nor were invited. */
function command(verb: Verb, model: Model, handle: string) {
  switch (verb) {
    case 'send':
      return model.send(bill, olle.email)
    case 'accept':
      return model.accept(gun, handle)
    case 'reject':
      return model.reject(gun, handle)
    case 'delete by the sender':
      return model.deleteInvitation(bill, handle)
    case 'delete by the recipient':
      return model.deleteInvitation(gun, handle)
  }
}

describe('an invitation’s life (§2): what each command does in each state', () => {
  const changes: [State, Verb, State, string[]][] = [
    ['none', 'send', 'pending', ['invitation-sent to olle@globex.example']],
    ['pending', 'accept', 'accepted', ['invitation-accepted to ada@acme.example']],
    ['pending', 'reject', 'rejected', ['invitation-rejected to ada@acme.example']],
    ['pending', 'delete by the sender', 'none', []],
    ['pending', 'delete by the recipient', 'dismissed (request)', []],
    ['rejected', 'reject', 'rejected', []],
    ['rejected', 'delete by the recipient', 'dismissed (request)', []],
    ['dismissed (request)', 'delete by the sender', 'none', []],
    ['dismissed (former partnership)', 'send', 'pending', ['invitation-sent to olle@globex.example']],
    ['dismissed (former partnership)', 'delete by the sender', 'none', []],
    ['accepted', 'accept', 'accepted', []],
  ]
  const refusals: [State, Verb, string][] = [
    ['none', 'accept', 'not-found'],
    ['none', 'reject', 'not-found'],
    ['none', 'delete by the sender', 'not-found'],
    ['none', 'delete by the recipient', 'not-found'],
    ['pending', 'send', 'invitation-pending'],
    ['rejected', 'send', 'invitation-rejected'],
    ['rejected', 'accept', 'invitation-not-pending'],
    ['rejected', 'delete by the sender', 'recipient-must-delete-first'],
    ['dismissed (request)', 'send', 'invitation-rejected'],
    ['dismissed (request)', 'accept', 'not-found'],
    ['dismissed (request)', 'reject', 'not-found'],
    ['dismissed (request)', 'delete by the recipient', 'not-found'],
    ['dismissed (former partnership)', 'accept', 'not-found'],
    ['dismissed (former partnership)', 'reject', 'not-found'],
    ['dismissed (former partnership)', 'delete by the recipient', 'not-found'],
    ['accepted', 'send', 'already-partners'],
    ['accepted', 'reject', 'invitation-not-pending'],
    ['accepted', 'delete by the sender', 'already-partners'],
    ['accepted', 'delete by the recipient', 'already-partners'],
  ]

  it('has a row here for every cell of the table', () => {
    const rows = [...changes, ...refusals].map(([state, verb]) => `${state}, ${verb}`)
    expect(rows.sort()).toEqual(states.flatMap((state) => verbs.map((verb) => `${state}, ${verb}`)).sort())
  })

  it.each(changes)('%s, %s → %s, e-mails: %j', (state, verb, next, mails) => {
    const { model, handle } = given(state)
    expect(stateOf(model)).toBe(state)
    const before = model.mails().length
    const outcome = command(verb, model, handle)
    expect(outcome).toHaveProperty('ok')
    expect(stateOf(model)).toBe(next)
    expect(
      model
        .mails()
        .slice(before)
        .map(({ kind, to }) => `${kind} to ${to}`),
    ).toEqual(mails)
  })

  it.each(refusals)('%s, %s → %s, and nothing changes', (state, verb, code) => {
    const { model, handle } = given(state)
    const before = everything(model)
    expect(command(verb, model, handle)).toEqual({ refused: code })
    expect(everything(model)).toEqual(before)
  })

  it.each<[State, string | null, string | null]>([
    ['pending', 'pending', 'pending'],
    ['rejected', 'rejected', 'rejected'],
    ['dismissed (request)', 'rejected', null],
    ['dismissed (former partnership)', 'rejected', null],
    ['accepted', null, null],
  ])('%s: the sender sees %s, the recipient sees %s', (state, atSender, atRecipient) => {
    const { model } = given(state)
    expect(model.views('acme').sent[0]?.status ?? null).toBe(atSender)
    expect(model.views('globex').received[0]?.status ?? null).toBe(atRecipient)
    const partners = state === 'accepted'
    expect(model.views('acme').partners).toEqual(partners ? [{ accountId: 'globex', initiatedBy: 'us' }] : [])
    expect(model.views('globex').partners).toEqual(
      partners ? [{ accountId: 'acme', initiatedBy: 'them' }] : [],
    )
  })

  it.each(states)('%s: the actions shown are what the commands would answer', (state) => {
    const told = (verb: Verb) => {
      const { model, handle } = given(state)
      const outcome = command(verb, model, handle)
      return 'refused' in outcome ? outcome.refused : null
    }
    const { model } = given(state)
    for (const row of model.views('acme').sent)
      expect(row.actions).toEqual({ delete: told('delete by the sender') })
    for (const row of model.views('globex').received)
      expect(row.actions).toEqual({
        accept: told('accept'),
        reject: told('reject'),
        delete: told('delete by the recipient'),
      })
  })
})

describe('around the table (§2)', () => {
  it('after a rejection the recipient deletes, then the sender, then the address can be invited again', () => {
    const { model, handle } = given('rejected')
    expect(model.deleteInvitation(ada, handle)).toEqual({ refused: 'recipient-must-delete-first' })
    expect(model.deleteInvitation(bo, handle)).toEqual({ ok: 'deleted' })
    expect(model.send(ada, olle.email)).toEqual({ refused: 'invitation-rejected' })
    expect(model.deleteInvitation(ada, handle)).toEqual({ ok: 'deleted' })
    expect(model.send(ada, olle.email)).toHaveProperty('ok', 'created')
  })

  it.each<State>(['none', 'dismissed (former partnership)'])(
    '%s: what was meant for an earlier life does not touch a later one',
    (state) => {
      const earlier = given('pending')
      if (state === 'none') earlier.model.deleteInvitation(ada, earlier.handle)
      const { model, handle } = state === 'none' ? earlier : given(state)
      const again = sent(model)
      expect(again).not.toBe(handle)
      expect(model.accept(bo, handle)).toEqual({ refused: 'not-found' })
      expect(model.deleteInvitation(ada, handle)).toEqual({ refused: 'not-found' })
      expect(model.accept(bo, again)).toHaveProperty('ok', 'accepted')
    },
  )

  it('invitations to several users of one account stand each on their own', () => {
    const model = new Model(world)
    const [toBo, toGun] = [sent(model, ada, bo.email), sent(model, ada, gun.email)]
    model.reject(bo, toBo)
    expect(model.accept(bo, toGun)).toHaveProperty('ok', 'accepted')
  })

  it('accepting removes every other invitation between the two, in both directions and any state', () => {
    const model = new Model(world)
    const toBo = sent(model, ada, bo.email)
    const toGun = sent(model, ada, gun.email)
    const toOlle = sent(model, ada, olle.email)
    const crossing = sent(model, bo, max.email)
    const elsewhere = sent(model, ada, ines.email)
    model.reject(bo, toBo)
    model.deleteInvitation(bo, toGun)
    model.accept(ada, crossing)
    expect(model.views('acme')).toMatchObject({
      sent: [{ handle: elsewhere }],
      received: [],
      partners: [{ accountId: 'globex', initiatedBy: 'them' }],
    })
    expect(model.views('globex')).toMatchObject({ sent: [], received: [] })
    for (const handle of [toBo, toGun, toOlle]) {
      expect(model.deleteInvitation(ada, handle)).toEqual({ refused: 'not-found' })
      expect(model.accept(bo, handle)).toEqual({ refused: 'not-found' })
    }
  })

  it.each(states)('%s: a user of a third account is told not-found, never “forbidden”', (state) => {
    const { model, handle } = given(state)
    expect(model.accept(ines, handle)).toEqual({ refused: 'not-found' })
    expect(model.reject(ines, handle)).toEqual({ refused: 'not-found' })
    expect(model.deleteInvitation(ines, handle)).toEqual({ refused: 'not-found' })
    expect(model.views('initech')).toEqual({ sent: [], received: [], partners: [] })
  })

  it.each<[State, string]>([
    ['none', 'not-found'],
    ['pending', 'not-the-recipient'],
    ['rejected', 'not-the-recipient'],
    ['dismissed (request)', 'not-the-recipient'],
    ['dismissed (former partnership)', 'not-the-recipient'],
    ['accepted', 'not-the-recipient'],
  ])('%s: the sender’s side accepting or rejecting its own is told %s', (state, code) => {
    const { model, handle } = given(state)
    expect(model.accept(ada, handle)).toEqual({ refused: code })
    expect(model.reject(ada, handle)).toEqual({ refused: code })
  })

  it.each<[string, Caller, string]>([
    ['who is no administrator', max, 'not-an-administrator'],
    ['whom the directory does not have', { id: 'nobody', accountId: 'acme' }, 'unknown-user'],
  ])('a user %s is refused before anything else', (_, by, code) => {
    const { model, handle } = given('rejected')
    const answers = [
      model.send(by, 'not-an-address'),
      model.accept(by, handle),
      model.reject(by, 'never-made'),
      model.deleteInvitation(by, handle),
      model.deletePartner(by, 'nowhere'),
      model.addUser(by, { email: bo.email, name: 'Bo', profile: 'observer' }),
      model.changeUser(by, bo.id, {}),
      model.removeUser(by, bo.id),
      model.removeContact(by, 'never-made'),
    ]
    for (const answer of answers) expect(answer).toEqual({ refused: code })
  })

  it.each([
    ['not-an-address', 'invalid-email'],
    ['nobody@globex.example', 'no-account-for-email'],
    ['max@acme.example', 'own-account'],
    ['gun@globex.example', 'already-partners'],
  ])('sending to %s is refused as %s', (email, code) => {
    const { model } = given('accepted')
    expect(model.send(ada, email)).toEqual({ refused: code })
  })

  it('neither side of a partnership can invite the other', () => {
    const { model } = given('accepted')
    expect(model.send(bo, ada.email)).toEqual({ refused: 'already-partners' })
  })

  it('an address is trimmed, NFC, lower-cased and its domain in ASCII', () => {
    const { model } = given('pending')
    expect(model.send(ada, '  OLLE@Globex.Example\t')).toEqual({ refused: 'invitation-pending' })
    expect(sameAddress('Zoe@Zoe\u0308.example')).toBe('zoe@xn--zo-ija.example')
  })

  it('an invitation stays with the account that the address was in when it was sent', () => {
    const { model, handle } = given('pending')
    model.removeUser(bo, olle.id)
    model.addUser(ines, { email: olle.email, name: 'Olle', profile: 'observer' })
    expect(model.send(ada, olle.email)).toHaveProperty('ok', 'created')
    expect(model.views('initech').received).toHaveLength(1)
    expect(model.accept(bo, handle)).toHaveProperty('ok', 'accepted')
    expect(model.views('initech').received).toHaveLength(1)
  })

  it('the sender sees the recipient account’s name once accepted and ever after', () => {
    expect(given('pending').model.views('acme').sent).toMatchObject([{ recipient: null }])
    expect(given('dismissed (request)').model.views('acme').sent).toMatchObject([{ recipient: null }])
    expect(given('dismissed (former partnership)').model.views('acme').sent).toMatchObject([
      { recipient: 'globex' },
    ])
  })

  it('a demoted administrator is refused from the next command on', () => {
    const { model, handle } = given('pending')
    model.changeUser(bo, gun.id, { profile: 'manager' })
    expect(model.accept(gun, handle)).toEqual({ refused: 'not-an-administrator' })
  })
})

describe('at most 40 invitations stand in each direction between two accounts (§2)', () => {
  it('counts every state, and lets a former partnership’s place be taken', () => {
    const { world: crowd, commands } = atTheLimit()
    const model = new Model(crowd)
    const outcomes = commands.map((one) => takeAtRest(relationshipStep(one, model), model))
    expect(outcomes.slice(84)).toEqual([
      { refused: 'too-many-invitations' },
      { refused: 'too-many-invitations' },
      { refused: 'invitation-pending' },
      { ok: 'created', handle: '#81' },
      { refused: 'too-many-invitations' },
      { ok: 'deleted' },
      { ok: 'created', handle: '#82' },
      { refused: 'too-many-invitations' },
      { ok: 'accepted', partner: { accountId: 'globex', initiatedBy: 'them' } },
    ])
    expect(outcomes.slice(0, 84).filter((outcome) => 'refused' in outcome)).toEqual([])
    for (const account of crowd.accounts)
      expect(model.views(account)).toMatchObject({ sent: [], received: [], partners: [{}] })
  })
})

describe('e-mails when the sender is gone (§7)', () => {
  it('go to the sender account’s administrators', () => {
    const { model, handle } = given('pending')
    model.addUser(bill, { email: 'eva@acme.example', name: 'Eva', profile: 'administrator' })
    model.removeUser(bill, ada.id)
    model.reject(bo, handle)
    expect(
      model
        .mails()
        .slice(1)
        .map(({ to }) => to),
    ).toEqual(['bill@acme.example', 'eva@acme.example'])
  })

  it('go to the sender if only demoted, at today’s address', () => {
    const { model, handle } = given('pending')
    model.changeUser(bill, ada.id, { profile: 'observer' })
    model.changeUser(bill, ada.id, { email: 'ada.lind@acme.example' })
    model.reject(bo, handle)
    expect(model.mails().at(-1)).toEqual({ kind: 'invitation-rejected', to: 'ada.lind@acme.example' })
  })
})

describe('ending a partnership (§3)', () => {
  it.each<[string, Caller, string, State]>([
    ['the sender account', bill, 'globex', 'none'],
    ['the recipient account', gun, 'acme', 'dismissed (former partnership)'],
  ])('by %s', (_, by, partner, next) => {
    const { model } = given('accepted')
    const mails = model.mails().length
    expect(model.deletePartner(by, partner)).toEqual({ ok: 'ended' })
    expect(stateOf(model)).toBe(next)
    expect(model.views('acme').partners).toEqual([])
    expect(model.views('globex')).toEqual({ sent: [], received: [], partners: [] })
    expect(model.mails()).toHaveLength(mails)
    expect(model.deletePartner(by, partner)).toEqual({ refused: 'not-found' })
  })

  it.each(['initech', 'nowhere', 'acme'])('%s is no partner: not-found', (accountId) => {
    expect(given('accepted').model.deletePartner(ada, accountId)).toEqual({ refused: 'not-found' })
  })

  it('either side can start again with a new invitation', () => {
    for (const [by, email] of [
      [ada, bo.email],
      [bo, ada.email],
    ] as const) {
      const { model } = given('dismissed (former partnership)')
      const again = sent(model, by, email)
      expect(model.accept(by === ada ? bo : ada, again)).toHaveProperty('ok', 'accepted')
      expect(model.views('acme').sent).toEqual([])
    }
  })
})

describe('contacts (§4)', () => {
  const newcomer = { email: 'kim@globex.example', name: 'kim', profile: 'observer' as const }

  function members(model: Model, accountId = 'acme'): string[] {
    return model
      .contacts(accountId)
      .filter(({ kind }) => kind === 'member')
      .map(({ name, live }) => (live ? name : `${name}, left behind`))
      .sort()
  }

  function contactOf(model: Model, name: string): string {
    return model.contacts('acme').find((contact) => contact.name === name)?.handle ?? 'none'
  }

  it('C1: members are exactly the partner’s users, as they are now', () => {
    const { model } = given('accepted')
    model.addUser(bo, newcomer)
    model.changeUser(bo, gun.id, { name: 'gunilla' })
    model.removeUser(bo, olle.id)
    expect(members(model)).toEqual(['bo', 'gunilla', 'kim'])
    expect(members(model, 'globex')).toEqual(['ada', 'bill', 'max'])
    expect(members(model, 'initech')).toEqual([])
  })

  it('C2: after an end nothing changes any more', () => {
    const { model } = given('accepted')
    model.deletePartner(bo, 'acme')
    const before = model.contacts('acme')
    model.addUser(bo, newcomer)
    model.changeUser(bo, gun.id, { name: 'gunilla' })
    model.removeUser(bo, olle.id)
    expect(model.contacts('acme')).toEqual(before)
    expect(members(model)).toEqual(['bo, left behind', 'gun, left behind', 'olle, left behind'])
  })

  it('C3: partners again: alive again, none twice, nobody who is gone, a removed one back', () => {
    const { model } = given('accepted')
    model.deletePartner(bo, 'acme')
    expect(model.removeContact(ada, contactOf(model, 'gun'))).toEqual({ ok: 'contact-removed' })
    model.removeUser(bo, olle.id)
    model.addUser(bo, newcomer)
    expect(members(model)).toEqual(['bo, left behind', 'olle, left behind'])
    model.accept(bo, sent(model, ada, bo.email))
    expect(members(model)).toEqual(['bo', 'gun', 'kim'])
  })

  it('a live contact can’t be removed, and another account’s is not found', () => {
    const { model } = given('accepted')
    const handle = contactOf(model, 'gun')
    expect(model.removeContact(ada, handle)).toEqual({ refused: 'contact-is-live' })
    expect(model.removeContact(bo, handle)).toEqual({ refused: 'not-found' })
  })
})

describe('users (§5)', () => {
  it('an address in use is email-taken, a user’s own aside', () => {
    const model = new Model(world)
    expect(model.addUser(ada, { email: 'BO@globex.example', name: 'Bo', profile: 'observer' })).toEqual({
      refused: 'email-taken',
    })
    expect(model.changeUser(ada, max.id, { email: bo.email })).toEqual({ refused: 'email-taken' })
    expect(model.changeUser(ada, max.id, { email: 'MAX@acme.example' })).toEqual({ ok: 'user-changed' })
  })

  it('the last administrator can’t be removed or demoted', () => {
    const model = new Model(world)
    expect(model.removeUser(ines, ines.id)).toEqual({ refused: 'last-administrator' })
    expect(model.changeUser(ines, ines.id, { profile: 'manager' })).toEqual({ refused: 'last-administrator' })
    expect(model.changeUser(ines, ines.id, { profile: 'billing-administrator' })).toHaveProperty('ok')
    expect(model.removeUser(ada, ada.id)).toEqual({ ok: 'user-removed' })
    expect(model.removeUser(bill, bill.id)).toEqual({ refused: 'last-administrator' })
  })

  it('another account’s user is not-found', () => {
    const model = new Model(world)
    expect(model.removeUser(ada, bo.id)).toEqual({ refused: 'not-found' })
    expect(model.changeUser(ada, bo.id, { name: 'B' })).toEqual({ refused: 'not-found' })
  })
})

describe('500 random histories', () => {
  const seed = 20261123

  it('reach every cell of §2’s table and every case of §3', () => {
    const reached = new Set<string>()
    for (const { world: drawn, commands } of fc.sample(relationshipScenarios(40), { numRuns: 500, seed })) {
      const model = new Model(drawn)
      for (const one of commands) {
        const step = relationshipStep(one, model)
        const cell = cellOf(step, model)
        if (cell) reached.add(cell)
        takeAtRest(step, model)
      }
    }
    const wanted = [
      ...states.flatMap((state) => verbs.map((verb) => `${state}, ${verb}`)),
      ...states.filter((state) => state !== 'none').map((state) => `${state}, touched by a third account`),
      'partners, ended by the sender account',
      'partners, ended by the recipient account',
      'no partners, ended',
    ]
    expect([...reached].sort()).toEqual(wanted.sort())
  })

  it('with users who come and go provoke every refusal but the limit of forty, and every success', () => {
    const answers = new Set<string>()
    for (const { world: drawn, commands } of fc.sample(scenariosAtRest(40), { numRuns: 500, seed })) {
      const model = new Model(drawn)
      for (const one of commands) {
        const outcome = takeAtRest(stepOf(one, model), model)
        if ('refused' in outcome) answers.add(outcome.refused)
        else if ('ok' in outcome) answers.add(outcome.ok)
      }
    }
    expect([...answers].sort()).toEqual([
      'accepted',
      'already-partners',
      'contact-is-live',
      'contact-removed',
      'created',
      'deleted',
      'email-taken',
      'ended',
      'invalid-email',
      'invitation-not-pending',
      'invitation-pending',
      'invitation-rejected',
      'last-administrator',
      'no-account-for-email',
      'not-an-administrator',
      'not-found',
      'not-the-recipient',
      'own-account',
      'recipient-must-delete-first',
      'rejected',
      'unknown-user',
      'user-added',
      'user-changed',
      'user-removed',
    ])
  })

  /** Which cell a step of an administrator falls in, before it is taken; nothing for what the table does not speak of. */
  function cellOf(step: Step, model: Model): string | undefined {
    const caller = model.people.find(({ id }) => id === step.by.id)
    if (!caller?.profile.endsWith('administrator')) return undefined
    const account = caller.accountId
    if (step.do === 'delete-partner') {
      const partner = model.views(account).partners.find(({ accountId }) => accountId === step.accountId)
      if (!partner) return 'no partners, ended'
      return `partners, ended by the ${partner.initiatedBy === 'us' ? 'sender' : 'recipient'} account`
    }
    if (step.do === 'send') {
      const invited = model.people.find(({ email }) => email === sameAddress(step.email))
      if (!invited || invited.accountId === account) return undefined
      const latest = model.invitations.findLast(
        ({ sender, recipient, address }) =>
          sender === account && recipient === invited.accountId && address === invited.email,
      )
      return `${stateOfSending(latest, model)}, send`
    }
    if (!('handle' in step)) return undefined
    const sending = model.invitations.find(({ handle }) => handle === step.handle)
    const state = stateOfSending(sending, model)
    if (state !== 'none' && sending && ![sending.sender, sending.recipient].includes(account))
      return `${state}, touched by a third account`
    const side = sending?.sender === account ? 'sender' : 'recipient'
    if (step.do === 'delete') return `${state}, delete by the ${side}`
    return side === 'recipient' ? `${state}, ${step.do}` : undefined
  }

  function stateOfSending(sending: Model['invitations'][number] | undefined, model: Model): State {
    if (!sending?.senderHasIt) return 'none'
    const { sender, recipient, recipientHasIt, wasRejected, wasAccepted } = sending
    if (wasAccepted && model.views(sender).partners.some(({ accountId }) => accountId === recipient))
      return 'accepted'
    if (recipientHasIt) return wasRejected ? 'rejected' : 'pending'
    return wasAccepted ? 'dismissed (former partnership)' : 'dismissed (request)'
  }
})

function everything(model: Model) {
  return {
    views: world.accounts.map((account) => model.views(account)),
    contacts: world.accounts.map((account) => model.contacts(account)),
    mails: model.mails(),
  }
}
