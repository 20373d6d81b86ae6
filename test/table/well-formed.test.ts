import { describe, expect, it } from 'vitest'
import { type Key, keys } from '../../shared/table/keys.ts'
import { takeMalformed } from '../../shared/table/malformed.ts'
import { allWellFormed, wellFormed } from '../../shared/table/well-formed.ts'

const at = '2026-11-23T09:00:00.000Z'
const uuid = '0198c0de-5a1e-7c3f-9d42-1f6b8a3e7c55'
const hash = '0123456789abcdef0123456789abcdef'
const user = { accountId: 'acme', userId: 'ada' }
const listed = { position: 'p', list: 'l', listOfKind: 'k', listOfSide: 's', listOfSideAndKind: 'b' }
const made = { request: 'r', bodyDigest: 'd' }
const hosted = { hostVersion: 1, hostDigest: 'd' }
const sent = { sender: 'acme', recipient: 'globex', email: 'bo@globex.example' }
const ada = {
  ...user,
  ...hosted,
  email: 'a',
  emailConfirmed: true,
  name: 'Ada',
  profile: 'manager',
  locale: 'en',
}
const active = {
  ...ada,
  ...listed,
  ...made,
  hostVersionOnly: true,
  pendingEmail: 'b',
  named: true,
  version: 1,
}
const removed = { ...user, ...hosted, hostVersionOnly: true, version: 2, changedAt: at, removed: true }
const contact = { ...listed, ...made, owner: 'globex', ...user, epoch: 1, version: 1 }
const share = { owner: 'acme', hash, accountId: 'acme', partnerId: 'globex' }
const mailCause = { mail: 'invitation-sent', ...sent, sentBy: 'ada', sentByName: 'Ada', invitedUser: 'bo' }
const copy = { type: 'copy', expires: 1, after: 'x' }

const sharedByAcme = {
  type: 'share',
  ...listed,
  ...made,
  ...share,
  sharingId: uuid,
  kind: 'file',
  objectId: 'o',
  title: 'T',
  url: 'u',
  sharedByName: 'Ada',
  createdAt: at,
  requests: [],
}

/** An item of each type with all that it can have, and the names of what it must have. */
const samples: [name: string, Key<unknown>, item: Record<string, unknown>, required: string][] = [
  [
    'account',
    keys.account('acme'),
    {
      type: 'account',
      accountId: 'acme',
      name: 'Acme',
      salt: 's',
      administrators: new Set(['a']),
      ...hosted,
    },
    'accountId name',
  ],
  [
    'user',
    keys.user('acme', 'ada'),
    { type: 'user', ...active, changedAt: at, createdAt: at },
    'accountId userId email name profile locale version changedAt createdAt',
  ],
  [
    'removed user',
    keys.user('acme', 'ada'),
    { type: 'user', ...removed },
    'accountId userId version changedAt',
  ],
  [
    'email',
    keys.email('a@acme.example'),
    { type: 'email', email: 'a@acme.example', ...user, named: [user] },
    'email accountId userId',
  ],
  [
    'address',
    keys.address('acme', 'a@acme.example'),
    { type: 'address', ...made, users: new Set(['a']), madeFor: 'a', createdAt: at },
    '',
  ],
  [
    'confirmation',
    keys.confirmation('acme', 'ada'),
    { type: 'confirmation', ...user, email: 'a', confirmationId: 'c', digest: 'd', until: at, expires: 1 },
    'accountId userId email confirmationId until expires',
  ],
  [
    'invitation',
    keys.invitation({ sender: 'acme', hash }),
    {
      type: 'invitation',
      ...listed,
      ...made,
      state: 'pending',
      sendingId: uuid,
      hash,
      ...sent,
      invitedUser: 'bo',
      sentBy: 'ada',
      sentByName: 'Ada',
      createdAt: at,
      updatedAt: at,
    },
    'state sendingId hash sender recipient email invitedUser sentBy sentByName createdAt updatedAt',
  ],
  [
    'pair',
    keys.pair('acme', 'globex'),
    { type: 'pair', partners: true, epoch: 1, sentByFirst: new Set([hash]), sentBySecond: new Set([hash]) },
    '',
  ],
  [
    'partnership',
    keys.partnership('acme', 'globex'),
    {
      type: 'partnership',
      ...listed,
      ...made,
      accountId: 'acme',
      partnerId: 'globex',
      epoch: 1,
      since: at,
      sender: 'acme',
      hash,
      sendingId: uuid,
      email: 'a',
      endedAt: at,
      expires: 1,
    },
    'accountId partnerId epoch since sender hash sendingId email',
  ],
  [
    'contact',
    keys.contact('globex', 'acme', 'ada'),
    { type: 'contact', ...contact, email: 'a', emailConfirmed: true, name: 'Ada', profile: 'manager' },
    'owner accountId userId epoch version email name profile',
  ],
  [
    'removed contact',
    keys.contact('globex', 'acme', 'ada'),
    { type: 'contact', ...contact, position: undefined, removed: true },
    'owner accountId userId epoch version',
  ],
  [
    'event',
    keys.event('acme', uuid),
    {
      type: 'event',
      id: uuid,
      accountId: 'acme',
      event: 'invitation-sent',
      at,
      by: { ...user, userName: 'Ada' },
      partner: 'globex',
      invitationId: 'i',
      userId: 'ada',
      ...mailCause,
    },
    'id accountId event at sender sentBy sentByName recipient invitedUser email',
  ],
  [
    'mail',
    keys.mail(uuid, user),
    {
      type: 'mail',
      claimedBy: 'c',
      claimedUntil: 1,
      sentAt: at,
      messageId: 'm',
      countedOn: 'd',
      leftOutAt: at,
      expires: 1,
    },
    'claimedBy claimedUntil expires',
  ],
  [
    'share',
    keys.share('acme', hash),
    sharedByAcme,
    'owner accountId partnerId sharingId hash kind objectId title sharedByName createdAt',
  ],
  [
    'share at its partner',
    keys.mirror('globex', { accountId: 'acme', hash }),
    { ...sharedByAcme, owner: 'globex' },
    'owner accountId partnerId sharingId hash kind objectId title sharedByName createdAt',
  ],
  ['quota', keys.quota('acme', '2026-11-23'), { type: 'quota', count: 1, expires: 1 }, 'count expires'],
  [
    'snapshot',
    keys.snapshot('globex', 'acme', 1, 'x'),
    { ...copy, owner: 'globex', source: 'acme', epoch: 1, since: at },
    'expires owner source epoch since after',
  ],
  [
    'tail',
    keys.tail({ ...user, version: 1 } as never, 1, 'x'),
    { ...copy, user: { ...ada, version: 1, changedAt: at, createdAt: at }, before: removed },
    'expires after',
  ],
  [
    'slice',
    keys.slice(),
    { type: 'slice', slice: 1, day: 'd', after: { partition: 'p', accountId: 'a' }, done: true },
    'slice day done',
  ],
]

/** The part of the key that the attributes do not determine. */
const free: Record<string, string> = {
  address: 'pk',
  pair: 'pk',
  mail: 'sk',
  quota: 'pk sk',
  snapshot: 'sk',
  tail: 'sk',
  slice: 'sk',
}

const fits = (item: object): boolean => wellFormed(item) !== undefined

describe.each(samples)('%s', (type, { pk, sk }, attributes, required) => {
  const item = { pk, sk, ...attributes }
  const names = Object.keys(attributes).filter((name) => attributes[name] !== undefined)

  it('fits with all that it can have, at its own key', () => {
    expect(wellFormed(item)).toBe(item)
    for (const part of ['pk', 'sk']) {
      expect(fits({ ...item, [part]: 'X' })).toBe((free[type] ?? '').includes(part))
      expect(fits({ ...item, [part]: 1 })).toBe(false)
    }
  })

  it.each(names)('does not fit with another kind of %s', (name) => {
    for (const wrong of [{ partition: 1 }, 1.5, null]) expect(fits({ ...item, [name]: wrong })).toBe(false)
  })

  // Without these, it is of another kind.
  it.each(names.filter((name) => !['type', 'removed', 'user', 'mail'].includes(name)))(
    'fits without %s only if that may be missing',
    (name) => {
      expect(fits({ ...item, [name]: undefined })).toBe(!required.split(' ').includes(name))
    },
  )
})

it.each<[string, object, object]>([
  ['a set of other things', { administrators: new Set([1]) }, { administrators: new Set(['a']) }],
  ['a number that is not whole', { hostVersion: 2 ** 53 }, { hostVersion: 2 ** 53 - 1 }],
])('an account does not fit with %s', (_, wrong, right) => {
  const item = { ...keys.account('acme'), type: 'account', accountId: 'acme', name: 'Acme' }
  expect([fits({ ...item, ...wrong }), fits({ ...item, ...right })]).toEqual([false, true])
})

it.each([`x${uuid}`, `${uuid}x`, uuid.toUpperCase(), uuid.replace('-', '')])(
  '%s is no sending',
  (sendingId) => {
    const [, key, invitation] = samples.find(([name]) => name === 'invitation') ?? []
    expect(fits({ ...key, ...invitation, sendingId })).toBe(false)
  },
)

it.each([
  'CONTACT',
  'CONTACT#acme',
  'CONTACT#acme#',
  'CONTACT##ada',
  'CONTACT#acme#ada#x',
  'X#acme#ada',
  'CONTACT#%#ada',
])('a contact is not at %s', (sk) => {
  const [, key, contactItem] = samples.find(([name]) => name === 'contact') ?? []
  expect(fits({ ...key, ...contactItem, sk })).toBe(false)
})

it('notes the key of each malformed item once, and leaves it out', () => {
  takeMalformed()
  const [, { pk, sk }, attributes] = samples[0] as (typeof samples)[0]
  const good = { pk, sk, ...attributes }
  const bad = { ...good, name: 1 }
  expect(allWellFormed([bad, good, bad])).toEqual([good])
  expect(wellFormed(good, 'user')).toBeUndefined()
  expect(wellFormed({ ...good, type: 'toString' })).toBeUndefined()
  expect(wellFormed(undefined)).toBeUndefined()
  expect(takeMalformed()).toEqual([{ pk, sk }])
  expect(takeMalformed()).toEqual([])
})
