import { describe, expect, it } from 'vitest'
import { isRefusal, refuse } from '../../shared/domain/refusals.ts'

describe('a refusal is a value', () => {
  it('with its code alone', () => {
    expect(refuse('not-found')).toStrictEqual({ refusal: 'not-found' })
  })

  it('or with what is wrong with which field', () => {
    const errors = [{ pointer: '/email', detail: 'Write it as name@example.com.' }]
    expect(refuse('invalid-field', errors)).toStrictEqual({ refusal: 'invalid-field', errors })
  })

  it('that can be told from any other', () => {
    expect(isRefusal(refuse('conflict'))).toBe(true)
    expect(isRefusal({ next: 'pending' })).toBe(false)
    expect(isRefusal(undefined)).toBe(false)
  })
})
