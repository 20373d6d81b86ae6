import * as z from 'zod'
import { type RefusalCode, refuse } from '../domain/refusals.ts'
import { documentation, type RouteName } from './actions.ts'
import { type Access, type DescribedAnswer, type Documentation, tags } from './contract.ts'
import { problemFor } from './problems.ts'
import * as shapes from './shapes.ts'

export type Schema = z.core.JSONSchema.BaseSchema
type Content = Record<string, { schema: Schema; example?: unknown; examples?: Record<string, object> }>
export type Parameter = {
  name: string
  in: 'path' | 'query' | 'header'
  description?: string
  required: boolean
  schema: Schema
}

type PathItem = { servers?: object[] } & Partial<Record<string, DescribedOperation | object[]>>

export type DescribedOperation = {
  operationId: RouteName
  tags: string[]
  summary: string
  description: string
  security: Record<string, string[]>[]
  parameters?: Parameter[]
  requestBody?: { required: true; content: Content }
  responses: Record<string, { description: string; headers?: Record<string, object>; content?: Content }>
}

const info = {
  title: 'Partner Accounts',
  version: '1.0.0',
  summary: 'Two accounts of a product become partners, see each other’s users and share with each other.',
  description: [
    'All bodies are JSON. Times are RFC 3339 in UTC. Ids are opaque. Every answer has the header `X-Request-Id`, which the log has too.',
    'Lists have pages: `next` is the `cursor` of the next page, and the header `Link` has its address. A cursor is valid only for the account and query that it came from.',
    'Every refusal is `application/problem+json`. `code` never changes. `title` and `detail` are for people and say what to do next. A refused request changes nothing. Refusals of API Gateway itself, for example of an expired token, have only a `message`.',
    'Some actions accept an `Idempotency-Key`. A request with the same key and body returns the first answer again, for as long as the object that it created exists. Accept, reject, PUT and DELETE are safe to repeat without a key.',
    'New fields, codes and types of events may be added. Existing ones do not change.',
  ].join('\n\n'),
  license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
}

/** The back end of the host product calls a separate HTTP API, since a signature covers the host name. */
const directory = {
  url: 'https://{directory}',
  description: 'The HTTP API of the directory. Its address is an output of the deployment.',
  variables: { directory: { default: 'directory.accounts.example' } },
}

const securitySchemes = {
  accessToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'An access token with the scope `partners`. The account is the claim `account_id`, and the user is the claim `user_id` or else `sub`. ID tokens are refused.',
  },
  signature: {
    type: 'apiKey',
    name: 'Authorization',
    in: 'header',
    'x-amazon-apigateway-authtype': 'awsSigv4',
    description:
      'AWS Signature Version 4 for the service `execute-api`, by a principal that may invoke the API.',
  },
}

const security: Record<Access, Record<string, string[]>[]> = {
  user: [{ accessToken: ['partners'] }],
  administrator: [{ accessToken: ['partners'] }],
  host: [{ signature: [] }],
  anyone: [],
}

const text: Schema = { type: 'string' }

const headers = {
  'X-Request-Id': {
    description: 'The id of the request, which the log has too.',
    required: true,
    schema: text,
    example: 'T2n1xgh3gi0EPzA=',
  },
  Location: {
    description: 'The address of the new object.',
    required: true,
    schema: text,
    example: '/v1/invitations/AZrD3l5uevyN0kq3hXQbGm3b9W1fYWNtZQ',
  },
  Link: {
    description: 'The next page, with the relation `next` (RFC 8288). The last page has no `Link`.',
    schema: text,
    example: '</v1/partners?cursor=OEpxM0JrV2xzUWZ0MDFiYi1jM2Y>; rel="next"',
  },
  ETag: {
    description:
      'The version of the representation. Send it in If-None-Match to get 304 while nothing has changed.',
    required: true,
    schema: text,
    example: '"qFbMJxlLWgcjkBRijztNfv"',
  },
  'X-Unchanged': {
    description: '`true` if the version is not higher than the stored version, and nothing has changed.',
    schema: text,
    example: 'true',
  },
  'Cache-Control': {
    description: 'Whether a cache may keep the answer, and how long.',
    required: true,
    schema: text,
    example: 'public, max-age=300',
  },
} satisfies Record<string, { description: string; required?: true; schema: Schema; example: string }>
type Header = keyof typeof headers

/** For statuses that the gateway answers with too, without this header. */
const requestIdIfOurs = { 'X-Request-Id': { ...headers['X-Request-Id'], required: false } }
const retryAfterIfOurs = {
  'Retry-After': {
    description: 'The number of seconds to wait before the next try.',
    schema: { type: 'string', pattern: '^[0-9]+$' },
    example: '3600',
  },
}

const idempotencyKey: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'A text that you choose, for example a UUID, one for each object to create. If the answer was lost, repeat the request with the same key.',
  required: false,
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
}

/** The statuses that API Gateway itself answers with, by access. */
const gatewayStatuses: Record<Access, number[]> = {
  user: [401, 403, 429, 500, 503],
  administrator: [401, 403, 429, 500, 503],
  host: [403, 429, 500, 503],
  anyone: [429, 500, 503],
}

const gatewayMessages: Record<number, string> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

const reasons: Record<number, string> = {
  400: 'The request is malformed.',
  401: 'The access token is missing, has expired, or is for another interface.',
  403: 'You can’t do this.',
  404: 'Not found.',
  409: 'The current state does not allow this.',
  415: 'The body is not JSON.',
  422: 'A field is invalid.',
  429: 'Too many requests, or a daily limit is reached.',
  500: 'Internal error.',
  503: 'Temporarily unavailable.',
}

const statusOf = (code: RefusalCode) => problemFor(refuse(code), '').status

const ref = (kind: 'schemas' | 'examples' | 'headers', name: string) => ({
  $ref: `#/components/${kind}/${name}`,
})

/** An example of a refusal. Refusals of fields name a field. */
function exampleOf(code: RefusalCode) {
  const detail = {
    'malformed-request': { pointer: '/colour', detail: 'This field does not exist.' },
    'invalid-email': { pointer: '/email', detail: 'Write it as name@example.com.' },
    'invalid-field': {
      pointer: '/name',
      detail:
        'A name has at least one visible character, and no control characters, line separators, unassigned characters or changes of direction.',
    },
  }[code as string]
  return problemFor(refuse(code, detail && [detail]), 'T2n1xgh3gi0EPzA=')
}

/** The codes that an action can be refused with or fail with. */
function codesOf({ problems, contract: { access, body, idempotent } }: Documentation): RefusalCode[] {
  if (access === 'anyone' && !body) return problems
  return [
    'malformed-request',
    ...(body ? (['unsupported-media-type'] as const) : []),
    ...(access === 'host' || access === 'anyone' ? [] : (['unknown-user'] as const)),
    ...(access === 'administrator' ? (['not-an-administrator'] as const) : []),
    ...problems,
    ...(idempotent ? (['idempotency-key-reused'] as const) : []),
    'internal-error',
    'unavailable',
  ]
}

const idOf = (schema: z.ZodType) => schema.meta()?.id

/** The JSON Schemas of schemas with an id, by id. They refer to each other. */
function schemasOf(schemas: z.ZodType[], io: 'input' | 'output'): Record<string, Schema> {
  const registry = z.registry<{ id: string }>()
  for (const schema of schemas) {
    const id = idOf(schema)
    if (id !== undefined) registry.add(schema, { id })
  }
  const uri = (id: string) => `#/components/schemas/${id}`
  const converted = z.toJSONSchema(registry, { io, uri, override: plain }).schemas
  return Object.fromEntries(
    Object.entries(converted).map(([id, { $schema: _, $id: __, ...schema }]) => [id, schema]),
  )
}

/** The enumerations that may get new values. */
const openEnums: z.core.$ZodTypes[] = [shapes.problemCode, shapes.eventType]

/** A text with known values, which may get new ones. */
const open = (known: unknown[] | undefined): Schema => ({
  anyOf: [{ type: 'string', enum: known as Schema['enum'] }, { type: 'string' }],
})

/** Allows new fields in answers. Drops the pattern of times: its two hundred characters repeat the format. */
function plain({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: Schema }): void {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern
  if (openEnums.includes(zodSchema)) {
    const { enum: known, type: _, ...rest } = jsonSchema
    for (const key of ['enum', 'type']) delete jsonSchema[key]
    Object.assign(jsonSchema, open(known), rest)
  }
  const isOpen = zodSchema._zod.def.type === 'object' && zodSchema._zod.def.catchall === undefined
  if (isOpen) delete jsonSchema.additionalProperties
}

const schemaOf = (schema: z.ZodType): Schema => {
  const id = idOf(schema)
  if (id !== undefined) return ref('schemas', id)
  const { $schema: _, ...inline } = z.toJSONSchema(schema, { io: 'output', override: plain })
  return inline
}

const headersOf = (...names: Header[]) =>
  Object.fromEntries(names.map((name) => [name, ref('headers', name)]))

/** Path, query and header parameters. A query parameter is described by the value that its schema reads from the text. */
function parametersOf({ contract, parameters = {} }: Documentation): Parameter[] {
  const { params, query, idempotent } = contract
  const inPath = Object.entries(parameters).map(([name, description]): Parameter => {
    const given = params?.shape[name] as z.ZodType | undefined
    const schema: Schema = given ? schemaOf(given) : { type: 'string', minLength: 1 }
    return { name, in: 'path', description, required: true, schema }
  })
  return [...inPath, ...(query ? queryParametersOf(query) : []), ...(idempotent ? [idempotencyKey] : [])]
}

function queryParametersOf(query: z.ZodObject): Parameter[] {
  const { required = [] } = z.toJSONSchema(query, { io: 'input' })
  const { properties = {} } = z.toJSONSchema(query, { io: 'output' }) as {
    properties?: Record<string, Schema>
  }
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    description,
    required: required.includes(name),
    schema,
  }))
}

/** The successful answers of an action. A read also answers 304 to a conditional request. */
function successesOf({ answers, contract: { method } }: Documentation): DescribedAnswer[] {
  const [{ headers } = { headers: [] }] = answers
  const description = 'Your copy, which `If-None-Match` names, is current.'
  return method === 'GET' ? [...answers, { status: 304, description, content: [], headers }] : answers
}

function successOf({ description, content, headers }: DescribedAnswer) {
  const contents = content.map(({ mediaType, schema, example }) => [
    mediaType,
    { schema: schemaOf(schema), example },
  ])
  return {
    description,
    headers: headersOf('X-Request-Id', ...headers),
    ...(contents.length > 0 && { content: Object.fromEntries(contents) as Content }),
  }
}

/** The failures with one status, of the function and of the gateway. */
function failureOf(status: number, codes: RefusalCode[], access: Access) {
  const ours: Content = {
    'application/problem+json': {
      schema: {
        allOf: [ref('schemas', 'Problem'), { type: 'object', properties: { code: open(codes) } }],
      },
      examples: Object.fromEntries(codes.map((code) => [code, ref('examples', code)])),
    },
  }
  const gateways: Content = {
    'application/json': {
      schema: ref('schemas', 'GatewayMessage'),
      example: { message: gatewayMessages[status] },
    },
  }
  const fromGateway = gatewayStatuses[access].includes(status)
  return {
    description: reasons[status] ?? '',
    ...(codes.length > 0 && {
      headers: {
        ...(fromGateway ? requestIdIfOurs : headersOf('X-Request-Id')),
        ...(status === 429 && retryAfterIfOurs),
      },
    }),
    content: { ...(codes.length > 0 && ours), ...(fromGateway && gateways) },
  }
}

function operationOf(described: Documentation): DescribedOperation {
  const { contract, tag, summary, description, exampleBody } = described
  const { name, access, body } = contract
  const codes = codesOf(described)
  const failures = [...new Set([...codes.map(statusOf), ...gatewayStatuses[access]])].sort((a, b) => a - b)
  const parameters = parametersOf(described)
  return {
    operationId: name as RouteName,
    tags: [tag],
    summary,
    description,
    security: security[access],
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: true as const,
        content: { 'application/json': { schema: schemaOf(body), example: exampleBody } },
      },
    }),
    responses: {
      ...Object.fromEntries(successesOf(described).map((success) => [success.status, successOf(success)])),
      ...Object.fromEntries(
        failures.map((status) => {
          const own = codes.filter((code) => statusOf(code) === status)
          return [status, failureOf(status, own, access)]
        }),
      ),
    },
  }
}

/** The operations, grouped by path. */
function paths() {
  const items: Record<string, PathItem> = {}
  for (const described of documentation) {
    const { method, path, access } = described.contract
    const servers = access === 'host' && { servers: [directory] }
    items[path] = { ...items[path], ...servers, [method.toLowerCase()]: operationOf(described) }
  }
  return items
}

/** A bundler may order the exports of a module differently than Node does. */
const sorted = <Value>(record: Record<string, Value>): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)))

/** The whole interface as an OpenAPI 3.1 document, served at `origin`, by default that of `npm start`. */
export function openApiDocument(origin = 'http://127.0.0.1:8700') {
  const problems = [...new Set(documentation.flatMap(codesOf))]
  const bodies = documentation.flatMap(({ contract: { body } }) => body ?? [])
  return {
    openapi: '3.1.1',
    info,
    servers: [{ url: origin, description: 'Where this description is served.' }],
    tags,
    paths: paths(),
    components: {
      schemas: sorted({ ...schemasOf(Object.values(shapes), 'output'), ...schemasOf(bodies, 'input') }),
      headers,
      examples: Object.fromEntries(
        problems.map((code) => [code, { summary: exampleOf(code).title, value: exampleOf(code) }]),
      ),
      securitySchemes,
    },
  }
}
export type OpenApiDocument = ReturnType<typeof openApiDocument>
