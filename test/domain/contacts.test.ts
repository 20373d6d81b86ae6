import { describe, expect, it } from 'vitest'
import { belongsInContacts, livePartnership } from '../../shared/domain/contacts.ts'

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
