import { describe, expect, it } from 'vitest'
import { decideAddShare, decideRemoveShare, type Share } from '../../shared/domain/shares.ts'

const now = '2026-11-23T09:00:00.000Z'
const context = { now, newId: () => 'new', by: { accountId: 'acme', userId: 'ada', name: 'Ada' } }
const partnership = {}
const ended = { endedAt: now }
const command = {
  partnerId: 'globex',
  kind: 'file',
  objectId: 'o',
  title: 'Title',
  url: 'https://o',
} as const
const share: Share = {
  accountId: 'acme',
  partnerId: 'globex',
  sharingId: 'first',
  kind: 'file',
  objectId: 'o',
  title: 'Title',
  url: 'https://o',
  sharedByName: 'Max',
  createdAt: '2026-11-22T09:00:00.000Z',
}
const idempotency = { request: 'r', bodyDigest: 'b' }
const requested = (status: 200 | 201): Share => ({ ...share, requests: [{ ...idempotency, status }] })

describe('sharing an object with a partner', () => {
  it('makes a share, by the user who shares', () => {
    expect(decideAddShare({ share: undefined, partnership }, { ...command, idempotency }, context)).toEqual({
      before: undefined,
      after: { ...requested(201), sharingId: 'new', sharedByName: 'Ada', createdAt: now },
      status: 201,
    })
  })

  it.each([{ title: 'Other' }, { url: undefined }])('changes what differs: %j', (differs) => {
    expect(decideAddShare({ share, partnership }, { ...command, ...differs }, context)).toEqual({
      before: share,
      after: { ...share, ...differs },
      status: 200,
    })
  })

  it('changes title and link of the share that there is, and remembers the latest five requests', () => {
    const requests = [1, 2, 3, 4, 5].map((nth) => ({
      request: `${nth}`,
      bodyDigest: 'b',
      status: 200 as const,
    }))
    const before = { ...share, requests }
    const changed = { ...command, title: 'Other', url: undefined, idempotency }
    expect(decideAddShare({ share: before, partnership }, changed, context)).toEqual({
      before,
      after: {
        ...share,
        title: 'Other',
        url: undefined,
        requests: [{ ...idempotency, status: 200 }, ...requests.slice(0, 4)],
      },
      status: 200,
    })
  })

  it('changes nothing where title and link are the same', () => {
    expect(decideAddShare({ share, partnership }, command, context)).toEqual({
      unchanged: share,
      status: 200,
    })
  })

  it.each([undefined, ended])('is refused without a partnership that lasts: %j', (partnershipThen) => {
    expect(decideAddShare({ share, partnership: partnershipThen }, command, context)).toMatchObject({
      refusal: 'not-partners',
    })
  })

  it.each([200, 201] as const)(
    'answers a repeated request as the first one, %i, partners or not',
    (status) => {
      const requests = [
        { request: 'later', bodyDigest: 'b', status: 200 as const },
        { ...idempotency, status },
      ]
      const state = { share: { ...share, requests, title: 'Changed meanwhile' }, partnership: ended }
      expect(decideAddShare(state, { ...command, idempotency }, context)).toMatchObject({
        unchanged: { title: 'Title', url: 'https://o' },
        status,
      })
    },
  )

  it('refuses a key that came with another body', () => {
    const reused = { ...command, idempotency: { ...idempotency, bodyDigest: 'another' } }
    expect(decideAddShare({ share: requested(201), partnership }, reused, context)).toMatchObject({
      refusal: 'idempotency-key-reused',
    })
  })
})

describe('taking a share back', () => {
  it('removes the sharing that the id is of', () => {
    expect(decideRemoveShare(share, { sharingId: 'first' })).toEqual({ removed: share })
  })

  it.each([
    ['of another sharing', share, 'second'],
    ['that is no id of a share', share, undefined],
    ['of what is not there', undefined, 'first'],
  ])('is not-found by an id %s', (_, found, sharingId) => {
    expect(decideRemoveShare(found, { sharingId })).toMatchObject({ refusal: 'not-found' })
  })
})
