import { describe, expect, it } from 'vitest'
import { problemFor } from '../../shared/contract/problems.ts'
import { Refusal, type RefusalCode, refuse } from '../../shared/domain/refusals.ts'

/** The interface's table of errors. */
const statuses: Record<RefusalCode, number> = {
  'malformed-request': 400,
  'not-an-administrator': 403,
  'unknown-user': 403,
  'not-the-recipient': 403,
  'not-the-sender': 403,
  'not-found': 404,
  'invitation-pending': 409,
  'invitation-rejected': 409,
  'invitation-not-pending': 409,
  'invitation-expired': 409,
  'recipient-must-delete-first': 409,
  'already-partners': 409,
  'too-many-invitations': 409,
  'not-partners': 409,
  'contact-is-live': 409,
  'email-taken': 409,
  'last-administrator': 409,
  'version-reused': 409,
  conflict: 409,
  'unsupported-media-type': 415,
  'invalid-email': 422,
  'no-account-for-email': 422,
  'own-account': 422,
  'idempotency-key-reused': 422,
  'invalid-field': 422,
  'quota-exceeded': 429,
  'internal-error': 500,
  unavailable: 503,
}

describe('a problem (RFC 9457)', () => {
  it.each(Object.entries(statuses) as [RefusalCode, number][])('%s has the status %i', (code, status) => {
    expect(problemFor(refuse(code), 'request-1')).toStrictEqual({
      type: `/problems/${code}`,
      title: expect.stringMatching(/^[A-Z].*\S$/),
      status,
      detail: expect.stringMatching(/^[A-Z].*\.$/),
      code,
      requestId: 'request-1',
    })
  })

  it('no two have the same title', () => {
    const titles = Object.keys(statuses).map((code) => problemFor(refuse(code as RefusalCode), '').title)
    expect(new Set(titles).size).toBe(titles.length)
  })

  it('says what is wrong with which field', () => {
    const errors = [{ pointer: '/name', detail: 'A name has at most 200 characters.' }]
    expect(problemFor(refuse('invalid-field', errors), 'request-1')).toMatchObject({
      code: 'invalid-field',
      errors,
    })
  })

  it('shows nothing of when to try again, which is a header', () => {
    expect(problemFor(new Refusal('quota-exceeded', { retryAfter: 60 }), 'request-1')).not.toHaveProperty(
      'retryAfter',
    )
  })
})
