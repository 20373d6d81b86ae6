import { createContext, runInContext } from 'node:vm'
import { ofType, type Resource, type Resources } from '../template/resources.ts'
import { matches } from '../template/wildcards.ts'

/** A header that is added to answers. Without `override`, the origin's own header has priority. */
type PolicyHeader = { name: string; value: string; override: boolean }

/** The target of a behaviour's requests. */
type Origin = { bucket: string } | { host: string }

export type Behavior = {
  origin: Origin
  methods: string[]
  compress: boolean
  headers: PolicyHeader[]
  matches(path: string): boolean
  /** The path to request from the origin, after the function on viewer requests. */
  rewrite(method: string, path: string): string
}

type Properties = Record<string, unknown>
type Overriding = { Override: boolean }

/** CloudFront's own policy that forwards everything but the host name. */
const allViewerExceptHostHeader = 'b689b0a8-53d0-40ab-baf2-68738e2966ac'

const understood = {
  distribution: [
    ...['CacheBehaviors', 'DefaultCacheBehavior', 'DefaultRootObject', 'Origins', 'CustomErrorResponses'],
    // These have no effect on one machine.
    ...['Aliases', 'Comment', 'Enabled', 'HttpVersion', 'IPV6Enabled', 'PriceClass', 'ViewerCertificate'],
  ],
  behavior: [
    ...['AllowedMethods', 'CachePolicyId', 'Compress', 'FunctionAssociations', 'OriginRequestPolicyId'],
    ...['PathPattern', 'ResponseHeadersPolicyId', 'TargetOriginId'],
    // The local stack has plain HTTP only.
    'ViewerProtocolPolicy',
  ],
  origin: ['Id', 'DomainName', 'OriginAccessControlId', 'S3OriginConfig', 'CustomOriginConfig'],
  errorResponse: ['ErrorCode', 'ErrorCachingMinTTL'],
  headersPolicy: ['Comment', 'Name', 'CustomHeadersConfig', 'SecurityHeadersConfig'],
}

/**
 * Reads the behaviours of the CloudFront distribution, in their order. The local stack caches nothing. `localized`
 * replaces deployed addresses in headers by local ones. Throws if the distribution has an unknown property.
 */
export function readDistribution(resources: Resources, localized: (text: string) => string): Behavior[] {
  const [distribution, ...more] = ofType(resources, 'AWS::CloudFront::Distribution')
  if (!distribution || more.length > 0)
    throw new Error('local/ runs one CloudFront distribution. The assembly has none or several.')
  const config = distribution.properties.DistributionConfig as {
    Origins: Properties[]
    CacheBehaviors?: Properties[]
    DefaultCacheBehavior: Properties
    DefaultRootObject?: string
    CustomErrorResponses?: Properties[]
  }
  const where = distribution.logicalId
  const notKnown = (what: string) =>
    new Error(`${where} has ${what}, which local/http/distribution.ts does not know.`)
  onlyKnown(config, understood.distribution, where)
  for (const response of config.CustomErrorResponses ?? []) {
    onlyKnown(response, understood.errorResponse, `${where}.CustomErrorResponses`)
  }

  function readOrigin(origin: Properties): Origin {
    onlyKnown(origin, understood.origin, `${where}'s origin`)
    const host = String(origin.DomainName)
    if (origin.CustomOriginConfig) return { host }
    const bucket = ofType(resources, 'AWS::S3::Bucket').find(({ ref }) => host.startsWith(`${ref}.s3.`))
    if (!bucket || !origin.OriginAccessControlId) {
      throw new Error(
        `${where} reads ${host}, which is not a bucket of the assembly with an origin access control.`,
      )
    }
    return { bucket: bucket.ref }
  }

  /** A function of CloudFront, whose declared code is run. */
  function readFunction({ EventType, FunctionARN }: { EventType: string; FunctionARN: string }) {
    const declared = ofType(resources, 'AWS::CloudFront::Function').find(({ arn }) => arn === FunctionARN)
    if (!declared || EventType !== 'viewer-request') throw notKnown(`a function on ${EventType}`)
    const context = createContext({})
    runInContext(String(declared.properties.FunctionCode), context)
    const handler = context.handler as (event: object) => { uri?: string }
    return (method: string, uri: string): string => {
      const request = { method, uri, querystring: {}, headers: {}, cookies: {} }
      const answer = handler({ version: '1.0', context: { eventType: EventType }, viewer: {}, request })
      if (answer.uri === undefined) throw notKnown('a function that answers the request itself')
      return answer.uri
    }
  }

  function readBehavior(behavior: Properties): Behavior {
    onlyKnown(behavior, understood.behavior, `${where}'s behaviour`)
    const { PathPattern, TargetOriginId, AllowedMethods, Compress, FunctionAssociations } = behavior as {
      PathPattern?: string
      TargetOriginId: string
      AllowedMethods?: string[]
      Compress?: boolean
      FunctionAssociations?: { EventType: string; FunctionARN: string }[]
    }
    const origin = origins.get(TargetOriginId)
    if (!origin) throw new Error(`${where} has no origin ${TargetOriginId}.`)
    const forwarded = behavior.OriginRequestPolicyId
    if (forwarded !== ('host' in origin ? allViewerExceptHostHeader : undefined))
      throw notKnown(`the origin request policy ${forwarded}`)
    const handlers = (FunctionAssociations ?? []).map(readFunction)
    return {
      origin,
      methods: AllowedMethods ?? ['GET', 'HEAD'],
      compress: Compress === true && compressible(resources, behavior.CachePolicyId),
      headers: readHeaders(resources, behavior.ResponseHeadersPolicyId).map((header) => ({
        ...header,
        value: localized(header.value),
      })),
      matches: (path) => matches(PathPattern ?? '*', path),
      rewrite: (method, path) => {
        const rewritten = handlers.reduce((uri, handler) => handler(method, uri), path)
        return rewritten === '/' ? `/${config.DefaultRootObject ?? ''}` : rewritten
      },
    }
  }

  const origins = new Map(config.Origins.map((origin) => [origin.Id, readOrigin(origin)]))
  return [...(config.CacheBehaviors ?? []), config.DefaultCacheBehavior].map(readBehavior)
}

/** CloudFront compresses only with a cache policy of one's own that has encodings in the cache key. */
function compressible(resources: Resources, policyId: unknown): boolean {
  const policy = ofType(resources, 'AWS::CloudFront::CachePolicy').find(({ ref }) => ref === policyId)
  const { ParametersInCacheKeyAndForwardedToOrigin: parameters } = (policy?.properties.CachePolicyConfig ??
    {}) as {
    ParametersInCacheKeyAndForwardedToOrigin?: { EnableAcceptEncodingBrotli?: boolean }
  }
  return parameters?.EnableAcceptEncodingBrotli === true
}

function readHeaders(resources: Resources, policyId: unknown): PolicyHeader[] {
  if (policyId === undefined) return []
  const policy = ofType(resources, 'AWS::CloudFront::ResponseHeadersPolicy').find(
    ({ ref }) => ref === policyId,
  )
  if (!policy) throw new Error(`The response headers policy ${policyId} is not declared.`)
  const config = policy.properties.ResponseHeadersPolicyConfig as {
    CustomHeadersConfig?: { Items: { Header: string; Value: string; Override: boolean }[] }
    SecurityHeadersConfig?: Record<string, Overriding>
  }
  onlyKnown(config, understood.headersPolicy, policy.logicalId)
  const custom = (config.CustomHeadersConfig?.Items ?? []).map(({ Header, Value, Override }) => ({
    name: Header,
    value: Value,
    override: Override,
  }))
  return [
    ...custom,
    ...Object.entries(config.SecurityHeadersConfig ?? {}).map((one) => securityHeader(policy, one)),
  ]
}

function securityHeader(policy: Resource, [kind, declared]: [string, Overriding]): PolicyHeader {
  const { Override: override, ...rest } = declared
  const { ContentSecurityPolicy, FrameOption, ReferrerPolicy, AccessControlMaxAgeSec, ...other } =
    rest as Record<string, string | number>
  const headers: Record<string, [string, unknown]> = {
    ContentSecurityPolicy: ['content-security-policy', ContentSecurityPolicy],
    ContentTypeOptions: ['x-content-type-options', 'nosniff'],
    FrameOptions: ['x-frame-options', FrameOption],
    ReferrerPolicy: ['referrer-policy', ReferrerPolicy],
    StrictTransportSecurity: ['strict-transport-security', `max-age=${AccessControlMaxAgeSec}`],
  }
  const [name, value] = headers[kind] ?? []
  const [unknown] = Object.keys(other)
  if (!name || unknown) {
    throw new Error(
      `${policy.logicalId} has ${unknown ?? kind}, which local/http/distribution.ts does not know.`,
    )
  }
  return { name, value: String(value), override }
}

function onlyKnown(declared: object, known: string[], where: string) {
  const unknown = Object.keys(declared).find((key) => !known.includes(key))
  if (unknown) throw new Error(`${where} has ${unknown}, which local/http/distribution.ts does not know.`)
}
