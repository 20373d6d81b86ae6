import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Signing, signed } from '../../kit/signed.ts'
import { fixture, tokenWith, withFixture } from '../fixture/stack.ts'

withFixture()

type Sent = { method?: string; path?: string; body?: string; headers?: Record<string, string> }

const urlOf = (path: string) => fixture.stack.directory.url + path
const path = '/v1/directory/some%20id?b=2&a=%C3%A5%2F&a=1'
const body = '{"name":"å"}'

/** A request that is signed, with another key or at another time where said, and then sent as it is or otherwise. */
function ask(signing: Partial<Signing> = {}, at = new Date(), sent: Sent = {}) {
  const headers = signed('PUT', urlOf(path), body, { ...fixture.stack.directory, ...signing }, at)
  return fetch(urlOf(sent.path ?? path), {
    method: sent.method ?? 'PUT',
    headers: { ...headers, 'content-type': 'application/json', ...sent.headers },
    body: sent.body ?? body,
  })
}

const fromNow = (minutes: number) => new Date(Date.now() + minutes * 60_000)

async function refused(answer: Promise<Response>, because: string) {
  const response = await answer
  expect(response.status).toBe(403)
  expect(await response.json()).toEqual({ message: 'Forbidden' })
  expect(fixture.lines.at(-1)).toContain(because)
}

describe('the HTTP API with signed requests', () => {
  test('accepts a signed request, and passes the signer to the function', async () => {
    const response = await ask()
    expect(response.status).toBe(200)
    const { event } = (await response.json()) as { event: Record<string, unknown> }
    expect(event).toMatchObject({
      routeKey: 'PUT /v1/directory/{id}',
      pathParameters: { id: 'some id' },
      queryStringParameters: { a: 'å/,1', b: '2' },
      body,
      requestContext: {
        authorizer: {
          iam: {
            accessKey: fixture.stack.directory.accessKeyId,
            userArn: 'arn:aws:iam::000000000000:user/directory',
          },
        },
      },
    })
  })

  test('accepts a signed hash of the body, if it is the body’s hash', async () => {
    const hash = createHash('sha256').update(body).digest('hex')
    expect((await ask({}, new Date(), { headers: { 'x-amz-content-sha256': hash } })).status).toBe(200)
  })

  test('accepts a clock that differs by less than five minutes', async () => {
    expect((await ask({}, fromNow(-4.5))).status).toBe(200)
    expect((await ask({}, fromNow(4.5))).status).toBe(200)
  })

  test('403 without a signature, or with a token instead', async () => {
    const none = { authorization: '' }
    await refused(ask({}, new Date(), { headers: none }), 'no signature')
    const bearer = {
      authorization: `Bearer ${await tokenWith(fixture.stack, { sub: 'me', scope: 'wanted' })}`,
    }
    await refused(ask({}, new Date(), { headers: bearer }), 'no signature')
  })

  test.each<[string, Partial<Signing>, string]>([
    ['another secret', { secretAccessKey: 'other' }, 'not of this request'],
    ['a key that is not known', { accessKeyId: 'AKIAOTHER' }, 'not known'],
    ['the operator’s key', { accessKeyId: 'OPERATOR' }, 'not known'],
    ['another region', { region: 'us-east-1' }, 'us-east-1'],
    ['another service', { service: 's3' }, 's3'],
  ])('403 with %s', async (_, signing, because) => {
    await refused(ask(signing), because)
  })

  test('403 more than five minutes before or after', async () => {
    await refused(ask({}, fromNow(-5.5)), 'too old')
    await refused(ask({}, fromNow(5.5)), 'too old')
  })

  test.each<[string, Sent]>([
    ['method', { method: 'DELETE' }],
    ['path', { path: path.replace('some', 'other') }],
    ['query', { path: path.replace('b=2', 'b=3') }],
    ['body', { body: '{"name":"a"}' }],
    [
      'time',
      { headers: { 'x-amz-date': `${fromNow(-1).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z` } },
    ],
    ['body hash', { headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }],
  ])('403 if the %s differs from the signed one', async (_, sent) => {
    const response = await ask({}, new Date(), sent)
    expect(response.status).toBe(403)
    expect(await response.json()).toEqual({ message: 'Forbidden' })
  })

  test('404 if an escaped slash makes another path', async () => {
    const url = urlOf('/v1/directory/a%2Fb')
    const headers = signed('PUT', url, body, fixture.stack.directory)
    expect((await fetch(url, { method: 'PUT', headers, body })).status).toBe(404)
  })

  test('404 for routes of the other API, in both directions', async () => {
    expect((await fetch(urlOf('/open'))).status).toBe(404)
    expect((await fetch(fixture.stack.api + path, { method: 'PUT' })).status).toBe(404)
  })
})
