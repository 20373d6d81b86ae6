import type { MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyStructuredResultV2 as Result } from 'aws-lambda'
import { problemFor } from '../contract/problems.ts'
import { isRefusal, type Refusal, type RefusalCode, refuse } from '../domain/refusals.ts'
import { logger } from './logger.ts'
import { reportMalformed } from './metric.ts'
import { asRequested, type ConditionalRequest } from './rfc9110.ts'

type Answer = { status: number; body?: object | string | undefined; headers?: Record<string, string> }

/** Turns the answer, refusal or error of a handler into an HTTP response with a request id, and logs one line about it. */
export function answered<Event extends ConditionalRequest>(
  route: string,
  callerOf: (event: Event) => object,
): MiddlewareObj<Event, Result> {
  const respond = (event: Event, outcome: Answer | Refusal): Result => {
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
      request.response = respond(request.event, request.response as unknown as Answer | Refusal)
    },
    onError: (request) => {
      const { requestId } = request.event.requestContext
      const refusal = refuse(codeOf(request.error))
      logger.error('failed', { route, requestId, error: request.error as Error })
      request.response = respond(request.event, refusal)
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

/** A write that other transactions held up, like a transaction that they held up. */
const codeOf = (error: unknown): RefusalCode => {
  if (error instanceof Error && error.name === 'TransactionConflictException') return 'conflict'
  return isTransient(error) ? 'unavailable' : 'internal-error'
}

const transient = /Throttl|LimitExceeded|ProvisionedThroughputExceeded|TransactionInProgress|Timeout|Abort/

/** Whether a retry may succeed: throttling, a lost connection, a fault of another service. */
function isTransient(error: unknown): boolean {
  const { name = '', code = '', $fault } = (error ?? {}) as { name?: string; code?: string; $fault?: string }
  return $fault === 'server' || transient.test(name) || /^E[A-Z]+$/.test(code)
}
