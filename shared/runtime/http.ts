import middy, { type MiddlewareObj } from '@middy/core'
import type {
  APIGatewayProxyEventV2WithJWTAuthorizer as Event,
  APIGatewayProxyStructuredResultV2 as Result,
} from 'aws-lambda'
import { v7 as uuid } from 'uuid'
import type * as z from 'zod'
import { problemFor } from '../contract/problems.ts'
import { type RouteName, routes } from '../contract/routes.ts'
import { isRefusal, type Refusal, refuse } from '../domain/refusals.ts'
import type { Clock } from '../table/events.ts'
import type { ActiveUser, UserItem } from '../table/items.ts'
import { keys } from '../table/keys.ts'
import { read } from '../table/read.ts'
import type { RequestMark } from '../table/requests.ts'
import { admit, type Caller, callerOf } from './caller.ts'
import { bodyOf, idempotencyKeyOf, parametersOf, queryOf } from './input.ts'
import { logger } from './logger.ts'
import { reportMalformed } from './metric.ts'
import { requestMark } from './request-mark.ts'
import { type Asked, asRequested } from './rfc9110.ts'

/** What a handler is given: the caller, the checked input, the request's time and a source of ids. */
type Request<Body, Query> = {
  caller: Caller
  /** The caller as the directory has it, if it may call this route. */
  admit: (found: UserItem | undefined) => ActiveUser | Refusal
  /** Path parameters, by name. */
  params: Record<string, string>
  body: Body
  query: Query
  clock: Clock
  /** Undefined without the header Idempotency-Key, and on routes that take none. */
  once: RequestMark | undefined
  headers: Record<string, string | undefined>
  /** The path with its query but for the cursor, to make a link to the next page from. */
  self: URL
}

/** A body that is a text is sent as it is, with the content type that `headers` says; any other as JSON. */
export type Answer = {
  status: 200 | 201 | 202 | 204
  body?: object | string
  headers?: Record<string, string>
}

/** Without `path`, path parameters are ids that this service gave, which the handler parses. */
type Input<Body, Query> = {
  path?: z.ZodType<Record<string, string>>
  body?: z.ZodType<Body>
  query?: z.ZodType<Query>
}
type Perform<Body, Query> = (request: Request<Body, Query>) => Promise<Answer | Refusal>

/**
 * The function of one route: reads the input, lets `perform` answer, and tells what comes of it as HTTP. Refusals come
 * in the order that the interface promises: 400 and 415, whether the caller may, then the fields.
 */
export function action<Body = undefined, Query = undefined>(
  route: RouteName,
  input: Input<Body, Query>,
  perform: Perform<Body, Query>,
) {
  return middy<Event, Result>()
    .use(told(route, callerOf))
    .handler((event) => respond(route, event, input, perform) as Promise<never>)
}

async function respond<Body, Query>(
  route: RouteName,
  event: Event,
  input: Input<Body, Query>,
  perform: Perform<Body, Query>,
): Promise<Answer | Refusal> {
  const query = input.query ? queryOf(event, input.query) : { value: undefined as Query }
  if (isRefusal(query) && !isOfField(query)) return query
  const body = input.body ? bodyOf(event, input.body) : { value: undefined as Body }
  if (isRefusal(body) && !isOfField(body)) return body
  const makes = input.body && routes[route].method === 'POST'
  const key = makes ? idempotencyKeyOf(event) : { value: undefined }
  if (isRefusal(key)) return key
  const caller = callerOf(event)
  if (isRefusal(caller)) return caller
  const admitted = (found: UserItem | undefined) => admit(found, accessOf(route))
  const path = input.path ? parametersOf(event, input.path) : { value: given(event.pathParameters) }
  if (isRefusal(query) || isRefusal(path) || isRefusal(body)) {
    // In a batch of one, since every function with such fields may read batches.
    const [found] = await read(keys.user(caller.accountId, caller.userId))
    const user = admitted(found)
    return [user, query, path, body].find(isRefusal) as Refusal
  }
  const self = new URL(`${event.rawPath}?${event.rawQueryString}`, 'http://self')
  return perform({
    caller,
    admit: admitted,
    params: path.value,
    body: body.value,
    query: query.value,
    clock: { now: new Date().toISOString(), newId: () => uuid() },
    once: key.value === undefined ? undefined : requestMark(caller, route, key.value, body.value),
    headers: event.headers,
    self,
  })
}

/** A route that no user may call lets no user in. */
const accessOf = (route: RouteName) => {
  const { access } = routes[route]
  if (access !== 'user' && access !== 'administrator') throw new Error(`${route} is not for users`)
  return access
}

/** Whether it is a field that is wrong: that is told only to who may call. */
const isOfField = ({ refusal }: Refusal) => refusal === 'invalid-email' || refusal === 'invalid-field'

const given = (parameters: Event['pathParameters']): Record<string, string> =>
  Object.fromEntries(Object.entries(parameters ?? {}).map(([name, value = '']) => [name, value]))

/** Turns what a handler gives, or throws, into an HTTP answer with a request id, and logs one line about it. */
export function told<Event extends Asked>(
  route: RouteName,
  callerOf: (event: Event) => object,
): MiddlewareObj<Event, Result> {
  const tell = (event: Event, outcome: Answer | Refusal): Result => {
    const { requestId } = event.requestContext
    const { status, body, headers } = isRefusal(outcome) ? refused(outcome, requestId) : outcome
    const code = isRefusal(outcome) ? outcome.refusal : undefined
    const result = asRequested(event, {
      statusCode: status,
      headers: {
        'x-request-id': requestId,
        'cache-control': 'no-store',
        ...(typeof body === 'object' && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    reportMalformed()
    logger.info('answered', { route, requestId, caller: callerOf(event), status: result.statusCode, code })
    return result
  }
  return {
    after: (request) => {
      request.response = tell(request.event, request.response as unknown as Answer | Refusal)
    },
    onError: (request) => {
      const { requestId } = request.event.requestContext
      const refusal = isTransient(request.error) ? refuse('unavailable') : refuse('internal-error')
      logger.error('failed', { route, requestId, error: request.error as Error })
      request.response = tell(request.event, refusal)
    },
  }
}

function refused(refusal: Refusal, requestId: string) {
  const body = problemFor(refusal, requestId)
  const headers: Record<string, string> = {
    'content-type': 'application/problem+json',
    ...(refusal.retryAfter !== undefined && { 'retry-after': String(refusal.retryAfter) }),
  }
  return { status: body.status, body, headers }
}

const transient =
  /Throttl|LimitExceeded|ProvisionedThroughputExceeded|TransactionInProgress|TransactionConflict|Timeout|Abort/

/** What may well work a moment later: throttling, a lost connection, a fault on the other side. */
function isTransient(error: unknown): boolean {
  const { name = '', code = '', $fault } = (error ?? {}) as { name?: string; code?: string; $fault?: string }
  return $fault === 'server' || transient.test(name) || /^E[A-Z]+$/.test(code)
}
