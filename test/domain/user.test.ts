import { describe, expect, it } from 'vitest'
import type { Claim } from '../../shared/domain/confirmed-addresses.ts'
import { maxAdministrators } from '../../shared/domain/profiles.ts'
import { isRefusal, type RefusalCode, refuse } from '../../shared/domain/refusals.ts'
import {
  decideUser,
  type Tombstone,
  type User,
  type UserChange,
  type UserCommand,
  type UserState,
  userState,
} from '../../shared/domain/user.ts'

const earlier = '2026-11-22T09:00:00.000Z'
const now = '2026-11-23T09:00:00.000Z'
const later = '2026-11-24T09:00:00.000Z'
const key = { accountId: 'acme', userId: 'max' }
const by = { accountId: 'acme', userId: 'ada', name: 'Ada' }
const newId = () => 'new'

const max: User = {
  ...key,
  email: 'max@acme',
  emailConfirmed: true,
  name: 'Max',
  profile: 'manager',
  locale: 'en',
  version: 3,
  changedAt: earlier,
  createdAt: earlier,
}
const unconfirmed: User = { ...max, emailConfirmed: false }
const pending: User = { ...max, pendingEmail: 'new@acme' }
const administrator: User = { ...max, profile: 'administrator' }
const hosted: User = { ...max, named: true, hostVersion: 5, hostDigest: 'five' }
const removed: Tombstone = { ...key, version: 4, changedAt: earlier, removed: true }
const removedByHost: Tombstone = { ...removed, hostVersion: 5, hostDigest: 'five' }

const fields = { email: 'max@acme', name: 'Max', profile: 'manager', locale: 'en' } as const
const add: UserCommand = { type: 'add', key, fields }
const addAdministrator: UserCommand = { type: 'add', key, fields: { ...fields, profile: 'administrator' } }
const change = (some: Partial<typeof add.fields>): UserCommand => ({ type: 'change', fields: some })
const remove: UserCommand = { type: 'remove' }
const confirm: UserCommand = { type: 'confirm', digest: 'of the token' }
const put = (version: number, digest = 'put', some: Partial<typeof add.fields> = {}): UserCommand => ({
  type: 'put',
  key,
  fields: { ...fields, ...some },
  write: { hostVersion: version, hostDigest: digest },
})
const drop = (version: number, digest = 'removed'): UserCommand => ({
  type: 'drop',
  key,
  write: { hostVersion: version, hostDigest: digest },
})
const link = (email: string, until = later) => ({ email, digest: 'of the token', until })

const decide = (user: User | Tombstone | undefined, command: UserCommand, known: Partial<UserState> = {}) =>
  decideUser({ ...userState(user), ...known }, command, {
    now,
    newId,
    by: command.type === 'put' || command.type === 'drop' || command.type === 'confirm' ? undefined : by,
  })

function changed(...given: Parameters<typeof decide>): UserChange {
  const decision = decide(...given)
  if (isRefusal(decision)) throw new Error(`Refused: ${decision.refusal}`)
  if ('unchanged' in decision) throw new Error('Unchanged')
  return decision
}

const claims = (email: string, claim: Claim | undefined) => new Map([[email, claim]])
const holder = (accountId: string, userId: string, ...named: string[]): Claim => ({
  accountId,
  userId,
  ...(named.length > 0 && { named: named.map((one) => ({ accountId, userId: one })) }),
})
const full = new Set(Array.from({ length: maxAdministrators }, (_, nth) => `${nth}`))

describe('a command is refused', () => {
  it.each<[string, User | Tombstone | undefined, UserCommand, Partial<UserState>, RefusalCode]>([
    ['to change nobody', undefined, change({ name: 'M' }), {}, 'not-found'],
    ['to change a removed user', removed, change({ name: 'M' }), {}, 'not-found'],
    ['to remove nobody', undefined, remove, {}, 'not-found'],
    ['to remove a removed user', removed, remove, {}, 'not-found'],
    ['to add an address that the account has', undefined, add, { addressTaken: true }, 'email-taken'],
    ['to change to such an address', max, change({ email: 'b@acme' }), { addressTaken: true }, 'email-taken'],
    [
      'to add too many administrators',
      undefined,
      addAdministrator,
      { administrators: full },
      'invalid-field',
    ],
    [
      'to promote too many',
      max,
      change({ profile: 'administrator' }),
      { administrators: full },
      'invalid-field',
    ],
    [
      'to put too many',
      max,
      put(1, 'p', { profile: 'administrator' }),
      { administrators: full },
      'invalid-field',
    ],
    [
      'to demote the last administrator',
      { ...administrator, userId: 'ada' },
      change({ profile: 'manager' }),
      { administrators: new Set(['ada']) },
      'last-administrator',
    ],
    [
      'to remove the last administrator',
      { ...administrator, userId: 'ada' },
      remove,
      { administrators: new Set(['ada']) },
      'last-administrator',
    ],
    [
      'to demote another, by one who was demoted meanwhile',
      administrator,
      change({ profile: 'manager' }),
      { administrators: new Set(['max']) },
      'not-an-administrator',
    ],
    [
      'to remove another, by one who was removed meanwhile',
      administrator,
      remove,
      { administrators: new Set(['max']) },
      'not-an-administrator',
    ],
    [
      'to add with a key that came with another body',
      undefined,
      add,
      { addedBefore: refuse('idempotency-key-reused'), addressTaken: true },
      'idempotency-key-reused',
    ],
    ['to confirm without a confirmation', unconfirmed, confirm, {}, 'not-found'],
    [
      'to confirm by another link',
      unconfirmed,
      confirm,
      { confirmation: { ...link('max@acme'), digest: 'of another' } },
      'not-found',
    ],
    [
      'to confirm by a link that was not sent yet',
      unconfirmed,
      confirm,
      { confirmation: { ...link('max@acme'), digest: undefined } },
      'not-found',
    ],
    ['to confirm too late', unconfirmed, confirm, { confirmation: link('max@acme', now) }, 'not-found'],
    ['to confirm what is confirmed', max, confirm, { confirmation: link('max@acme') }, 'not-found'],
    ['to confirm for a removed user', removed, confirm, { confirmation: link('max@acme') }, 'not-found'],
    ['to confirm for nobody', undefined, confirm, { confirmation: link('max@acme') }, 'not-found'],
    [
      'to confirm another address than the one that waits',
      pending,
      confirm,
      { confirmation: link('other@acme') },
      'not-found',
    ],
    [
      'to confirm an address that another user has confirmed',
      unconfirmed,
      confirm,
      { confirmation: link('max@acme'), claims: claims('max@acme', holder('globex', 'moa')) },
      'email-taken',
    ],
    ['to put another user in the same version', hosted, put(5, 'other'), {}, 'version-reused'],
    ['to remove in a version that was a put', hosted, drop(5), {}, 'version-reused'],
    ['to put in the version of a removal', removedByHost, put(5), {}, 'version-reused'],
  ])('%s', (_, user, command, known, code) => {
    expect(decide(user, command, known)).toMatchObject({ refusal: code })
  })

  it('with the field that is wrong, where there are too many administrators', () => {
    expect(decide(undefined, addAdministrator, { administrators: full })).toMatchObject({
      errors: [{ pointer: '/profile', detail: 'An account has at most 100 administrators.' }],
    })
  })
})

describe('nothing changes', () => {
  it.each<[string, User | Tombstone | undefined, UserCommand]>([
    ['where no field differs', max, change({ name: 'Max', email: 'max@acme' })],
    ['where the pending address is typed again', pending, change({ email: 'new@acme' })],
    [
      'where it is, by a user who lost the confirmed one',
      { ...pending, emailConfirmed: false },
      change({ email: 'new@acme' }),
    ],
    ['by a put of a lower version', hosted, put(4)],
    ['by a put that is repeated', hosted, put(5, 'five')],
    ['by a put of a lower version than the removal', removedByHost, put(4)],
    ['by a removal of a lower version', hosted, drop(4)],
    ['by a removal that is repeated', removedByHost, drop(5, 'five')],
  ])('%s', (_, user, command) => {
    expect(decide(user, command)).toEqual({ unchanged: user })
  })

  it('where an earlier request with the same key added the user: the answer is the same', () => {
    const addedBefore = { userId: 'first', createdAt: earlier }
    expect(decide(undefined, add, { addedBefore, addressTaken: true })).toMatchObject({
      unchanged: { ...key, ...fields, ...addedBefore, emailConfirmed: false },
    })
  })

  it('that would need an address, where another command has changed the user to it meanwhile', () => {
    expect(
      changed(unconfirmed, change({ email: 'max@acme', name: 'M' }), { addressTaken: true }).after,
    ).toMatchObject({
      email: 'max@acme',
      name: 'M',
    })
  })
})

describe('an administrator', () => {
  it('adds a user with an address that the account uses once, and that waits to be confirmed', () => {
    expect(changed(undefined, add)).toEqual({
      before: undefined,
      after: { ...max, emailConfirmed: false, version: 1, changedAt: now, createdAt: now },
      addresses: { added: { email: 'max@acme', once: true }, left: [], claims: [], others: [] },
      confirmation: { action: 'send', email: 'max@acme' },
      event: 'user-added',
    })
  })

  it('adds a user without an e-mail, where the address had too many today', () => {
    expect(changed(undefined, add, { mayConfirm: false })).not.toHaveProperty('confirmation')
  })

  it('changes fields in a new version, and no address', () => {
    const administrators = new Set(['ada'])
    const named: User = { ...pending, named: true, hostVersionOnly: true }
    expect(changed(named, change({ name: 'Maximilian', locale: 'sv' }), { administrators })).toEqual({
      before: named,
      after: { ...pending, named: true, name: 'Maximilian', locale: 'sv', version: 4, changedAt: now },
      addresses: { left: [], claims: [], others: [] },
      event: 'user-changed',
    })
  })

  it.each<[string, User, string, Partial<User>, string | undefined, string | undefined, string[]]>([
    ['of a confirmed one', hosted, 'b@acme', { pendingEmail: 'b@acme', named: true }, 'b@acme', 'b@acme', []],
    ['of a pending one', pending, 'b@acme', { pendingEmail: 'b@acme' }, 'b@acme', 'b@acme', ['new@acme']],
    ['of an unconfirmed one', unconfirmed, 'b@acme', { email: 'b@acme' }, 'b@acme', 'b@acme', ['max@acme']],
    [
      'back to the confirmed one',
      pending,
      'max@acme',
      { pendingEmail: undefined },
      undefined,
      undefined,
      ['new@acme'],
    ],
  ])('types another address %s', (_, user, email, becomes, sentTo, added, left) => {
    const { after, addresses, confirmation } = changed(user, change({ email }))
    expect(after).toMatchObject(becomes)
    expect(confirmation).toEqual(
      sentTo === undefined ? { action: 'withdraw' } : { action: 'send', email: sentTo },
    )
    expect(addresses.added?.email).toBe(added)
    expect(addresses.left.map((one) => one.email)).toEqual(left)
    expect(addresses.claims).toEqual([])
  })

  it('withdraws the earlier link, where the new address had too many e-mails today', () => {
    const { confirmation } = changed(pending, change({ email: 'b@acme' }), { mayConfirm: false })
    expect(confirmation).toEqual({ action: 'withdraw' })
  })

  it.each<[string, User | undefined, UserCommand, UserChange['administrators']]>([
    ['adds one', undefined, addAdministrator, 'add'],
    ['promotes one', max, change({ profile: 'billing-administrator' }), 'add'],
    ['demotes one', administrator, change({ profile: 'manager' }), 'remove-unless-last'],
    ['removes one', administrator, remove, 'remove-unless-last'],
    ['changes the kind of one', administrator, change({ profile: 'billing-administrator' }), undefined],
    ['removes another user', max, remove, undefined],
  ])('%s, as the account’s administrators', (_, user, command, expected) => {
    expect(changed(user, command).administrators).toBe(expected)
  })

  it.each([
    ['demotes one of two administrators', administrator, 'manager', new Set(['ada', 'max'])],
    ['demotes one of as many as there may be', administrator, 'manager', full],
    ['promotes one where there may be more', max, 'administrator', new Set(['ada'])],
  ] as const)('%s', (_, user, profile, administrators) => {
    expect(changed(user, change({ profile }), { administrators }).after).toMatchObject({ profile })
  })

  it('types another address than the host’s that the user has lost', () => {
    const { after, addresses } = changed({ ...unconfirmed, named: true }, change({ email: 'b@acme' }), {
      claims: claims('max@acme', holder('acme', 'moa', 'max', 'moa')),
    })
    expect(after).toMatchObject({ email: 'b@acme', named: undefined })
    expect(addresses).toMatchObject({ claims: [{ after: holder('acme', 'moa', 'moa') }], others: [] })
  })

  it('removes a user, who leaves a tombstone, all addresses, and a link that no longer works', () => {
    expect(changed({ ...pending, hostVersion: 5, hostDigest: 'five' }, remove)).toMatchObject({
      after: { ...removed, changedAt: now, hostVersion: 5, hostDigest: 'five' },
      addresses: {
        left: [
          { email: 'max@acme', shared: false },
          { email: 'new@acme', shared: false },
        ],
        claims: [{ email: 'max@acme', before: holder('acme', 'max'), after: undefined }],
        others: [],
      },
      confirmation: { action: 'withdraw' },
      event: 'user-removed',
    })
  })
})

describe('a reader confirms', () => {
  it('an unconfirmed address, and takes its claim', () => {
    expect(changed(unconfirmed, confirm, { confirmation: link('max@acme') })).toEqual({
      before: unconfirmed,
      after: { ...max, version: 4, changedAt: now },
      addresses: {
        left: [],
        claims: [{ email: 'max@acme', before: undefined, after: holder('acme', 'max') }],
        others: [],
      },
      confirmation: { action: 'use', digest: 'of the token' },
      event: 'user-changed',
    })
  })

  it('a pending address, and leaves the one before, which the user put last holds again', () => {
    const user: User = { ...pending, named: true }
    const known = {
      confirmation: link('new@acme'),
      claims: claims('max@acme', holder('acme', 'max', 'moa', 'max')),
    }
    expect(changed(user, confirm, known)).toMatchObject({
      after: { email: 'new@acme', emailConfirmed: true, pendingEmail: undefined, named: undefined },
      addresses: {
        left: [{ email: 'max@acme', shared: false }],
        claims: [
          { email: 'new@acme', before: undefined, after: holder('acme', 'max') },
          { email: 'max@acme', after: holder('acme', 'moa', 'moa') },
        ],
        others: [{ accountId: 'acme', userId: 'moa', email: 'max@acme', emailConfirmed: true }],
      },
    })
  })
})

describe('the host', () => {
  const write = { hostVersion: 6, hostDigest: 'put' }

  it('puts a new user, whose address is confirmed', () => {
    expect(changed(undefined, put(6))).toEqual({
      before: undefined,
      after: { ...max, ...write, named: true, version: 1, changedAt: now, createdAt: now },
      addresses: {
        added: { email: 'max@acme', once: false },
        left: [],
        claims: [{ email: 'max@acme', before: undefined, after: holder('acme', 'max', 'max') }],
        others: [],
      },
      event: 'user-added',
    })
  })

  it('brings back a removed user, in a version above the tombstone’s', () => {
    expect(changed(removedByHost, put(6))).toMatchObject({
      before: removedByHost,
      after: { email: 'max@acme', version: 5, createdAt: now },
      event: 'user-added',
    })
  })

  it('takes back what an administrator typed, and its link', () => {
    expect(changed({ ...pending, hostVersion: 5 }, put(6))).toMatchObject({
      after: { email: 'max@acme', pendingEmail: undefined, emailConfirmed: true },
      confirmation: { action: 'withdraw' },
      event: 'user-changed',
    })
  })

  it('takes an address over, whose holder stands with an unconfirmed one', () => {
    const { addresses } = changed(undefined, put(6), { claims: claims('max@acme', holder('globex', 'max')) })
    expect(addresses.others).toEqual([
      { accountId: 'globex', userId: 'max', email: 'max@acme', emailConfirmed: false },
    ])
  })

  it('writes its version alone, where the user is as it puts it', () => {
    expect(changed(hosted, put(6))).toEqual({
      before: hosted,
      after: { ...hosted, ...write, hostVersionOnly: true },
      addresses: { left: [], claims: [], others: [] },
    })
  })

  it('has the address remember the user, where that had confirmed it by a link', () => {
    const { addresses, after, event } = changed(max, put(6))
    expect([after.hostVersionOnly, event]).toEqual([true, undefined])
    expect(addresses.claims).toEqual([
      { email: 'max@acme', before: undefined, after: holder('acme', 'max', 'max') },
    ])
  })

  it.each<[string, User | undefined, UserCommand, UserChange['administrators']]>([
    ['puts one', undefined, put(6, 'p', { profile: 'administrator' }), 'add'],
    ['promotes one', max, put(6, 'p', { profile: 'administrator' }), 'add'],
    ['demotes one, the last one too', administrator, put(6), 'remove'],
    ['removes one, the last one too', administrator, drop(6), 'remove'],
    ['puts one again', administrator, put(6, 'p', { profile: 'administrator', name: 'M' }), undefined],
  ])('%s, as the account’s administrators', (_, user, command, expected) => {
    for (const administrators of [undefined, new Set(['max'])])
      expect(changed(user, command, { administrators }).administrators).toBe(expected)
  })

  it.each([{ email: 'b@acme' }, { name: 'M' }, { profile: 'observer' }, { locale: 'sv' }] as const)(
    'changes what differs, however many administrators there are: %j',
    (differs) => {
      const { after, event } = changed(hosted, put(6, 'put', differs), { administrators: full })
      expect([after, event]).toEqual([expect.objectContaining(differs), 'user-changed'])
    },
  )

  it('removes a user', () => {
    expect(changed({ ...hosted, pendingEmail: 'new@acme' }, drop(6))).toMatchObject({
      after: { ...removed, changedAt: now, hostVersion: 6, hostDigest: 'removed' },
      addresses: {
        left: [{ email: 'max@acme' }, { email: 'new@acme' }],
        claims: [{ email: 'max@acme', before: holder('acme', 'max', 'max'), after: undefined }],
      },
      confirmation: { action: 'withdraw' },
      event: 'user-removed',
    })
  })

  it('removes a user that never was: a tombstone that nobody has a copy of', () => {
    expect(changed(undefined, drop(6))).toEqual({
      before: undefined,
      after: {
        ...key,
        version: 0,
        changedAt: now,
        removed: true,
        hostVersion: 6,
        hostDigest: 'removed',
        hostVersionOnly: true,
      },
      addresses: { left: [], claims: [], others: [] },
    })
  })

  it('removes a removed user again, in its own version alone', () => {
    expect(changed(removed, drop(6))).toMatchObject({
      after: { ...removed, hostVersion: 6, hostDigest: 'removed', hostVersionOnly: true },
    })
  })
})

describe('an address of the account that other users have too', () => {
  it('is left to them', () => {
    const { addresses } = changed(max, remove, { shared: new Set(['max@acme']) })
    expect(addresses.left).toEqual([{ email: 'max@acme', shared: true }])
  })
})
