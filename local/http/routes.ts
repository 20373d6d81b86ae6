import { type ApiName, ofType, type Resource, type Resources } from '../template/resources.ts'
import { matches } from '../template/wildcards.ts'

/** One route of an HTTP API. */
export type Route = {
  /** Such as `GET /v1/partners/{accountId}`. */
  key: string
  functionArn: string
  timeoutMilliseconds: number
  /** Whether requests must be signed with an AWS key. */
  signed: boolean
  /** Undefined if no token is required. */
  authorizer?: Resource
  scopes: string[]
  /** Takes a path as `routedPath` returns it. @returns the path parameters, or undefined for another route's path */
  match(method: string, path: string): Record<string, string> | undefined
}

export type HttpApi = { name: ApiName; id: string; region: string; account: string; routes: Route[] }

/**
 * Reads the HTTP APIs of the template: one that takes tokens, and at most one that takes signatures. Throws if the
 * local gateway would behave differently from AWS: for another payload format, another authorizer, a named stage, or an
 * integration that the gateway has no permission to invoke.
 */
export function readHttpApis(resources: Resources): HttpApi[] {
  const apis = ofType(resources, 'AWS::ApiGatewayV2::Api').map((api) => readHttpApi(resources, api))
  const names = apis.map(({ name }) => name)
  if (!names.includes('api') || new Set(names).size < names.length)
    throw new Error('local/ runs one HTTP API with tokens and one with signatures. The assembly has others.')
  return apis
}

function readHttpApi(resources: Resources, api: Resource): HttpApi {
  const { ref: id, region, account } = api
  const stage = ofType(resources, 'AWS::ApiGatewayV2::Stage').find((one) => one.properties.ApiId === id)
  if (stage?.ref !== '$default')
    throw new Error(`${api.logicalId} has no stage $default, the only stage that local/ runs.`)
  const routes = ofType(resources, 'AWS::ApiGatewayV2::Route')
    .filter(({ properties }) => properties.ApiId === id)
    .map((route) => readRoute(resources, api, route))
  // The gateway takes the most specific route: literals before parameters, and $default last.
  routes.sort((a, b) => specificity(b.key).localeCompare(specificity(a.key)))
  return { name: routes.some(({ signed }) => signed) ? 'directory' : 'api', id, region, account, routes }
}

function readRoute(resources: Resources, api: Resource, route: Resource): Route {
  const { RouteKey, Target, AuthorizationType, AuthorizerId, AuthorizationScopes } = route.properties as {
    RouteKey: string
    Target: string
    AuthorizationType?: string
    AuthorizerId?: string
    AuthorizationScopes?: string[]
  }
  const integrationId = Target.replace('integrations/', '')
  const integration = byRef(resources, 'AWS::ApiGatewayV2::Integration', integrationId)
  const { IntegrationType, PayloadFormatVersion, IntegrationUri, TimeoutInMillis } =
    (integration?.properties ?? {}) as Record<string, string | undefined>
  if (IntegrationType !== 'AWS_PROXY' || PayloadFormatVersion !== '2.0' || !IntegrationUri) {
    throw new Error(`${RouteKey} is not a Lambda proxy integration with payload format 2.0.`)
  }
  const authorizer = AuthorizerId
    ? byRef(resources, 'AWS::ApiGatewayV2::Authorizer', AuthorizerId)
    : undefined
  if (
    !['NONE', 'JWT', 'AWS_IAM'].includes(AuthorizationType ?? 'NONE') ||
    (AuthorizationType === 'JWT') !== !!authorizer
  ) {
    throw new Error(
      `${RouteKey} has authorization ${AuthorizationType}, which local/http/routes.ts does not know.`,
    )
  }
  requirePermission(resources, api, RouteKey, IntegrationUri)
  return {
    key: RouteKey,
    functionArn: IntegrationUri,
    timeoutMilliseconds: Number(TimeoutInMillis ?? 30_000),
    signed: AuthorizationType === 'AWS_IAM',
    authorizer,
    scopes: AuthorizationScopes ?? [],
    match: matcher(RouteKey),
  }
}

function byRef(resources: Resources, type: string, ref: string): Resource | undefined {
  return ofType(resources, type).find((one) => one.ref === ref)
}

function requirePermission(resources: Resources, api: Resource, key: string, functionArn: string) {
  const [method, path] = key === '$default' ? ['*', '/$default'] : key.split(' ')
  const caller = `arn:aws:execute-api:${api.region}:${api.account}:${api.ref}/$default/${method}${path}`
  const permitted = ofType(resources, 'AWS::Lambda::Permission').some(({ properties }) => {
    const { FunctionName, Principal, SourceArn } = properties as Record<string, string>
    return (
      functionArn.endsWith(`:${FunctionName?.split(':').at(-1)}`) &&
      Principal === 'apigateway.amazonaws.com' &&
      matches(SourceArn ?? '*', caller)
    )
  })
  if (!permitted) throw new Error(`${key}: API Gateway has no permission to invoke ${functionArn}.`)
}

function matcher(key: string): Route['match'] {
  if (key === '$default') return () => ({})
  const [method, pattern = ''] = key.split(' ')
  const names = [...pattern.matchAll(/\{([^}+]+)\+?\}/g)].map(([, name = '']) => name)
  const source = pattern
    .split(/(\{[^}]+\})/)
    .map((part) =>
      !part.startsWith('{')
        ? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
        : part.endsWith('+}')
          ? '(.+)'
          : '([^/]+)',
    )
  const expression = new RegExp(`^${source.join('')}$`)
  return (requested, path) => {
    const values = method === 'ANY' || method === requested ? expression.exec(path) : null
    return values
      ? Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(values[at + 1] ?? '')]))
      : undefined
  }
}

/** A sort key: `2` for a literal segment, `1` for a parameter, `0` for a greedy one, and a method before ANY. */
function specificity(key: string): string {
  if (key === '$default') return ''
  const [method, path = ''] = key.split(' ')
  const segments = path
    .split('/')
    .map((segment) => (!segment.startsWith('{') ? '2' : segment.endsWith('+}') ? '0' : '1'))
  return segments.join('') + (method === 'ANY' ? '0' : '1')
}
