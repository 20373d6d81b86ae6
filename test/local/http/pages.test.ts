import { describe, expect, test } from 'vitest'
import { deployFiles } from '../../../local/engines/bucket-deployments.ts'
import { readDistribution } from '../../../local/http/distribution.ts'
import { readAssembly } from '../../../local/template/assembly.ts'
import { type Resources, resolveResources } from '../../../local/template/resources.ts'
import { askRaw, fixture, tokenWith, withFixture } from '../fixture/stack.ts'

withFixture()

const ask = (path: string, init: RequestInit = {}) => fetch(fixture.stack.web + path, init)
const signIn = () => new URL(fixture.stack.token).origin

describe('files are served as they are deployed', () => {
  test('with type, cache control and the headers of the policy', async () => {
    const response = await ask('/index.html')
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('<title>Fixture</title>')
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/html',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    })
  })

  test('under the prefix of their deployment', async () => {
    const response = await ask('/assets/large-a1b2c3d4.txt')
    expect(response.headers.get('cache-control')).toBe('immutable')
    expect(response.headers.get('content-type')).toBe('text/plain')
  })

  test('the root object at the root', async () => {
    expect(await (await ask('/')).text()).toContain('<title>Fixture</title>')
  })

  test("at the path that the distribution's function returns", async () => {
    expect(await (await ask('/old?some=query')).text()).toContain('All of it is the same.')
  })

  test('404 for a file that does not exist', async () => {
    const response = await ask('/missing')
    expect(response.status).toBe(404)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('304 for a file that the browser has', async () => {
    const etag = (await ask('/index.html')).headers.get('etag') ?? ''
    expect((await ask('/index.html', { headers: { 'if-none-match': etag } })).status).toBe(304)
  })

  test('compressed if they are large enough and compressible', async () => {
    const encoded = { headers: { 'accept-encoding': 'gzip, br' } }
    const [large, small] = await Promise.all([
      ask('/assets/large-a1b2c3d4.txt', encoded),
      ask('/index.html', encoded),
    ])
    expect(large.headers.get('content-encoding')).toBe('br')
    expect(small.headers.get('content-encoding')).toBeNull()
  })

  test('403 to a method that the behaviour does not allow', async () => {
    expect((await ask('/index.html', { method: 'DELETE' })).status).toBe(403)
    expect((await ask('/index.html', { method: 'HEAD' })).status).toBe(200)
  })
})

describe('only the addresses of the sign-in differ from the deployed ones', () => {
  test('in the JSON files', async () => {
    expect(await (await ask('/config.json')).json()).toEqual({ issuer: signIn() })
  })

  test('in the headers', async () => {
    expect((await ask('/')).headers.get('content-security-policy')).toBe(
      `default-src 'none'; connect-src 'self' ${signIn()}`,
    )
  })
})

describe('the API has the same address', () => {
  test('with method, query, headers and body unchanged, except the host', async () => {
    const authorization = `Bearer ${await tokenWith(fixture.stack, { sub: 'me', scope: 'wanted' })}`
    const response = await ask('/things/a%23b?x=1', {
      method: 'PATCH',
      headers: { authorization, 'content-type': 'application/json', 'x-some': 'thing' },
      body: '{"a":1}',
    })
    expect(response.status).toBe(200)
    expect(((await response.json()) as { event: object }).event).toMatchObject({
      rawPath: '/things/a#b',
      rawQueryString: 'x=1',
      headers: { 'x-some': 'thing', host: new URL(fixture.stack.api).host },
      requestContext: { http: { method: 'PATCH' } },
      body: '{"a":1}',
    })
  })

  test.each([
    ['/things/1', 401, { message: 'Unauthorized' }],
    ['/things/1/none', 404, { message: 'Not Found' }],
    ['/misbehave?as=throw', 500, { message: 'Internal Server Error' }],
  ])('with its refusals unchanged: %s', async (path, status, body) => {
    const response = await ask(path)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual(body)
    expect(response.headers.get('apigw-requestid')).toBeTruthy()
  })

  test('403 too', async () => {
    const authorization = `Bearer ${await tokenWith(fixture.stack, { sub: 'me', scope: 'other' })}`
    const response = await ask('/things/1', { headers: { authorization } })
    expect(response.status).toBe(403)
    expect(await response.json()).toEqual({ message: 'Forbidden' })
  })

  test.each([
    ['/files/a%3Fb', 200, { open: true, pathParameters: { path: 'a' } }],
    ['/files/a%252Fb', 200, { open: true, pathParameters: { path: 'a/b' } }],
    ['/files/a%25b', 400, { message: 'Bad Request' }],
    ['/things/a%2Fb', 404, { message: 'Not Found' }],
  ])('with the path as it was sent: %s', async (path, status, body) => {
    const answer = await askRaw(fixture.stack.web, path)
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.body)).toEqual(body)
  })

  test('without CORS', async () => {
    const headers = { origin: 'https://elsewhere.example', 'access-control-request-method': 'PUT' }
    const response = await ask('/things/1', { method: 'OPTIONS', headers })
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  test('with its own headers, unless the policy overrides them', async () => {
    expect((await ask('/misbehave?as=cookies')).headers.get('x-number')).toBe('7')
    expect((await ask('/misbehave?as=text')).headers.get('x-number')).toBe('of the policy')
    expect((await ask('/files/a')).headers.get('apigw-requestid')).toBe('of the policy')
    expect((await ask('/misbehave?as=cookies')).headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })
})

test.each(['//', '//elsewhere.example/index.html', `/../${'x'.repeat(8)}/index.html`, '/%'])(
  'a path that is no file is none: %s',
  async (path) => {
    expect((await askRaw(fixture.stack.web, path)).status).toBeGreaterThanOrEqual(400)
    expect(fixture.lines.filter((line) => line.startsWith('GET '))).toEqual([])
  },
)

test('a browser that closes the connection early causes no error', async () => {
  const leave = new AbortController()
  const left = ask('/misbehave?as=pause', { signal: leave.signal })
  const waited = ask('/misbehave?as=pause')
  setTimeout(() => leave.abort(), 50)
  await expect(left).rejects.toThrow()
  await waited
  await ask('/misbehave?as=pause')
  expect(fixture.lines.filter((line) => line.includes('as=pause'))).toEqual([])
})

describe('an unknown property stops the start', () => {
  const changed = (type: string, change: (properties: Record<string, object>) => void): Resources => {
    const resources = structuredClone(
      resolveResources(readAssembly(fixture.assembly), () => fixture.stack.api),
    )
    for (const one of resources.all) if (one.type === type) change(one.properties as Record<string, object>)
    return resources
  }
  const read = (resources: Resources) => () => readDistribution(resources, (text) => text)

  test('of the distribution', () => {
    const config = (change: (config: Record<string, object>) => void) =>
      read(
        changed('AWS::CloudFront::Distribution', ({ DistributionConfig = {} }) =>
          change(DistributionConfig as Record<string, object>),
        ),
      )
    expect(config(() => {})).not.toThrow()
    expect(config((it) => Object.assign(it, { Logging: {} }))).toThrow('has Logging')
    expect(
      config((it) =>
        Object.assign(it, { CustomErrorResponses: [{ ErrorCode: 404, ResponsePagePath: '/' }] }),
      ),
    ).toThrow('has ResponsePagePath')
    expect(
      config((it) => Object.assign(it.DefaultCacheBehavior ?? {}, { LambdaFunctionAssociations: [] })),
    ).toThrow('has LambdaFunctionAssociations')
    expect(
      config((it) => Object.assign(it.DefaultCacheBehavior ?? {}, { OriginRequestPolicyId: 'other' })),
    ).toThrow('origin request policy other')
  })

  test('of the headers', () => {
    const policy = (config: object) =>
      read(
        changed('AWS::CloudFront::ResponseHeadersPolicy', (properties) =>
          Object.assign(properties, { ResponseHeadersPolicyConfig: config }),
        ),
      )
    expect(policy({ CorsConfig: {} })).toThrow('has CorsConfig')
    expect(policy({ SecurityHeadersConfig: { XSSProtection: { Override: true } } })).toThrow(
      'has XSSProtection',
    )
  })

  test('of the files', async () => {
    const deploy = (change: object) =>
      deployFiles(
        readAssembly(fixture.assembly),
        changed('Custom::CDKBucketDeployment', (properties) => Object.assign(properties, change)),
        { s3: 'http://nowhere.invalid', localized: (text) => text },
      )
    await expect(deploy({ Exclude: ['*'] })).rejects.toThrow('has Exclude')
    await expect(deploy({ Prune: true })).rejects.toThrow('has Prune')
    await expect(deploy({ SourceObjectKeys: ['none.zip'] })).rejects.toThrow('has no built asset none.zip')
  })
})
