import { describe, expect, it } from 'vitest'
import { routes } from '../../shared/contract/actions.ts'
import type { Contract } from '../../shared/contract/contract.ts'
import { at, prod } from './assembled.ts'

const declared = prod.ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties)
const stages = prod.ofType('AWS::ApiGatewayV2::Stage').map(([, { Properties }]) => Properties)
const apis = ['Api', 'Directory']
const apiOf = ({ ApiId }: Record<string, unknown>) => prod.readable(ApiId)

/** HEAD is answered wherever GET is. */
const keysOf = ({ method, path }: Contract) =>
  (method === 'GET' ? ['GET', 'HEAD'] : [method]).map((one) => `${one} ${path}`)

const expected = (api: string): [string, Contract][] =>
  Object.entries(routes).filter(([, { access }]) => (access === 'host') === (api === 'Directory'))

describe.each(apis)('the HTTP API %s', (api) => {
  const routesHere = declared.filter((route) => apiOf(route) === api)

  it("has the contract's routes and no others, method by method", () => {
    const wanted = expected(api).flatMap(([, route]) => keysOf(route))
    expect(routesHere.map(({ RouteKey }) => RouteKey).sort()).toEqual(wanted.sort())
  })

  it('answers each route with the function of its name', () => {
    const answering = routesHere.map((route) => {
      const integration = prod.resource(at(route, 'Target.Fn::Join.1.1.Ref')).Properties
      expect(integration).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' })
      return [route.RouteKey, prod.nameOf[String(at(integration, 'IntegrationUri.Fn::GetAtt.0'))]]
    })
    expect(Object.fromEntries(answering)).toEqual(
      Object.fromEntries(expected(api).flatMap(([name, route]) => keysOf(route).map((key) => [key, name]))),
    )
  })

  it('is throttled', () => {
    const stage = stages.find((one) => apiOf(one) === api)
    expect(stage).toMatchObject({
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
    })
  })

  it('logs the id, route, status, latency and errors of each request, and nothing about the caller', () => {
    const stage = stages.find((one) => apiOf(one) === api)
    const destination = prod.resource(at(stage, 'AccessLogSettings.DestinationArn.Fn::GetAtt.0'))
    expect(destination.Properties).toMatchObject({
      LogGroupName: `/aws/vendedlogs/partner-accounts-prod-${api.toLowerCase()}`,
    })
    expect(JSON.parse(String(at(stage, 'AccessLogSettings.Format')))).toEqual({
      requestId: '$context.requestId',
      time: '$context.requestTimeEpoch',
      route: '$context.routeKey',
      status: '$context.status',
      latency: '$context.responseLatency',
      integrationError: '$context.integrationErrorMessage',
      authorizerError: '$context.authorizer.error',
    })
  })
})

it('has these HTTP APIs and no others', () => {
  expect(prod.ofType('AWS::ApiGatewayV2::Api').map(([id]) => prod.readable({ Ref: id }))).toEqual(apis)
  expect(stages).toHaveLength(apis.length)
})

const open = [
  'GET /v1/openapi.json',
  'HEAD /v1/openapi.json',
  'GET /v1/docs',
  'HEAD /v1/docs',
  'POST /v1/confirmations',
]

it('lets anyone read the description and confirm an address, without an authorizer', () => {
  const found = declared.filter(({ RouteKey }) => open.includes(String(RouteKey)))
  expect(found).toHaveLength(open.length)
  for (const route of found) {
    expect(route.AuthorizationType).toBe('NONE')
    expect(route).not.toHaveProperty('AuthorizerId')
    expect(route.AuthorizationScopes ?? []).toEqual([])
  }
})

it('requires an access token with the scope partners everywhere else', () => {
  const guarded = declared.filter((one) => apiOf(one) === 'Api' && !open.includes(String(one.RouteKey)))
  for (const route of guarded) {
    expect(route).toMatchObject({ AuthorizationType: 'JWT', AuthorizationScopes: ['partners'] })
    expect(prod.resource(at(route, 'AuthorizerId.Ref')).Type).toBe('AWS::ApiGatewayV2::Authorizer')
  }
})

it('requires a signature with a key of the AWS account for the directory, and nowhere else', () => {
  for (const route of declared) {
    if (apiOf(route) === 'Directory') expect(route.AuthorizationType).toBe('AWS_IAM')
    else expect(route.AuthorizationType).not.toBe('AWS_IAM')
  }
})

it("accepts tokens of the environment's issuer and audience", () => {
  expect(prod.only('AWS::ApiGatewayV2::Authorizer')).toMatchObject({
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: {
      Issuer: 'https://cognito-idp.eu-north-1.amazonaws.com/eu-north-1_EXAMPLE3',
      Audience: ['1example23456789prod'],
    },
  })
})

it('has outputs with the addresses, and the ARN for policies on the directory', () => {
  expect(prod.output('ApiUrl')).toBe('Api.ApiEndpoint')
  expect(prod.output('DirectoryUrl')).toBe('Directory.ApiEndpoint')
  expect(prod.output('DirectoryArn')).toBe('arn:aws:execute-api:eu-north-1:AWS::AccountId:Directory/*/*/*')
})
