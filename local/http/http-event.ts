import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Verified } from './authorizer.ts'
import { splitTarget, valuesByName } from './paths.ts'
import type { HttpApi } from './routes.ts'
import type { Signer } from './signatures.ts'

/** The caller, as the route's authorizer passes it to the function. */
export type AuthorizerContext = { jwt: Verified } | { iam: Signer }

/** The parts of an event that depend on the route. */
type Routed = {
  api: Pick<HttpApi, 'id' | 'account' | 'region'>
  routeKey: string
  /** As `routedPath` returns it. */
  path: string
  pathParameters: Record<string, string>
  requestId: string
  authorizer: AuthorizerContext | undefined
}

/** The event of a request in payload format 2.0. */
export function httpEvent(request: IncomingMessage, body: Buffer, routed: Routed): object {
  const search = splitTarget(request.url).query
  const { cookie, connection: _, ...headers } = joined(Object.entries(request.headersDistinct))
  const query = joined(Object.entries(valuesByName(search)))
  const now = new Date()
  const isBase64Encoded = body.length > 0 && !isText(headers['content-type'])
  const { api, routeKey, path, requestId, pathParameters, authorizer } = routed
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: search.slice(1),
    ...(cookie !== undefined && { cookies: cookie.split(/[;,] */) }),
    headers: {
      ...headers,
      'content-length': String(body.length),
      'x-forwarded-for': request.socket.remoteAddress ?? '',
      'x-forwarded-port': String(request.socket.localPort ?? ''),
      'x-forwarded-proto': 'http',
    },
    ...(search.length > 1 && { queryStringParameters: query }),
    requestContext: {
      accountId: api.account,
      apiId: api.id,
      ...(authorizer && { authorizer }),
      domainName: `${api.id}.execute-api.${api.region}.amazonaws.com`,
      domainPrefix: api.id,
      http: {
        method: request.method,
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey,
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  }
}

/** Writes a function's answer as the gateway does. Returns false, and writes nothing, if the answer is malformed. */
export function writeAnswer(response: ServerResponse, payload: string): boolean {
  const answer = JSON.parse(payload) as unknown
  if (!isObject(answer) || !('statusCode' in answer)) {
    response.setHeader('content-type', 'application/json')
    response.writeHead(200).end(typeof answer === 'string' ? answer : payload)
    return true
  }
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded = false } = answer
  const status = Number(statusCode)
  const wellFormed =
    Number.isInteger(status) &&
    status >= 100 &&
    status <= 599 &&
    typeof body === 'string' &&
    Array.isArray(cookies) &&
    isObject(headers)
  if (!wellFormed) return false
  response.setHeader('content-type', 'text/plain;charset=UTF-8')
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value))
  if (cookies.length > 0) response.setHeader('set-cookie', cookies.map(String))
  response.writeHead(status).end(isBase64Encoded ? Buffer.from(body, 'base64') : body)
  return true
}

function isText(contentType: string | undefined): boolean {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? 'text/plain'
  return /^(text\/.*|application\/(json|javascript|xml|.*\+json))$/.test(type)
}

function joined(entries: [string, string[] | undefined][]): Record<string, string> {
  return Object.fromEntries(entries.map(([name, values = []]) => [name, values.join(',')]))
}

/** Such as 23/Nov/2026:09:44:10 +0000 */
function commonLogTime(time: Date): string {
  const [, day, month, year, clock] = time.toUTCString().split(' ')
  return `${day}/${month}/${year}:${clock} +0000`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
