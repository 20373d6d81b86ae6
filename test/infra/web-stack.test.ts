import { createContext, runInContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { environments } from '../../infra/environments.ts'
import { Assembled, at, prod } from './assembled.ts'

const config = at(prod.only('AWS::CloudFront::Distribution'), 'DistributionConfig') as {
  CacheBehaviors: Record<string, unknown>[]
  DefaultCacheBehavior: Record<string, unknown>
  Origins: Record<string, unknown>[]
  CustomErrorResponses: Record<string, unknown>[]
}
const [api = {}, ...otherBehaviors] = config.CacheBehaviors
const page = config.DefaultCacheBehavior
const originOf = (behavior: Record<string, unknown>) =>
  config.Origins.find(({ Id }) => Id === behavior.TargetOriginId) ?? {}
const bucket = prod.ofType('AWS::S3::Bucket').find(([id]) => id.startsWith('Pages'))

describe('the pages', () => {
  it('are in a private bucket, which the distribution reads with signed requests', () => {
    expect(bucket?.[1].Properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    })
    expect(prod.readable(originOf(page).DomainName)).toBe('Pages.RegionalDomainName')
    const control = prod.resource(at(originOf(page), 'OriginAccessControlId.Fn::GetAtt.0'))
    expect(at(control, 'Properties.OriginAccessControlConfig')).toMatchObject({
      OriginAccessControlOriginType: 's3',
      SigningBehavior: 'always',
      SigningProtocol: 'sigv4',
    })
  })

  it('are read by this distribution alone, and over TLS alone', () => {
    const [policy] = prod
      .ofType('AWS::S3::BucketPolicy')
      .filter(([, { Properties }]) => prod.readable(Properties.Bucket) === 'Pages')
    const [denial, allowed, ...others] = at(policy, '1.Properties.PolicyDocument.Statement') as Record<
      string,
      unknown
    >[]
    expect(denial).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })
    expect(allowed).toMatchObject({
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:ListBucket'],
      Principal: { Service: 'cloudfront.amazonaws.com' },
    })
    expect(prod.readable(at(allowed, 'Condition.StringEquals.AWS:SourceArn'))).toMatch(
      /:distribution\/Distribution$/,
    )
    expect(others).toEqual([])
  })

  it.each([
    ['/', '/index.html'],
    ['/partners', '/index.html'],
    ['/partners/', '/index.html'],
    ['/confirm', '/index.html'],
    ['/no.such/page', '/index.html'],
    ['/index.html', '/index.html'],
    ['/config.json', '/config.json'],
    ['/assets/index-a1b2c3d4.js', '/assets/index-a1b2c3d4.js'],
  ])('are at %s the file %s', (uri, file) => {
    expect(page.FunctionAssociations).toMatchObject([{ EventType: 'viewer-request' }])
    const { FunctionCode, AutoPublish } = prod.only('AWS::CloudFront::Function')
    expect(AutoPublish).toBe(true)
    const context = createContext({ event: { request: { method: 'GET', uri, headers: {} } } })
    expect(runInContext(`${FunctionCode}; handler(event).uri`, context)).toBe(file)
  })

  it('are compressed, and cached as long as their headers allow', () => {
    expect(page.Compress).toBe(true)
    const { CachePolicyConfig } = prod.resource(at(page, 'CachePolicyId.Ref')).Properties
    expect(CachePolicyConfig).toMatchObject({
      MinTTL: 0,
      DefaultTTL: 0,
      ParametersInCacheKeyAndForwardedToOrigin: {
        EnableAcceptEncodingBrotli: true,
        EnableAcceptEncodingGzip: true,
        HeadersConfig: { HeaderBehavior: 'none' },
        CookiesConfig: { CookieBehavior: 'none' },
        QueryStringsConfig: { QueryStringBehavior: 'none' },
      },
    })
  })
})

describe('the files', () => {
  const deployed = (id: string) => {
    const [name = '', { Properties } = { Properties: {} }] =
      prod.ofType('Custom::CDKBucketDeployment').find(([found]) => found.startsWith(id)) ?? []
    return { name, ...Properties, files: prod.filesOf[name] ?? {} }
  }

  it('with names that change with the content are immutable for a year, and stay for open pages', () => {
    const assets = deployed('Assets')
    expect(assets).toMatchObject({
      DestinationBucketKeyPrefix: 'assets',
      SystemMetadata: { 'cache-control': 'public, max-age=31536000, immutable' },
      Prune: false,
    })
    expect(Object.keys(assets.files)).toEqual(['index-a1b2c3d4.js'])
  })

  it('with fixed names are not cached, and are deployed after the assets that they refer to', () => {
    const files = deployed('Page')
    expect(files).toMatchObject({ SystemMetadata: { 'cache-control': 'no-cache' }, Prune: false })
    expect(Object.keys(files.files).sort()).toEqual(['config.json', 'index.html'])
    expect(prod.resource(files.name)).toMatchObject({
      DependsOn: expect.arrayContaining([deployed('Assets').name]),
    })
  })

  it("tell the pages the environment's issuer and client", () => {
    const { issuer, audience } = environments.prod
    expect(JSON.parse(deployed('Page').files['config.json'] ?? '')).toEqual({
      issuer,
      clientId: audience,
      scope: 'openid',
    })
  })

  it('are deployed by a function that can only read uploads, and write to and list this bucket', () => {
    const [, role] = prod.ofType('AWS::IAM::Role').find(([id]) => id.startsWith('Deployer')) ?? []
    const statements = at(role, 'Properties.Policies.0.PolicyDocument.Statement') as {
      Action: string | string[]
      Resource: unknown
    }[]
    const uploads = 'arn:aws:s3:::cdk-hnb659fds-assets-AWS::AccountId-eu-north-1'
    const found = statements.flatMap(({ Action, Resource }) =>
      [Resource].flat().map((resource) => `${Action} on ${prod.readable(resource)}`),
    )
    expect(found.sort()).toEqual(
      [
        'logs:CreateLogStream,logs:PutLogEvents on DeploymentLog.Arn',
        `s3:GetObject on ${uploads}/*`,
        `s3:ListBucket on ${uploads}`,
        's3:ListBucket on Pages.Arn',
        's3:PutObject on Pages.Arn/*',
      ].sort(),
    )
  })
})

describe('the API', () => {
  it('is under /v1 of the same origin, with all methods and headers, and is never cached', () => {
    expect(otherBehaviors).toEqual([])
    expect(api).toMatchObject({
      PathPattern: '/v1/*',
      AllowedMethods: expect.arrayContaining(['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE']),
      // CloudFront's own: CachingDisabled, and AllViewerExceptHostHeader.
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
    })
    expect(api).not.toHaveProperty('FunctionAssociations')
    const { DomainName, CustomOriginConfig } = originOf(api)
    expect(DomainName).toEqual({ 'Fn::Select': [2, { 'Fn::Split': ['/', expect.anything()] }] })
    expect(prod.readable(at(DomainName, 'Fn::Select.1.Fn::Split.1'))).toBe('Api.ApiEndpoint')
    expect(CustomOriginConfig).toMatchObject({ OriginProtocolPolicy: 'https-only' })
  })

  it('answers errors itself: none is replaced by a page or cached', () => {
    const codes = config.CustomErrorResponses.map((response) => {
      expect(response).toEqual({ ErrorCode: response.ErrorCode, ErrorCachingMinTTL: 0 })
      return response.ErrorCode
    })
    // Every code that CloudFront accepts here, except 416, which the API never answers.
    expect(codes).toEqual([400, 403, 404, 405, 414, 500, 501, 502, 503, 504])
  })

  it('has no CORS', () => {
    for (const [, { Properties }] of prod.ofType('AWS::ApiGatewayV2::Api'))
      expect(Properties).not.toHaveProperty('CorsConfiguration')
  })
})

describe('every answer', () => {
  const policy = prod.only('AWS::CloudFront::ResponseHeadersPolicy').ResponseHeadersPolicyConfig
  const security = at(policy, 'SecurityHeadersConfig')

  it('has the headers, over TLS', () => {
    for (const behavior of [page, api]) {
      expect(prod.readable(behavior.ResponseHeadersPolicyId)).toBe('Headers')
      expect(behavior.ViewerProtocolPolicy).toBe('redirect-to-https')
    }
  })

  it('allows only resources of this origin, and requests to the sign-in', () => {
    const declared = String(at(security, 'ContentSecurityPolicy.ContentSecurityPolicy'))
    const directives = Object.fromEntries(
      declared.split('; ').map((directive) => {
        const [name = '', ...sources] = directive.split(' ')
        return [name, sources]
      }),
    )
    expect(directives).toEqual({
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'style-src': ["'self'"],
      'img-src': ["'self'", 'data:'],
      'font-src': ["'self'"],
      'manifest-src': ["'self'"],
      'connect-src': [
        "'self'",
        'https://cognito-idp.eu-north-1.amazonaws.com',
        'https://partner-accounts-prod.auth.eu-north-1.amazoncognito.com',
      ],
      'base-uri': ["'none'"],
      'form-action': ["'self'"],
      'frame-ancestors': ["'none'"],
    })
  })

  it('has exactly these security headers', () => {
    expect(security).toEqual({
      ContentSecurityPolicy: expect.anything(),
      StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, Override: true },
      ContentTypeOptions: { Override: true },
      FrameOptions: { FrameOption: 'DENY', Override: true },
      ReferrerPolicy: { ReferrerPolicy: 'no-referrer', Override: true },
    })
    expect(at(policy, 'CustomHeadersConfig.Items')).toEqual([
      {
        Header: 'permissions-policy',
        Value: 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
        Override: true,
      },
      { Header: 'cross-origin-opener-policy', Value: 'same-origin', Override: true },
    ])
  })

  it("keeps the content security policy of the API's documentation page", () => {
    expect(at(security, 'ContentSecurityPolicy.Override')).toBe(false)
  })
})

it('has names of its own where AWS has one list of names for all stacks', () => {
  const names = [
    ['AWS::CloudFront::OriginAccessControl', 'OriginAccessControlConfig.Name'],
    ['AWS::CloudFront::CachePolicy', 'CachePolicyConfig.Name'],
    ['AWS::CloudFront::Function', 'Name'],
    ['AWS::CloudFront::ResponseHeadersPolicy', 'ResponseHeadersPolicyConfig.Name'],
  ] as const
  expect(names.map(([type, path]) => at(prod.only(type), path))).toEqual(
    ['signing', 'cache-by-headers', 'to-the-page', 'headers'].map(
      (name) => `PartnerAccounts-prod-Web-${name}`,
    ),
  )
})

it('has index.html as its root, HTTP/2 and 3, and the edge locations of the lowest price class', () => {
  expect(config).toMatchObject({
    DefaultRootObject: 'index.html',
    HttpVersion: 'http2and3',
    PriceClass: 'PriceClass_100',
  })
})

it('has an output with its address, which is a host name of your own if there is a certificate', () => {
  expect(prod.output('WebUrl')).toBe('https://Distribution.DomainName')
  expect(config).not.toHaveProperty('Aliases')
  const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/one'
  const named = new Assembled('prod', { certificate })
  expect(named.output('WebUrl')).toBe(environments.prod.webUrl)
  expect(named.only('AWS::CloudFront::Distribution').DistributionConfig).toMatchObject({
    Aliases: [new URL(environments.prod.webUrl).hostname],
    ViewerCertificate: { AcmCertificateArn: certificate, MinimumProtocolVersion: 'TLSv1.2_2021' },
  })
})
