import fc from 'fast-check'
import { v7 as uuid } from 'uuid'
import { describe, expect, it } from 'vitest'
import { isHostId } from '../../shared/domain/ids.ts'
import {
  contactId,
  contactPosition,
  invitationHash,
  invitationId,
  keys,
  type List,
  lists,
  parseContactId,
  parseInvitationId,
  parseShareId,
  sentBy,
  shareHash,
  shareId,
} from '../../shared/table/keys.ts'

const seed = 7

/** Ids from outside: whatever a host calls its accounts, separators and escapes of ours included. */
const id = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom('a', '#', '%', '2', '3', '5', '/', '\t', '\n', 'å'),
    minLength: 1,
    maxLength: 6,
  }),
)
/** What a host may call them. */
const hostId = fc
  .string({ unit: fc.constantFrom(...'aZ09', "'", ...'!$&()*+,-.:;=@[]_|~'), minLength: 1, maxLength: 20 })
  .filter(isHostId)
const hash = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 })
const uuid7 = fc.uuid({ version: 7 })

const place = ({ pk, sk }: { pk: string; sk: string }) => `${pk}\n${sk}`

const inList = ({ index, name }: List) => `${index} ${name}`

/** Each key, or list, as a function of its parts: at most three, of which some take fewer. */
const places: Record<string, (one: string, two: string, three: string) => string> = {
  account: (a) => place(keys.account(a)),
  user: (a, b) => place(keys.user(a, b)),
  email: (a) => place(keys.email(a)),
  partnership: (a, b) => place(keys.partnership(a, b)),
  contact: (a, b, c) => place(keys.contact(a, b, c)),
  mail: (a, b, c) => place(keys.mail(a, { accountId: b, userId: c })),
  'rest of users': (a, b, c) => place(keys.snapshot(a, b, 7, c)),
  'rest of partners': (a, b, c) => place(keys.tail({ accountId: a, userId: b }, 7, c)),
  contacts: (a) => inList(lists.contacts(a)),
  'contacts that are users': (a) => inList(lists.contactsOfKind(a, 'user')),
  'contacts that are members': (a) => inList(lists.contactsOfKind(a, 'member')),
  'contacts of an account': (a, b) => inList(lists.contactsFrom(a, b)),
  partners: (a) => inList(lists.partners(a)),
  'sent invitations': (a) => inList(lists.invitations('sent', a)),
  'received invitations': (a) => inList(lists.invitations('received', a)),
  'sent, pending': (a) => inList(lists.invitations('sent', a, 'pending')),
  'sent, rejected': (a) => inList(lists.invitations('sent', a, 'rejected')),
  'received, pending': (a) => inList(lists.invitations('received', a, 'pending')),
  share: (a) => place(keys.share(a, '0'.repeat(32))),
  'share as its partner has it': (a, b) => place(keys.mirror(a, { accountId: b, hash: '0'.repeat(32) })),
  event: (a) => place(keys.event(a, '0')),
  shares: (a) => inList(lists.shares(a)),
  'outgoing shares': (a) => inList(lists.shares(a, { direction: 'outgoing' })),
  'incoming shares': (a) => inList(lists.shares(a, { direction: 'incoming' })),
  'shared proofs': (a) => inList(lists.shares(a, { kind: 'proof' })),
  'outgoing proofs': (a) => inList(lists.shares(a, { direction: 'outgoing', kind: 'proof' })),
  'what a request made': (a) => inList(lists.request(a)),
  quota: (a) => place(keys.quota(a, '2026-11-23')),
}

describe('a key is one item’s alone', () => {
  const parts = fc.tuple(id, id, id)
  const kind = fc.constantFrom(...Object.keys(places))

  it('different parts or kinds never give the same key or list', () => {
    fc.assert(
      fc.property(kind, kind, parts, parts, (oneKind, otherKind, one, other) => {
        const arity = (name: string) => places[name]?.length ?? 0
        const told = (name: string, all: string[]) => JSON.stringify([name, ...all.slice(0, arity(name))])
        const same = told(oneKind, one) === told(otherKind, other)
        const samePlace = places[oneKind]?.(...one) === places[otherKind]?.(...other)
        expect(samePlace).toBe(same)
      }),
      { seed, numRuns: 2000 },
    )
  })

  it('a separator moved from one part to the next makes another key', () => {
    expect(keys.contact('acme', 'a#b', 'c')).not.toEqual(keys.contact('acme', 'a', 'b#c'))
    expect(keys.pair('a#b', 'c')).not.toEqual(keys.pair('a', 'b#c'))
    expect(keys.quota('a#b', 'c')).not.toEqual(keys.quota('a', 'b#c'))
    expect(contactId({ accountId: 'a#b', userId: 'c' })).not.toBe(
      contactId({ accountId: 'a', userId: 'b#c' }),
    )
    expect(invitationHash('salt', 'a#b', 'c')).not.toBe(invitationHash('salt', 'a', 'b#c'))
    expect(keys.user('acme', 'a%23b')).not.toEqual(keys.user('acme', 'a#b'))
  })

  it('the pair is the same from either side', () => {
    fc.assert(
      fc.property(id, id, (one, other) => {
        expect(keys.pair(one, other)).toEqual(keys.pair(other, one))
      }),
      { seed },
    )
  })

  it('no two pairs share a key', () => {
    fc.assert(
      fc.property(fc.tuple(id, id), fc.tuple(id, id), (one, other) => {
        const same = JSON.stringify(one.toSorted()) === JSON.stringify(other.toSorted())
        expect(place(keys.pair(...one)) === place(keys.pair(...other))).toBe(same)
      }),
      { seed, numRuns: 1000 },
    )
  })

  it('an id that is no well-formed text is still a key', () => {
    expect(keys.account('\ud800').pk).toMatch(/^ACCOUNT#./)
  })

  it('the keys are those of the access patterns', () => {
    expect(keys.account('acme')).toEqual({ pk: 'ACCOUNT#acme', sk: 'ACCOUNT' })
    expect(keys.user('acme', 'ada')).toEqual({ pk: 'ACCOUNT#acme', sk: 'USER#ada' })
    expect(keys.email('a@b.example')).toEqual({ pk: 'EMAIL#a%40b.example', sk: 'EMAIL' })
    expect(keys.invitation({ sender: 'acme', hash: 'f00d' })).toEqual({
      pk: 'ACCOUNT#acme',
      sk: 'INVITATION#f00d',
    })
    expect(keys.pair('globex', 'acme')).toEqual({ pk: 'PAIR#acme#globex', sk: 'PAIR' })
    expect(keys.partnership('acme', 'globex')).toEqual({ pk: 'ACCOUNT#acme', sk: 'PARTNER#globex' })
    expect(keys.contact('acme', 'globex', 'bo')).toEqual({ pk: 'ACCOUNT#acme', sk: 'CONTACT#globex#bo' })
    expect(keys.event('acme', '0190')).toEqual({ pk: 'LOG#acme', sk: '0190' })
    expect(keys.mail('0190', { accountId: 'acme', userId: 'ada' })).toEqual({
      pk: 'MAIL#0190',
      sk: 'TO#acme#ada',
    })
    expect(keys.quota('acme', '2026-11-23')).toEqual({ pk: 'QUOTA#acme#2026-11-23', sk: 'QUOTA' })
  })
})

describe('one invitation per sender, recipient and address', () => {
  it('the same three give the same key, any other another', () => {
    const one = invitationHash('salt', 'globex', 'bo@globex.example')
    expect(one).toMatch(/^[0-9a-f]{32}$/)
    expect(invitationHash('salt', 'globex', 'bo@globex.example')).toBe(one)
    expect(invitationHash('salt', 'globex', 'gun@globex.example')).not.toBe(one)
    expect(invitationHash('salt', 'initech', 'bo@globex.example')).not.toBe(one)
    expect(invitationHash('another salt', 'globex', 'bo@globex.example')).not.toBe(one)
  })
})

describe('an invitation’s public id', () => {
  const ref = fc.record({ sender: hostId, hash, sendingId: uuid7 })

  it('carries the key and the sending id', () => {
    fc.assert(
      fc.property(ref, (invitation) => {
        expect(parseInvitationId(invitationId(invitation))).toEqual(invitation)
      }),
      { seed, numRuns: 500 },
    )
  })

  it('needs no escaping in a path', () => {
    fc.assert(
      fc.property(ref, (invitation) => {
        expect(invitationId(invitation)).toMatch(/^[A-Za-z0-9_-]+$/)
      }),
      { seed },
    )
  })

  it('changed in any character it is no id, or another invitation’s', () => {
    fc.assert(
      fc.property(ref, fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (invitation, at, character) => {
        const given = invitationId(invitation)
        const changed = given.slice(0, at % given.length) + character + given.slice((at % given.length) + 1)
        fc.pre(changed !== given)
        const parsed = parseInvitationId(changed)
        expect(parsed).not.toEqual(invitation)
        // One invitation has one id: no second spelling.
        if (parsed) expect(invitationId(parsed)).toBe(changed)
      }),
      { seed, numRuns: 1000 },
    )
  })

  it('whatever else is asked for is no id, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 120 }), (text) => {
        const parsed = parseInvitationId(text)
        if (parsed) expect(invitationId(parsed)).toBe(text)
      }),
      { seed, numRuns: 1000 },
    )
  })

  it.each(['', 'never-made', '.', '%', '=', 'A'.repeat(43), '\u0000', 'å'.repeat(60)])(
    '%j is none',
    (text) => {
      expect(parseInvitationId(text)).toBeUndefined()
    },
  )

  it('cut short, padded or with its bits spelt otherwise it is none', () => {
    const given = invitationId({ sender: 'acme', hash: 'ab'.repeat(16), sendingId: uuid() })
    expect(parseInvitationId(`${given}=`)).toBeUndefined()
    expect(parseInvitationId(` ${given}`)).toBeUndefined()
    expect(parseInvitationId(given.slice(0, 42))).toBeUndefined()
  })
})

describe('what two accounts have sent each other', () => {
  it('is kept apart, whatever their ids are', () => {
    fc.assert(
      fc.property(id, id, (one, other) => {
        fc.pre(one.toWellFormed() !== other.toWellFormed())
        expect([sentBy(one, other), sentBy(other, one)].sort()).toEqual(['sentByFirst', 'sentBySecond'])
      }),
      { seed, numRuns: 500 },
    )
  })
})

describe('the place of a contact in lists', () => {
  it('is by folded name, whatever the ids are', () => {
    const position = (name: string, nth: string) => contactPosition(name, `account-${nth}`, `user-${nth}`)
    const inOrder = [
      position('ada', '9'),
      position('ann', '9'),
      position('ann marie', '1'),
      position('ann-marie', '5'),
      position('anna', '0'),
      position('bo', '0'),
    ]
    expect(inOrder.toSorted()).toEqual(inOrder)
  })

  it('is one user’s alone, also where two have the same name', () => {
    fc.assert(
      fc.property(fc.tuple(id, id), fc.tuple(id, id), (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other)
        expect(contactPosition('bo', ...one) === contactPosition('bo', ...other)).toBe(same)
      }),
      { seed },
    )
  })

  it('of namesakes is by account and user', () => {
    expect(contactPosition('bo', 'acme', '2') < contactPosition('bo', 'globex', '1')).toBe(true)
    expect(contactPosition('bo', 'acme', '1') < contactPosition('bo', 'acme', '2')).toBe(true)
  })

  it('of a long name is by its beginning, cut between characters', () => {
    const position = contactPosition('👩'.repeat(200), 'acme', 'ada')
    expect(position).toMatch(/^(👩)+\tacme\tada$/u)
    expect(contactPosition('a'.repeat(254), 'acme', 'ada')).toBe(`${'a'.repeat(254)}\tacme\tada`)
  })
})

describe('public ids of shares and contacts', () => {
  it('carry what the key is made of', () => {
    fc.assert(
      fc.property(hostId, hostId, hash, uuid7, (accountId, userId, hash, sharingId) => {
        expect(parseShareId(shareId({ accountId, hash, sharingId }))).toEqual({ accountId, hash, sharingId })
        expect(parseContactId(contactId({ accountId, userId }))).toEqual({ accountId, userId })
      }),
      { seed },
    )
  })

  it('are known in the one spelling that is given out, and nothing else is an id', () => {
    const spelt = contactId({ accountId: 'acme', userId: 'max' })
    expect(parseContactId(spelt)).toEqual({ accountId: 'acme', userId: 'max' })
    for (const forged of ['', 'nothing', `${spelt}=`, `${spelt}A`, spelt.slice(1), '\u0000'])
      expect(parseContactId(forged), forged).toBeUndefined()
    const encode = (text: string) => Buffer.from(text).toString('base64url')
    for (const forged of ['acme', 'acme#', '#max', 'acme#max#more', 'ac%6de#max', 'acme#%', 'acme#%ff'])
      expect(parseContactId(encode(forged)), forged).toBeUndefined()
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseShareId(text)).toBeUndefined()
      }),
      { seed },
    )
  })

  it('an object shared with a partner has a hash of its own', () => {
    const hashes = [
      shareHash('globex', 'proof', '1'),
      shareHash('initech', 'proof', '1'),
      shareHash('globex', 'file', '1'),
      shareHash('globex', 'proof', '2'),
      shareHash('globex#proof', '1', ''),
    ]
    expect(new Set(hashes).size).toBe(hashes.length)
    expect(hashes[0]).toMatch(/^[0-9a-f]{32}$/)
  })
})
