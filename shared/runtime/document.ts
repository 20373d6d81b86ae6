import { createHash } from 'node:crypto'
import type { APIGatewayProxyEventV2 as Event, APIGatewayProxyStructuredResultV2 as Result } from 'aws-lambda'
import type { RouteName } from '../contract/routes.ts'
import { logger } from './logger.ts'

/** The function of a route that answers everybody with the same text, which caches may keep for five minutes. */
export function document(route: RouteName, text: string, headers: Record<string, string>) {
  const etag = `"${createHash('sha256').update(text).digest('base64url')}"`
  return async ({ headers: asked, requestContext: { requestId } }: Event): Promise<Result> => {
    const unchanged = tagsOf(asked['if-none-match']).includes(etag)
    const statusCode = unchanged ? 304 : 200
    logger.info('answered', { route, requestId, status: statusCode })
    return {
      statusCode,
      headers: { 'x-request-id': requestId, 'cache-control': 'public, max-age=300', etag, ...headers },
      ...(!unchanged && { body: text }),
    }
  }
}

/** The entity tags of If-None-Match, compared weakly as RFC 9110 wants it. */
const tagsOf = (header = '') => header.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
