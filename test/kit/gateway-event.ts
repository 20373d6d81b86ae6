import type { APIGatewayProxyEventV2WithJWTAuthorizer as Event } from 'aws-lambda'
import { type RouteName, routes } from '../../shared/contract/actions.ts'

export type GatewayRequest = {
  method: string
  /** The escaped path, with the query string where there is one. */
  target: string
  headers?: Record<string, string>
  params?: Record<string, string> | undefined
  body?: string | Buffer | undefined
  /** The claims of an access token, 'host' for a signed request; undefined for a route without an authorizer. */
  caller?: Record<string, unknown> | 'host' | undefined
  requestId?: string
}

/** A request for an action. A body that is a string is sent as it is, any other as JSON. */
export type Call = {
  /** Absent where the host or anyone calls. */
  by?: { accountId: string; userId: string } | undefined
  params?: Record<string, string> | undefined
  query?: Record<string, string> | undefined
  body?: unknown
  contentType?: string | undefined
  /** The header Idempotency-Key. */
  key?: string | undefined
  accept?: string | undefined
}

/** The event for an action, from a caller that its route lets through. */
export function actionEvent(action: RouteName, call: Call): Event {
  const { by, params, query, body, contentType = 'application/json', key, accept } = call
  const { method, path, access } = routes[action]
  const search = new URLSearchParams(query).toString()
  const pathname = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params?.[name] ?? ''))
  return gatewayEvent({
    method,
    target: search ? `${pathname}?${search}` : pathname,
    headers: {
      'content-type': contentType,
      ...(key && { 'idempotency-key': key }),
      ...(accept && { accept }),
    },
    params,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    caller: by ? claimsOf(by) : access === 'host' ? 'host' : undefined,
    requestId: action,
  })
}

/** Who signs the host product's requests. */
export const hostArn = 'arn:aws:iam::123456789012:user/host'

export const claimsOf = ({ accountId, userId }: { accountId: string; userId: string }) => ({
  sub: userId,
  account_id: accountId,
  user_id: userId,
})

/** The event that API Gateway makes of a request (payload format 2.0), with the fields that functions may read. */
export function gatewayEvent(request: GatewayRequest): Event {
  const { method, target, headers = {}, params = {}, body, caller, requestId = 'request' } = request
  const { pathname, search, searchParams } = new URL(target, 'http://gateway')
  const names = [...new Set(searchParams.keys())]
  const query = Object.fromEntries(names.map((name) => [name, searchParams.getAll(name).join(',')]))
  const isBase64Encoded = !isText(headers['content-type'])
  const event = {
    version: '2.0',
    routeKey: `${method} ${pathname}`,
    rawPath: pathname,
    rawQueryString: search.slice(1),
    headers,
    ...(search.length > 1 && { queryStringParameters: query }),
    ...(Object.keys(params).length > 0 && { pathParameters: params }),
    ...(body && body.length > 0 && { body: Buffer.from(body).toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
    requestContext: { requestId, http: { method, path: pathname }, ...(caller && authorizer(caller)) },
  }
  return event as unknown as Event
}

const authorizer = (caller: Record<string, unknown> | 'host') => ({
  authorizer:
    caller === 'host'
      ? { iam: { accessKey: 'host', userArn: hostArn } }
      : { jwt: { claims: caller, scopes: ['partners'] } },
})

/** API Gateway passes a body of any other media type as base64. */
const isText = (contentType = 'text/plain') =>
  /^(text\/.*|application\/(json|javascript|xml|.*\+json))$/.test(
    contentType.split(';')[0]?.trim().toLowerCase() ?? '',
  )
