import { createHash } from 'node:crypto'
import type { APIGatewayProxyStructuredResultV2 as Result } from 'aws-lambda'
import type { Contract } from '../contract/contract.ts'
import { logger } from './logger.ts'
import { asRequested, type ConditionalRequest } from './rfc9110.ts'

/**
 * The function of an action that gives everybody the same text. Caches may keep it for five minutes. `textAt` gives the
 * text for the origin that serves the interface, for example `https://accounts.example`.
 */
export function document(
  { name: route }: Contract & { access: 'anyone' },
  textAt: (origin: string) => string,
  headers: Record<string, string>,
) {
  return async (event: ConditionalRequest): Promise<Result> => {
    const text = textAt(`${event.headers['x-forwarded-proto']}://${event.headers.host}`)
    const etag = `"${createHash('sha256').update(text).digest('base64url')}"`
    const { requestId } = event.requestContext
    const result = asRequested(event, {
      statusCode: 200,
      headers: { 'x-request-id': requestId, 'cache-control': 'public, max-age=300', etag, ...headers },
      body: text,
    })
    logger.info('answered', { route, requestId, status: result.statusCode })
    return result
  }
}
