import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 as Result } from 'aws-lambda'

/** The parts of a request that decide how its answer is sent. */
export type ConditionalRequest = {
  headers: Record<string, string | undefined>
  requestContext: {
    requestId: string
    http: Pick<APIGatewayProxyEventV2['requestContext']['http'], 'method'>
  }
}

/** Of the headers, those that describe a body which is not sent with a 304 (RFC 9110, 15.4.5). */
const ofTheBody = ['content-type', 'content-disposition']

/**
 * A result as RFC 9110 has it sent. A read that `If-None-Match` makes needless is answered with 304, and `HEAD` gets the
 * headers of `GET` without the body.
 */
export function asRequested(
  { headers: conditions, requestContext }: ConditionalRequest,
  { body, headers = {}, ...result }: Result,
): Result {
  const { method } = requestContext.http
  const reads = method === 'GET' || method === 'HEAD'
  if (reads && result.statusCode === 200 && isCurrent(conditions['if-none-match'], headers.etag)) {
    const kept = Object.entries(headers).filter(([name]) => !ofTheBody.includes(name))
    return { ...result, statusCode: 304, headers: Object.fromEntries(kept) }
  }
  return { ...result, headers, ...(body !== undefined && method !== 'HEAD' && { body }) }
}

/** Whether an `If-None-Match` names the representation, or any; tags are compared weakly. */
function isCurrent(ifNoneMatch = '', etag: boolean | number | string | undefined): boolean {
  if (ifNoneMatch.trim() === '*') return true
  const tags = [...ifNoneMatch.matchAll(/(?:W\/)?("[^"]*")/g)].map(([, opaque]) => opaque)
  return tags.includes(String(etag).replace(/^W\//, ''))
}
