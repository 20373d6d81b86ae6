/** A request's target as it was sent: path and query, neither decoded; the query with its `?`, or empty. */
export function splitTarget(target = '/'): { path: string; query: string } {
  const [, path = '', query = ''] = /^(?:https?:\/\/[^/?]*)?([^?]*)(.*)$/is.exec(target) ?? []
  return { path: path.startsWith('/') ? path : `/${path}`, query }
}

/**
 * The path that an HTTP API of API Gateway looks for a route with: decoded before that, so `%2F` is a separator, and cut
 * at a `?` that came of `%3F`. What is left must be well-formed once more, since parameters are decoded again.
 *
 * @see https://github.com/hotsock/voker/pull/8 for answers of API Gateway
 * @throws URIError where API Gateway answers 400
 */
export function routedPath(path: string): string {
  const [routed = ''] = decodeURIComponent(path).split('?')
  decodeURIComponent(routed)
  return routed
}
