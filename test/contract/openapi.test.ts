import { Ajv2020 } from 'ajv/dist/2020.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type * as z from 'zod'
import { documentation, type RouteName, routes } from '../../shared/contract/actions.ts'
import { addUser } from '../../shared/contract/add-user.ts'
import { listUsers } from '../../shared/contract/list-users.ts'
import { openApiDocument } from '../../shared/contract/openapi.ts'
import { refusalCodes } from '../../shared/domain/refusals.ts'
import { Description } from '../kit/description.ts'

const document = JSON.parse(JSON.stringify(openApiDocument())) as ReturnType<typeof openApiDocument>
const description = new Description(document)

const described = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).flatMap(([method, operation]) =>
    Array.isArray(operation) || !operation ? [] : [{ method: method.toUpperCase(), path, ...operation }],
  ),
)
const names = Object.keys(routes) as RouteName[]

describe('the description', () => {
  it('is OpenAPI 3.1, of every route and no other, each by the name of its function', () => {
    expect(document.openapi).toMatch(/^3\.1\./)
    expect(
      Object.fromEntries(
        described.map(({ operationId, method, path }) => [operationId, `${method} ${path}`]),
      ),
    ).toEqual(Object.fromEntries(names.map((name) => [name, `${routes[name].method} ${routes[name].path}`])))
  })

  it('says for each route how its caller is known, and what the gateway answers by itself', () => {
    const byToken = { security: [{ accessToken: ['partners'] }], gateway: [401, 403, 429, 500, 503] }
    const expected = {
      user: byToken,
      administrator: byToken,
      host: { security: [{ signature: [] }], gateway: [403, 429, 500, 503] },
      anyone: { security: [], gateway: [429, 500, 503] },
    }
    const messages: Record<string, unknown> = {}
    for (const { operationId, security, responses } of described) {
      const fromGateway = Object.entries(responses).filter(
        ([status, { content }]) => Number(status) >= 400 && content?.['application/json'],
      )
      for (const [status, { content }] of fromGateway)
        messages[status] = content?.['application/json']?.example
      const gateway = fromGateway.map(([status]) => Number(status))
      expect({ security, gateway }, operationId).toEqual(expected[routes[operationId].access])
    }
    expect(messages).toEqual({
      401: { message: 'Unauthorized' },
      403: { message: 'Forbidden' },
      429: { message: 'Too Many Requests' },
      500: { message: 'Internal Server Error' },
      503: { message: 'Service Unavailable' },
    })
    expect(document.components.securitySchemes).toMatchObject({
      accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      signature: {
        type: 'apiKey',
        name: 'Authorization',
        in: 'header',
        'x-amazon-apigateway-authtype': 'awsSigv4',
      },
    })
    expect(document.info).toMatchObject({ version: '1.0.0', license: { identifier: 'Apache-2.0' } })
  })

  it('has a server of its own for the directory, and no pattern beside the format of a time', () => {
    for (const { operationId, path } of described)
      expect(document.paths[path]?.servers !== undefined).toBe(routes[operationId].access === 'host')
    expect(JSON.stringify(document)).not.toMatch(/"date-time","pattern"/)
  })

  it('has patterns that mean the same to tools that compile them without Unicode mode', () => {
    const patterns = [...JSON.stringify(document).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)]
    const sources = patterns.map(([, source = '']) => JSON.parse(source) as string)
    expect(sources.length).toBeGreaterThan(5)
    for (const source of new Set(sources)) {
      expect(source).not.toMatch(/\\[pP]\{|\\u\{/)
      for (const text of ['ada@acme.example', 'May Dahl', 'proof-4711', 'a\nb', 'Åsa', '\0', ' ', ''])
        expect(new RegExp(source).test(text), `${source} ${text}`).toBe(new RegExp(source, 'u').test(text))
    }
  })

  it('has an example of every problem, at the status that the problem has', () => {
    expect(Object.keys(document.components.examples).sort()).toEqual([...refusalCodes].sort())
    for (const { operationId, responses } of described)
      for (const [status, { content = {} }] of Object.entries(responses)) {
        const codes = Object.keys(content['application/problem+json']?.examples ?? {})
        for (const code of codes) {
          const { value } = document.components.examples[code] ?? {}
          expect(value, `${operationId} ${status}`).toMatchObject({ code, status: Number(status) })
        }
      }
  })

  it.each(names)('%s: every answer’s example is as its schema describes it', (name) => {
    const { method, path } = routes[name]
    for (const [status, { content = {} }] of Object.entries(responsesOf(name)))
      for (const [mediaType, { example, examples = {} }] of Object.entries(content)) {
        const some =
          example === undefined
            ? Object.keys(examples).map((code) => document.components.examples[code]?.value)
            : [example]
        expect(some, status).not.toEqual([])
        for (const one of some) {
          const text = mediaType.endsWith('json') ? JSON.stringify(one) : String(one)
          const headers = new Headers({ 'content-type': mediaType })
          for (const header of Object.keys(responsesOf(name)[status]?.headers ?? {})) headers.set(header, '1')
          const answer = { status: Number(status), headers, text }
          expect(description.fault(method, path, answer), `${status} ${mediaType}`).toBeUndefined()
        }
      }
  })
})

const responsesOf = (name: RouteName) =>
  described.find(({ operationId }) => operationId === name)?.responses ?? {}

describe('what the description says of a body is what it is checked with', () => {
  const withBody = documentation.flatMap(({ contract, exampleBody }): [RouteName, z.ZodObject, object][] =>
    contract.body && exampleBody ? [[contract.name as RouteName, contract.body, exampleBody]] : [],
  )

  const bodyFault = (name: RouteName, body: unknown) => {
    const pointer = `/paths/${encodeURIComponent(routes[name].path.replaceAll('/', '~1'))}/${routes[name].method.toLowerCase()}`
    return description.valueFault(`${pointer}/requestBody/content/application~1json/schema`, body)
  }

  it.each(withBody)('%s: its example passes', (name, schema, example) => {
    expect(schema.safeParse(example).error).toBeUndefined()
    expect(bodyFault(name, example)).toBeUndefined()
  })

  it.each(withBody)(
    '%s: both refuse a body that lacks a field, or has one too many',
    (name, schema, example) => {
      for (const field of Object.keys(example)) {
        const { [field]: _, ...rest } = example as Record<string, unknown>
        expect(bodyFault(name, rest) === undefined, field).toBe(schema.safeParse(rest).success)
      }
      const more = { ...example, colour: 'red' }
      expect([bodyFault(name, more) === undefined, schema.safeParse(more).success]).toEqual([false, false])
    },
  )

  it.each(withBody)('%s: both refuse a field of another type', (name, schema, example) => {
    for (const field of Object.keys(example))
      for (const value of [null, 7, 1.5, true, [], {}, '']) {
        const changed = { ...example, [field]: value }
        expect(bodyFault(name, changed) === undefined, `${field} ${value}`).toBe(
          schema.safeParse(changed).success,
        )
      }
  })

  // JSON Schema counts code points, and knows of no trimming; so it is asked about what would be kept.
  const kept = (text: string) =>
    text
      .toWellFormed()
      .replace(/[\u{10000}-\u{10ffff}]/gu, 'x')
      .trim()
      .normalize('NFC')
  const someText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 260 }),
    fc.string({ unit: 'grapheme', maxLength: 260 }),
    fc.stringMatching(/^[a-zåÅ @.,;"<>\r\n\u2028\u0085-]{0,20}@[a-z.\s]{0,20}$/),
    fc.nat(230).map((length) => `${'a'.repeat(length)}@${'b'.repeat(30)}.example`),
    fc.nat(230).map((length) => `a@${'b'.repeat(length)}.example`),
    fc.nat(300).map((length) => 'a'.repeat(length)),
  )
  const user = { email: 'may@acme.example', name: 'May', profile: 'manager' }

  // The description does not tell all that makes a text wrong, since patterns with \p{…} are refused by some programs.
  it.each(['name', 'email'])('it allows any %s that is accepted', (field) => {
    fc.assert(
      fc.property(someText.map(kept), (text) => {
        const body = { ...user, [field]: text }
        if (addUser.body.safeParse(body).success)
          expect(bodyFault('add-user', body), JSON.stringify(text)).toBeUndefined()
      }),
      { numRuns: 3000, seed: 1 },
    )
  })

  it('any locale that is accepted', () => {
    const tag = fc.stringMatching(/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?(-x-[a-z0-9]{1,8})?$/)
    fc.assert(
      fc.property(fc.oneof(tag, fc.string()), (locale) => {
        const parsed = addUser.body.safeParse({ ...user, locale })
        if (parsed.success) expect(bodyFault('add-user', parsed.data)).toBeUndefined()
      }),
      { numRuns: 1000, seed: 1 },
    )
  })

  it('any limit of a page', () => {
    const limit = described
      .find(({ operationId }) => operationId === 'list-users')
      ?.parameters?.find(({ name }) => name === 'limit')
    expect(limit).toMatchObject({ in: 'query', required: false, schema: { type: 'integer', default: 25 } })
    const { minimum = 0, maximum = 0 } = limit?.schema ?? {}
    for (let number = -1; number <= 200; number++)
      expect(number >= minimum && number <= maximum, String(number)).toBe(
        listUsers.query.safeParse({ limit: String(number) }).success,
      )
  })
})

describe('an answer is checked against the description', () => {
  const headers = { 'content-type': 'application/json', 'x-request-id': '1' }
  const partner = {
    accountId: 'acme',
    accountName: 'Acme',
    initiatedBy: 'them',
    since: '2026-11-23T10:30:00.000Z',
  }
  const fault = (status: number, body: unknown, more: Record<string, string> = {}) =>
    description.fault('GET', '/v1/partners/acme', {
      status,
      headers: new Headers({ ...headers, ...more }),
      text: body === undefined ? '' : JSON.stringify(body),
    })
  const problem = document.components.examples['not-found']?.value
  const asProblem = { 'content-type': 'application/problem+json' }

  it('and passes where it is as described', () => {
    expect(fault(200, partner)).toBeUndefined()
    expect(fault(404, problem, asProblem)).toBeUndefined()
    const bare = new Headers({ 'content-type': 'application/json' })
    const turnedAway = { status: 401, headers: bare, text: '{"message":"Unauthorized"}' }
    expect(description.fault('GET', '/v1/partners/acme', turnedAway)).toBeUndefined()
  })

  it.each<[string, ReturnType<typeof fault>]>([
    ['another status', fault(202, partner)],
    ['another content type', fault(200, partner, { 'content-type': 'text/plain' })],
    ['a problem as plain JSON', fault(404, problem)],
    ['a code that the route does not have', fault(404, { ...problem, code: 'conflict' }, asProblem)],
    ['a field too few', fault(200, { ...partner, since: undefined })],
    ['a field too many', fault(200, { ...partner, secret: 1 })],
    ['a time with an offset', fault(200, { ...partner, since: '2026-11-23T10:30:00+01:00' })],
    ['a header that is not described', fault(200, partner, { location: '/v1' })],
  ])('and does not where it has %s', (_, found) => {
    expect(found).toBeTypeOf('string')
  })

  it('and does not where a header is missing, or a body is where there is no content', () => {
    const text = JSON.stringify(partner)
    const bare = new Headers({ 'content-type': 'application/json' })
    expect(description.fault('GET', '/v1/partners/acme', { status: 200, headers: bare, text })).toContain(
      'X-Request-Id',
    )
    const full = { status: 204, headers: new Headers(headers), text }
    expect(description.fault('DELETE', '/v1/partners/acme', full)).toContain('a body')
  })
})

it('lists known codes and types of events, and takes others', () => {
  const { schemas } = document.components
  for (const name of ['ProblemCode', 'EventType'])
    expect(schemas[name]?.anyOf).toEqual([
      { type: 'string', enum: expect.arrayContaining([expect.any(String)]) },
      { type: 'string' },
    ])
  const problem = document.components.examples['not-found']?.value
  const asClientsRead = new Ajv2020({ strict: false, formats: { 'date-time': true, uri: true } })
  asClientsRead.addSchema(document, 'description')
  for (const { path, method, responses } of described)
    for (const [status, { content = {} }] of Object.entries(responses)) {
      if (!content['application/problem+json']) continue
      const pointer = `/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}/${method.toLowerCase()}/responses/${status}`
      const $ref = `description#${encodeURI(pointer)}/content/application~1problem+json/schema`
      expect(asClientsRead.validate({ $ref }, { ...problem, code: 'of-tomorrow' }), pointer).toBe(true)
    }
})
