import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 as Result } from 'aws-lambda'

/** The parts of a request that decide how its answer is sent. */
export type ConditionalRequest = {
  headers: Record<string, string | undefined>
  requestContext: {
    requestId: string
    http: Pick<APIGatewayProxyEventV2['requestContext']['http'], 'method'>
  }
}

/** The headers that describe a body. A 304 has no body, and leaves them out (RFC 9110, 15.4.5). */
const ofTheBody = ['content-type', 'content-disposition']

/**
 * Applies RFC 9110 to a result. A read with an `If-None-Match` that names the current representation gets 304, and
 * `HEAD` gets the headers of `GET` without the body.
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

/** Whether an `If-None-Match` names this representation, or any. The comparison is weak. */
function isCurrent(ifNoneMatch = '', etag: boolean | number | string | undefined): boolean {
  if (ifNoneMatch.trim() === '*') return true
  const tags = [...ifNoneMatch.matchAll(/(?:W\/)?("[^"]*")/g)].map(([, opaque]) => opaque)
  return tags.includes(String(etag).replace(/^W\//, ''))
}
