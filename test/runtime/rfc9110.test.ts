import { describe, expect, it } from 'vitest'
import { asRequested } from '../../shared/runtime/rfc9110.ts'

const result = {
  statusCode: 200,
  headers: { 'x-request-id': 'r', etag: '"a"', vary: 'Accept', 'content-type': 'application/json' },
  body: '{}',
}
const asked = (method: string, ifNoneMatch?: string) => ({
  headers: { 'if-none-match': ifNoneMatch },
  requestContext: { requestId: 'r', http: { method } },
})

describe('If-None-Match', () => {
  it.each<[string, number]>([
    ['"a"', 304],
    ['W/"a"', 304],
    ['"b", "a"', 304],
    ['"b",W/"a"', 304],
    ['*', 304],
    [' * ', 304],
    ['"b"', 200],
    ['a', 200],
    ['"A"', 200],
    ['"*"', 200],
    ['"x,a"', 200],
    ['', 200],
  ])('%s is answered with %i', (ifNoneMatch, status) => {
    for (const method of ['GET', 'HEAD'])
      expect(asRequested(asked(method, ifNoneMatch), result).statusCode).toBe(status)
  })

  it('gets the headers that a cache updates, and neither body nor what describes it', () => {
    expect(asRequested(asked('GET', '*'), result)).toEqual({
      statusCode: 304,
      headers: { 'x-request-id': 'r', etag: '"a"', vary: 'Accept' },
    })
  })

  it('with * asks for any representation, one without a tag too', () => {
    const { etag: _, ...headers } = result.headers
    expect(asRequested(asked('GET', '*'), { ...result, headers }).statusCode).toBe(304)
    expect(asRequested(asked('GET', '"undefined"'), { ...result, headers }).statusCode).toBe(200)
  })

  it('changes no refusal, and no command', () => {
    expect(asRequested(asked('GET', '*'), { ...result, statusCode: 404 }).statusCode).toBe(404)
    expect(asRequested(asked('POST', '*'), result).statusCode).toBe(200)
  })
})

it.each([200, 404])('HEAD gets the status %i and headers of GET, and no body', (statusCode) => {
  const { body, ...withoutBody } = asRequested(asked('GET'), { ...result, statusCode })
  expect(body).toBe('{}')
  expect(asRequested(asked('HEAD'), { ...result, statusCode })).toEqual(withoutBody)
})
