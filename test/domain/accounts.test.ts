import { expect, it } from 'vitest'
import { decidePutAccount, isNewer } from '../../shared/domain/accounts.ts'

const write = { hostVersion: 5, hostDigest: 'five' }

it.each([
  ['the first one', undefined, true],
  ['one to what the host has not written yet', {}, true],
  ['a higher one', { hostVersion: 4, hostDigest: 'four' }, true],
  ['the same one', write, false],
  ['a lower one', { hostVersion: 6, hostDigest: 'six' }, false],
])('whether a host’s write is the latest: %s', (_, last, expected) => {
  expect(isNewer(write, last)).toBe(expected)
})

it('is refused in a version that has written something else', () => {
  expect(isNewer(write, { hostVersion: 5, hostDigest: 'other' })).toMatchObject({ refusal: 'version-reused' })
})

it('the host makes and renames an account, and a write that is no newer leaves it as it is', () => {
  expect(decidePutAccount(undefined, { name: 'Acme', write })).toEqual({ after: { name: 'Acme', ...write } })
  const account = { name: 'Globex', hostVersion: 5, hostDigest: 'five' }
  expect(decidePutAccount(account, { name: 'Globex', write })).toEqual({ unchanged: account })
  const other = { ...write, hostDigest: 'other' }
  expect(decidePutAccount(account, { name: 'Acme', write: other })).toMatchObject({
    refusal: 'version-reused',
  })
})
