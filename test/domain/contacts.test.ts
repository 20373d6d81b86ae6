import { describe, expect, it } from 'vitest'
import {
  aboveAllVersions,
  belongsInContacts,
  decideRemoveContact,
  livePartnership,
  matches,
  wordsOf,
} from '../../shared/domain/contacts.ts'

describe('whether a state of a user belongs in a partner’s contacts (C1, C2)', () => {
  const user = { changedAt: '2026-11-23T09:00:00.000Z' }

  it('given no partnership, it does not', () => {
    expect(belongsInContacts(user, undefined)).toBe(false)
  })

  it('given a partnership that lasts, it does', () => {
    expect(belongsInContacts(user, {})).toBe(true)
    expect(belongsInContacts(user, { endedAt: undefined })).toBe(true)
  })

  it.each([
    ['later than the user’s change: it was still under way', '2026-11-23T09:00:00.001Z', true],
    ['at the moment of the user’s change', '2026-11-23T09:00:00.000Z', true],
    ['before the user’s change: it follows the former partner no longer', '2026-11-23T08:59:59.999Z', false],
  ])('given an end %s', (_, endedAt, expected) => {
    expect(belongsInContacts(user, { endedAt })).toBe(expected)
  })
})

describe('a partnership', () => {
  it('is live until it has ended', () => {
    expect(livePartnership({ endedAt: undefined })).toEqual({ endedAt: undefined })
    expect(livePartnership({ endedAt: '2026-11-23T09:00:00.000Z' })).toBeUndefined()
    expect(livePartnership(undefined)).toBeUndefined()
  })
})

describe('a search finds who has each word in the name or address, as a person types them', () => {
  const asa = { name: 'Åsa Lindström-Öberg', email: 'asa.lo@globex.example' }
  it.each([
    ['', true],
    ['  ', true],
    ['Åsa', true],
    ['asa', true],
    ['ASA', true],
    ['a\u030asa', true],
    ['strom', true],
    ['lind  ober', true],
    ['oberg åsa', true],
    ['globex', true],
    ['asa.lo@GLOBEX', true],
    ['asa initech', false],
    ['asalind', false],
    ['x', true],
    ['z', false],
    ['.*', false],
  ])('%j: %s', (typed, found) => {
    expect(matches(asa, wordsOf(typed))).toBe(found)
  })

  it.each(['bo@bücher', 'BÜCHER.example', 'bucher', 'bo@xn--bcher-kva.example'])(
    'an address is found by either spelling of its domain: %j',
    (typed) => {
      expect(matches({ name: 'Bo', email: 'bo@xn--bcher-kva.example' }, wordsOf(typed))).toBe(true)
    },
  )

  it('a word is what stands between spaces, folded', () => {
    expect(wordsOf(' Åsa \t Ek ')).toEqual(['asa', 'ek'])
  })

  it('no word spans the end of the name and the beginning of the address', () => {
    expect(matches({ name: 'Bo', email: 'ek@globex.example' }, wordsOf('boek'))).toBe(false)
  })
})

describe('removing a contact', () => {
  const contact = { epoch: 2, version: 3, email: 'max@globex' }
  const ended = (epoch: number) => ({ epoch, endedAt: '2026-11-23T09:00:00.000Z' })

  it.each([
    ['of the partnership that has ended', ended(2), 2],
    ['of a later partnership, which has ended too', ended(3), 3],
    ['without a record of the partnership', undefined, 2],
  ])('leaves a tombstone above every version %s', (_, partnership, epoch) => {
    expect(decideRemoveContact({ contact, partnership })).toEqual({
      removed: contact,
      tombstone: { epoch, version: aboveAllVersions },
    })
  })

  it.each([
    ['is not there', undefined, 'not-found'],
    ['has been removed', { epoch: 2, version: 4, removed: true } as const, 'not-found'],
    ['is live', contact, 'contact-is-live'],
  ])('is refused where it %s', (_, found, refusal) => {
    expect(decideRemoveContact({ contact: found, partnership: { epoch: 2 } })).toMatchObject({ refusal })
  })

  it.each([
    ['is one', {}, 'contact-is-live'],
    ['was removed', { removed: true } as const, 'not-found'],
  ])('is refused for a user of the own account, who %s', (_, ownUser, refusal) => {
    expect(decideRemoveContact({ ownUser, contact: undefined, partnership: undefined })).toMatchObject({
      refusal,
    })
  })
})
