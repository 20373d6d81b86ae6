import { describe, expect, it, test } from 'vitest'
import { Random } from '../kit/random.ts'
import { type Answer, faultOf, isGateways } from './rules.ts'

const good: Answer = {
  status: 200,
  headers: { 'x-request-id': 'r', 'content-type': 'application/json' },
  body: '{}',
}

const problem = {
  type: '/problems/not-found',
  title: 'There is no such thing here',
  status: 404,
  detail: 'Read the list again.',
  code: 'not-found',
  requestId: 'r',
}

const refused = (change: object = {}, status = 404, type = 'application/problem+json'): Answer => ({
  status,
  headers: { 'x-request-id': 'r', 'content-type': type },
  body: JSON.stringify({ ...problem, ...change }),
})

describe('the rules pass', () => {
  it.each<[string, Answer]>([
    ['what is described', good],
    ['a listed problem', refused()],
    ['a problem that names fields', refused({ errors: [{ pointer: '/email', detail: 'Write it.' }] })],
    ['what the gateway itself refuses', { status: 401, headers: {}, body: '{"message":"Unauthorized"}' }],
  ])('%s', (_, answer) => {
    expect(faultOf('GET', answer)).toBeUndefined()
  })
})

describe('the rules don’t pass', () => {
  it.each<[string, Answer]>([
    ['a failure', { ...good, status: 500 }],
    ['the gateway’s failure', { status: 503, headers: {}, body: '{"message":"Service Unavailable"}' }],
    ['no X-Request-Id', { ...good, headers: { 'content-type': 'application/json' } }],
    ['a line break in a header', { ...good, headers: { ...good.headers, link: 'a\r\nb' } }],
    ['what is not JSON', { ...good, body: '{' }],
    ['a problem that is not labelled as one', refused({}, 404, 'application/json')],
    ['a code of another status', refused({ code: 'not-partners', type: '/problems/not-partners' })],
    ['a code that no one has heard of', refused({ code: 'oops', type: '/problems/oops' })],
    ['a type that is not the code’s', refused({ type: '/problems/other' })],
    ['another requestId', refused({ requestId: 's' })],
    ['no title', refused({ title: '' })],
    ['what is inside', refused({ stack: 'Error: at …' })],
    ['errors that are none', refused({ errors: [{ pointer: 'email', detail: 'Write it.' }] })],
    ['a refusal without a body', { ...refused(), body: '' }],
  ])('%s', (_, answer) => {
    expect(faultOf('GET', answer)).toBeDefined()
  })
})

test('HEAD is answered without a body, and else as GET is', () => {
  expect(faultOf('HEAD', { ...good, body: '' })).toBeUndefined()
  expect(faultOf('HEAD', { ...refused(), body: '' })).toBeUndefined()
  expect(faultOf('HEAD', good)).toBeDefined()
  expect(faultOf('HEAD', { ...refused({}, 404, 'application/json'), body: '' })).toBeDefined()
})

test('a message with our request id is not the gateway’s', () => {
  expect(isGateways({ ...good, status: 403, body: '{"message":"Forbidden"}' })).toBe(false)
})

test('the same seed gives the same chances, another others', () => {
  const chances = (seed: number) => {
    const random = new Random(seed)
    return Array.from({ length: 20 }, () => random.below(1000))
  }
  expect(chances(5)).toEqual(chances(5))
  expect(chances(5)).not.toEqual(chances(6))
})
