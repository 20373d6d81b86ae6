import { describe, expect, it } from 'vitest'
import {
  addressesOf,
  type Claim,
  claimLeftBy,
  claimOfLatestPut,
  toConfirm,
  typed,
} from '../../shared/domain/confirmed-addresses.ts'

const confirmed = { email: 'a', emailConfirmed: true }
const unconfirmed = { email: 'a', emailConfirmed: false }

it.each([
  ['another, of a confirmed one', confirmed, 'b', { ...confirmed, pendingEmail: 'b' }],
  [
    'another, of a pending one',
    { ...confirmed, pendingEmail: 'b' },
    'c',
    { ...confirmed, pendingEmail: 'c' },
  ],
  ['the confirmed one again', { ...confirmed, pendingEmail: 'b' }, 'a', confirmed],
  ['another, of an unconfirmed one', unconfirmed, 'b', { ...unconfirmed, email: 'b' }],
  ['the unconfirmed one again', unconfirmed, 'a', unconfirmed],
])('typing %s', (_, was, address, becomes) => {
  expect(typed(was, address)).toEqual(becomes)
})

it.each([
  [confirmed, undefined, ['a']],
  [unconfirmed, 'a', ['a']],
  [{ ...confirmed, pendingEmail: 'b' }, 'b', ['a', 'b']],
  [{ ...unconfirmed, pendingEmail: 'b' }, 'b', ['a', 'b']],
])('of %j, %s waits to be confirmed', (addresses, waiting, all) => {
  expect(toConfirm(addresses)).toBe(waiting)
  expect(addressesOf(addresses)).toEqual(all)
})

describe('the claim on an address', () => {
  const user = (userId: string | number) => ({ accountId: 'acme', userId: String(userId) })
  const claim = (holder: string, ...named: string[]): Claim => ({
    ...user(holder),
    ...(named.length > 0 && { named: named.map(user) }),
  })

  it.each([
    ['nobody has', undefined, claim('u', 'u')],
    ['somebody confirmed', claim('x'), claim('u', 'u')],
    ['the user itself confirmed', claim('u'), claim('u', 'u')],
    ['the host put others with', claim('y', 'x', 'y'), claim('u', 'x', 'y', 'u')],
    ['the host put the user and then another with', claim('y', 'u', 'y'), claim('u', 'y', 'u')],
  ])('that %s is the latest put’s', (_, before, after) => {
    expect(claimOfLatestPut(before, user('u'))).toEqual(after)
  })

  it('remembers ten', () => {
    let last: Claim | undefined
    for (let nth = 1; nth <= 12; nth++) last = claimOfLatestPut(last, user(nth))
    expect(last?.named).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(user))
  })

  it.each([
    ['its only holder', claim('u', 'u'), undefined],
    ['its holder by a link', claim('u'), undefined],
    ['the holder, before whom others were put', claim('u', 'x', 'y', 'u'), claim('y', 'x', 'y')],
    ['one of those put before', claim('y', 'u', 'x', 'y'), claim('y', 'x', 'y')],
    ['somebody whom it has forgotten', claim('y', 'x', 'y'), claim('y', 'x', 'y')],
    ['somebody whom a link’s holder has taken it from', claim('x'), claim('x')],
  ])('left by %s', (_, before, after) => {
    expect(claimLeftBy(before, user('u'))).toEqual(after)
  })
})
