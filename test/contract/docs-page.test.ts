import { expect, it } from 'vitest'
import { routes } from '../../shared/contract/actions.ts'
import { docsPage } from '../../shared/contract/docs-page.ts'
import { openApiDocument } from '../../shared/contract/openapi.ts'

const page = docsPage(openApiDocument()).markup

it('tells of every route, with an anchor in the contents', () => {
  for (const [name, { method, path }] of Object.entries(routes)) {
    expect(page).toContain(`<article id="${name}">`)
    expect(page).toContain(`<a href="#${name}">`)
    expect(page).toContain(`${method} ${path}`)
  }
})

it('has no link within the page that leads nowhere, and no id twice', () => {
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const [, target] of page.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target)
})

it('needs no script and nothing of another host', () => {
  expect(page).not.toMatch(/<script|<link|<img|<iframe| on\w+=|javascript:|style="/i)
  expect([...page.matchAll(/(?:href|src)="([^"#][^"]*)"/g)].map(([, address]) => address)).toEqual([
    'openapi.json',
  ])
  expect(page).not.toMatch(/url\(|@import/)
})

it('takes nothing that is said for markup', () => {
  const document = openApiDocument()
  document.info.summary = '<img src=x onerror=alert(1)> & "more"'
  expect(docsPage(document).markup).toContain('&lt;img src=x onerror=alert(1)&gt; &amp; &quot;more&quot;')
})

it('has one first heading, and skips no level', () => {
  const levels = [...page.matchAll(/<h(\d)/g)].map(([, level]) => Number(level))
  expect(levels.filter((level) => level === 1)).toEqual([1])
  levels.forEach((level, at) => {
    expect(level - (levels[at - 1] ?? 0)).toBeLessThanOrEqual(1)
  })
})

it('says all that a description holds', () => {
  const text = { type: 'string' }
  const share = { $ref: '#/components/schemas/NewShare' }
  const described = {
    info: { title: 'T', version: '1', summary: 'S', description: 'One.\n\nTwo `a`.', license: { name: 'L' } },
    tags: [{ name: 'Shares', description: 'Of shares.' }],
    paths: {
      '/v1/shares': {
        servers: [{}],
        post: {
          operationId: 'add-share',
          tags: ['Shares'],
          summary: 'Share',
          description: 'Shares `it`.',
          parameters: [
            {
              name: 'limit',
              in: 'query',
              description: 'At `most`.',
              required: true,
              schema: { type: 'integer', minimum: 1, maximum: 9, default: 2 },
            },
            { name: 'q', in: 'header', required: false, schema: { ...text, minLength: 2, maxLength: 9 } },
          ],
          requestBody: { content: { 'application/json': { schema: share, example: { a: 1 } } } },
          responses: {
            201: {
              description: 'Made.',
              headers: { 'X-Request-Id': {}, Location: {}, ETag: {} },
              content: { 'text/csv': { schema: text, example: 'a;b' } },
            },
            204: { description: 'Empty.' },
            404: {
              description: 'Nothing.',
              content: { 'application/problem+json': { examples: { gone: {}, 'not-found': {} } } },
            },
            429: { description: 'Slow down.', headers: { 'Retry-After': {} } },
          },
        },
      },
    },
    components: {
      securitySchemes: {
        token: { type: 'http', description: 'A token.' },
        signature: { type: 'apiKey', description: 'A key.' },
      },
      examples: { gone: { value: { code: 'gone', status: 404, title: 'Gone', detail: 'Look again.' } } },
      schemas: {
        NewShare: {
          description: 'New.',
          required: ['kind'],
          properties: {
            kind: { enum: ['file', 'proof'], description: 'A `kind`.' },
            at: { ...text, format: 'date-time' },
            none: { anyOf: [{ ...text, minLength: 1 }, { type: 'null' }] },
            list: {
              type: 'array',
              items: {
                type: 'object',
                properties: { x: { type: 'integer', minimum: Number.MIN_SAFE_INTEGER } },
              },
            },
            any: { type: ['string', 'integer'] },
          },
        },
        Any: {},
      },
    },
  }
  const { markup } = docsPage(described as never)
  const [, body = ''] = markup.split('</style>')
  const words = body
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  expect(words).toBe(
    [
      'T: the HTTP interface S Version 1 · L · openapi.json , the same for programs',
      'In general Shares Share Problems Shapes',
      'In general One. Two a . Who calls People and their programs A token. The host product’s back end A key.',
      'Shares Of shares. Share POST /v1/shares Shares it .',
      'Parameters limit At most . integer from 1 to 9, 2 by default, in the query, required',
      'q string of at least 2 characters of at most 9 characters, in the header',
      'Body NewShare as application/json { &quot;a&quot;: 1 }',
      'Answers 201 Made. With Location, ETag. string as text/csv a;b 204 Empty.',
      '404 gone , not-found 429 Slow down. With Retry-After.',
      'Problems gone 404 Gone. Look again.',
      'Shapes NewShare New. kind file or proof . A kind . at may be missing time',
      'none may be missing string or null list may be missing list of object x may be missing integer',
      'any may be missing string or integer Any anything',
    ].join(' '),
  )
  expect([...body.matchAll(/ (?:id|href)="([^"]*)"/g)].map(([, link]) => link)).toEqual(
    'openapi.json #in-general #add-share #problems #shapes in-general add-share #shape-NewShare #problem-gone #problem-not-found problems problem-gone shapes shape-NewShare shape-Any'.split(
      ' ',
    ),
  )
})
