import { describe, expect, it } from 'vitest'
import { isRefusal, refuse } from '../../shared/domain/refusals.ts'

describe('a refusal is a value', () => {
  it('with its code alone', () => {
    expect(refuse('not-found')).toMatchObject({
      refusal: 'not-found',
      errors: undefined,
      retryAfter: undefined,
    })
  })

  it('or with what is wrong with which field', () => {
    const errors = [{ pointer: '/email', detail: 'Write it as name@example.com.' }]
    expect(refuse('invalid-field', errors)).toMatchObject({ refusal: 'invalid-field', errors })
  })

  it('that can be told from any other', () => {
    expect(isRefusal(refuse('conflict'))).toBe(true)
    expect(isRefusal({ next: 'pending' })).toBe(false)
    expect(isRefusal(undefined)).toBe(false)
  })

  it.each([
    { refusal: 'nope' },
    { refusal: null },
    { refusal: 'internal-error', errors: [], retryAfter: 1 },
    JSON.parse(JSON.stringify(refuse('not-found'))),
    JSON.parse('{"__proto__":{"refusal":"not-found"}}'),
    { ...refuse('not-found') },
    structuredClone(refuse('not-found')),
    null,
    'refusal',
    7,
  ])('that no JSON can be taken for: %j', (value) => {
    expect(isRefusal(value)).toBe(false)
  })
})
