/** Splits a request's target into path and query, both undecoded. The query begins with `?` or is empty. */
export function splitTarget(target = '/'): { path: string; query: string } {
  const [, path = '', query = ''] = /^(?:https?:\/\/[^/?]*)?([^?]*)(.*)$/is.exec(target) ?? []
  return { path: path.startsWith('/') ? path : `/${path}`, query }
}

/** The values of each parameter of a query. */
export function valuesByName(query: string): Record<string, string[]> {
  const parameters = new URLSearchParams(query)
  return Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name)]))
}

/**
 * The path with which API Gateway finds the route of an HTTP API. It is decoded first, so that `%2F` is a separator,
 * and ends at a `?` that was `%3F`. It must be decodable twice, because parameters are decoded again. Throws URIError
 * if API Gateway answers 400.
 * @see https://github.com/hotsock/voker/pull/8 for recorded answers of API Gateway
 */
export function routedPath(path: string): string {
  const [routed = ''] = decodeURIComponent(path).split('?')
  decodeURIComponent(routed)
  return routed
}
