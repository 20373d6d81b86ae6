import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { type RouteName, routes } from '../shared/contract/routes.ts'

type Handler = (event: unknown, context: unknown) => Promise<APIGatewayProxyStructuredResultV2>

/** A request as the gateway passes it on. A body that is a text is sent as it is, any other as JSON. */
export type Call = {
  /** Nobody where the host calls. */
  by?: { accountId: string; userId: string }
  params?: Record<string, string>
  query?: Record<string, string>
  body?: unknown
  contentType?: string
  /** The header Idempotency-Key. */
  key?: string
  accept?: string
}

/** `body` is what is JSON, `text` the body as it is. */
export type Answered = {
  status: number
  headers: Record<string, unknown>
  body: Record<string, unknown>
  text: string
}

const handlers = new Map<string, Handler>()
for (const name of Object.keys(routes)) handlers.set(name, (await import(`../functions/${name}.ts`)).handler)

/** Runs the handler of an action in this process. The environment must have what the functions require. */
export async function call(action: RouteName, request: Call): Promise<Answered> {
  const handler = handlers.get(action)
  if (!handler) throw new Error(`There is no handler for ${action}`)
  const { statusCode = 0, headers = {}, body: text = '' } = await handler(eventOf(action, request), {})
  const isJson = /json/.test(String(headers['content-type']))
  return { status: statusCode, headers, body: isJson ? JSON.parse(text) : {}, text }
}

/** An answer in short, such as "201" or "409 invitation-pending". */
export const inShort = ({ status, body }: Answered): string =>
  status >= 400 ? `${status} ${body.code}` : String(status)

function eventOf(
  action: RouteName,
  { by, params, query, body, contentType = 'application/json', key, accept }: Call,
): Partial<APIGatewayProxyEventV2WithJWTAuthorizer> {
  const claims = { account_id: by?.accountId, user_id: by?.userId }
  const authorizer = by ? { jwt: { claims, scopes: [] } } : { iam: { userArn: 'host' } }
  const requestContext = { requestId: action, authorizer, http: { method: routes[action].method } }
  return {
    rawPath: routes[action].path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: {
      'content-type': contentType,
      ...(key && { 'idempotency-key': key }),
      ...(accept && { accept }),
    },
    ...(params && { pathParameters: params }),
    ...(query && { queryStringParameters: query }),
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    isBase64Encoded: false,
    requestContext: requestContext as unknown as APIGatewayProxyEventV2WithJWTAuthorizer['requestContext'],
  }
}
