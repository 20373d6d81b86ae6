import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { issuer } from '../fixture/app.ts'
import { askRaw, fixture, tokenWith, withFixture } from '../fixture/stack.ts'

withFixture()

const ask = (path: string, init: RequestInit = {}) => fetch(fixture.stack.api + path, init)
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

/** Seconds since the epoch. */
const now = Math.floor(Date.now() / 1000)

describe('the JWT authorizer answers as API Gateway does', () => {
  const wanted = { sub: 'me', scope: 'other wanted' }
  const status = async (claims: object, path = '/things/1') =>
    (await ask(path, bearer(await tokenWith(fixture.stack, claims)))).status

  test('no token: 401 with the required scheme', async () => {
    const response = await ask('/things/1')
    expect(response.status).toBe(401)
    expect(await response.json()).toEqual({ message: 'Unauthorized' })
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
  })

  test('text that is not a token: 401 with the reason', async () => {
    const response = await ask('/things/1', bearer('nonsense'))
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(
      /^Bearer scope="" error="invalid_token" error_description=".+"$/,
    )
  })

  test('a valid token with one of the scopes passes', async () => {
    expect(await status(wanted)).toBe(200)
    expect(await status({ sub: 'me', scp: ['also'] })).toBe(200)
  })

  test.each([
    ['expired a second ago', { ...wanted, exp: now - 1 }],
    ['valid from the next minute on', { ...wanted, nbf: now + 60 }],
    ['of another issuer', { ...wanted, iss: 'https://other.example' }],
    ['for another audience', { ...wanted, aud: 'other' }],
    ['for another audience, whatever its client', { ...wanted, aud: 'other', client_id: 'fixture' }],
    ['for another client', { ...wanted, aud: null, client_id: 'other' }],
  ])('a token %s: 401', async (_, claims) => {
    expect(await status(claims)).toBe(401)
  })

  test('without an audience, the client id is checked', async () => {
    expect(await status({ ...wanted, aud: null, client_id: 'fixture' })).toBe(200)
  })

  test('a token signed with a shared secret: 401', async () => {
    const token = await new SignJWT({ ...wanted, aud: 'fixture', iss: issuer })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1h')
      .sign(Buffer.alloc(32))
    expect((await ask('/things/1', bearer(token))).status).toBe(401)
  })

  test('none of the scopes: 403', async () => {
    const response = await ask(
      '/things/1',
      bearer(await tokenWith(fixture.stack, { sub: 'me', scope: 'other' })),
    )
    expect(response.status).toBe(403)
    expect(await response.json()).toEqual({ message: 'Forbidden' })
  })

  test('a route without scopes requires a token', async () => {
    expect((await ask('/unscoped')).status).toBe(401)
    expect(await status({ sub: 'me' }, '/unscoped')).toBe(200)
  })
})

describe('a function gets the event of payload format 2.0', () => {
  async function eventOf(path: string, init: RequestInit = {}) {
    const token = await tokenWith(fixture.stack, {
      sub: 'me',
      scope: 'wanted other',
      none: null,
      number: 7,
      yes: true,
      list: ['a', 'b'],
    })
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${token}`)
    const response = await ask(path, { ...init, headers })
    return ((await response.json()) as { event: Record<string, Record<string, never>> }).event
  }

  test('path, query, headers, cookies and body', async () => {
    const event = await eventOf('/things/a%23b%20c?x=1&x=2&y=%C3%A5', {
      method: 'POST',
      headers: { 'content-type': 'application/merge+json', cookie: 'a=1; b=2', 'X-Some': 'Thing' },
      body: '{"å":1}',
    })
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'ANY /things/{id}',
      rawPath: '/things/a#b c',
      rawQueryString: 'x=1&x=2&y=%C3%A5',
      cookies: ['a=1', 'b=2'],
      queryStringParameters: { x: '1,2', y: 'å' },
      pathParameters: { id: 'a#b c' },
      body: '{"å":1}',
      isBase64Encoded: false,
    })
    expect(event.headers).toMatchObject({
      'x-some': 'Thing',
      'content-length': '8',
      'x-forwarded-proto': 'http',
    })
    expect(event.headers).not.toHaveProperty('cookie')
    expect(event.requestContext).toMatchObject({
      accountId: '000000000000',
      http: { method: 'POST', path: '/things/a#b c', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
      routeKey: 'ANY /things/{id}',
      stage: '$default',
      time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      timeEpoch: expect.any(Number),
    })
  })

  test('absent parts are left out', async () => {
    const event = await eventOf('/things/1')
    expect(event).not.toHaveProperty('body')
    expect(event).not.toHaveProperty('cookies')
    expect(event).not.toHaveProperty('queryStringParameters')
  })

  test('claims are texts, without null, lists in brackets', async () => {
    const { authorizer } = (await eventOf('/things/1')).requestContext as unknown as {
      authorizer: { jwt: { claims: Record<string, string>; scopes: string[] } }
    }
    expect(authorizer.jwt.claims).toMatchObject({
      sub: 'me',
      number: '7',
      yes: 'true',
      list: '[a b]',
      iss: issuer,
    })
    expect(authorizer.jwt.claims).not.toHaveProperty('none')
    expect(authorizer.jwt.claims.exp).toMatch(/^\d+$/)
    expect(authorizer.jwt.scopes).toEqual(['wanted', 'other'])
  })

  test('a binary body is encoded in base64', async () => {
    const event = await eventOf('/things/1', {
      method: 'PUT',
      headers: { 'content-type': 'image/png' },
      body: Buffer.from([0, 255]),
    })
    expect(event).toMatchObject({ body: 'AP8=', isBase64Encoded: true })
  })
})

describe('the gateway answers', () => {
  test.each(['/nowhere', '/things', '/things/1/more'])('404 for a path without a route: %s', async (path) => {
    const response = await ask(path)
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({ message: 'Not Found' })
    expect(response.headers.get('apigw-requestid')).toBeTruthy()
  })

  test('404 for a method that has no route', async () => {
    expect((await ask('/open', { method: 'POST' })).status).toBe(404)
  })

  test.each([
    ['that is no UTF-8', '/open%ff'],
    ['with a % that begins nothing', '/open%'],
    ['with an escaped % before text', '/files/a%25b'],
    ['with an escaped % at its end', '/nowhere%25'],
  ])('400 to a path %s: %s', async (_, path) => {
    const response = await ask(path)
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ message: 'Bad Request' })
  })

  test.each([
    ['%2F is a separator', '/files%2Fa', 'a'],
    ['a greedy parameter takes the rest', '/files/a/b%20c', 'a/b c'],
    ['%2F is one within a parameter', '/open%2Fmore', undefined],
    ['%3F ends the path', '/files/a%3Fb', 'a'],
    ['%23 does not', '/files/a%23b', 'a#b'],
    ['what is escaped twice is decoded twice', '/files/a%252Fb%2520c', 'a/b c'],
    ['two slashes are not one', '//files/a', undefined],
    ['dots are a part of the path', '/files/../open', '../open'],
  ])('decodes a path before it finds the route: %s', async (_, path, parameter) => {
    const { status, body } = await askRaw(fixture.stack.api, path)
    if (parameter === undefined) return expect(status).toBe(404)
    expect(JSON.parse(body)).toEqual({ open: true, pathParameters: { path: parameter } })
  })

  test('413 to a body of more than 10 MB', async () => {
    const response = await ask('/call', { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024 + 1) })
    expect(response.status).toBe(413)
  })

  test("503 if the function takes longer than the integration's timeout", async () => {
    const response = await ask('/impatient?as=pause')
    expect(response.status).toBe(503)
    expect(await response.json()).toEqual({ message: 'Service Unavailable' })
  })

  test("the function's status, headers, cookies and bytes, or 200 with JSON without a status", async () => {
    const response = await ask('/misbehave?as=cookies')
    expect(response.status).toBe(201)
    expect(response.headers.get('x-number')).toBe('7')
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(await response.text()).toBe('bytes')
    const inferred = await ask('/open')
    expect(inferred.headers.get('content-type')).toBe('application/json')
    expect(await inferred.json()).toEqual({ open: true })
    expect((await ask('/misbehave?as=text')).headers.get('content-type')).toBe('text/plain;charset=UTF-8')
  })

  test.each(['throw', 'exit', 'crash', 'hang', 'spin', 'malformed', 'big'])(
    '500 where a function fails (%s), and the next request is served',
    async (as) => {
      const response = await ask(`/misbehave?as=${as}`)
      expect(response.status).toBe(500)
      expect(await response.json()).toEqual({ message: 'Internal Server Error' })
      expect((await ask('/misbehave?as=text')).status).toBe(200)
    },
  )
})

describe('isolates work as in Lambda', () => {
  const pause = async () => ((await (await ask('/misbehave?as=pause')).json()) as { key: string }).key

  test('one request at a time, as many isolates as requests at once, idle ones used again', async () => {
    const first = await Promise.all([pause(), pause(), pause(), pause()])
    expect(new Set(first).size).toBe(4)
    const second = await Promise.all([pause(), pause(), pause(), pause()])
    expect(new Set(second)).toEqual(new Set(first))
    expect(first).toContain(await pause())
  })

  test('have only the resolved environment and Lambda’s own variables, and a complete context', async () => {
    const token = await tokenWith(fixture.stack, { scope: 'wanted' })
    const seen = (await (await ask('/things/1', bearer(token))).json()) as Record<string, unknown>
    expect(seen.tableName).toBe('fixture-table')
    expect(seen.accessKeyId).toMatch(/^[A-Z0-9]{20}$/)
    expect(seen.environment).not.toContain('PATH')
    expect(seen.environment).not.toContain('HOME')
    expect(seen.context).toMatchObject({
      functionName: 'fixture-echo',
      invokedFunctionArn: 'arn:aws:lambda:eu-north-1:000000000000:function:fixture-echo',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    const { remaining } = seen.context as { remaining: number }
    expect(remaining).toBeGreaterThan(0)
    expect(remaining).toBeLessThanOrEqual(3000)
  })

  test('print errors to the terminal, with the function’s name', async () => {
    await ask('/misbehave?as=throw')
    expect(
      fixture.lines.some((line) => line.startsWith('[fixture-misbehave]') && line.includes('RangeError')),
    ).toBe(true)
  })
})
