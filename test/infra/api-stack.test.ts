import { expect, it } from 'vitest'
import { routes } from '../../shared/contract/routes.ts'
import { Assembled, at } from './assembled.ts'

const prod = new Assembled('prod')
const declared = prod.ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties)

it("has the contract's routes and no others, method by method", () => {
  const expected = Object.values(routes).map(({ method, path }) => `${method} ${path}`)
  expect(declared.map(({ RouteKey }) => RouteKey).sort()).toEqual(expected.sort())
})

it('answers each route with the function of its name', () => {
  const answering = declared.map((route) => {
    const integration = prod.resource(at(route, 'Target.Fn::Join.1.1.Ref')).Properties
    expect(integration).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' })
    return [prod.nameOf[String(at(integration, 'IntegrationUri.Fn::GetAtt.0'))], route.RouteKey]
  })
  expect(Object.fromEntries(answering)).toEqual(
    Object.fromEntries(Object.entries(routes).map(([name, { method, path }]) => [name, `${method} ${path}`])),
  )
})

const open = ['GET /v1/openapi.json', 'GET /v1/docs']

it('lets anyone read the description, without an authorizer', () => {
  const found = declared.filter(({ RouteKey }) => open.includes(String(RouteKey)))
  expect(found).toHaveLength(open.length)
  for (const route of found) {
    expect(route.AuthorizationType).toBe('NONE')
    expect(route).not.toHaveProperty('AuthorizerId')
    expect(route.AuthorizationScopes ?? []).toEqual([])
  }
})

it('lets nobody in elsewhere without an access token that has the scope partners', () => {
  for (const route of declared.filter(({ RouteKey }) => !open.includes(String(RouteKey)))) {
    expect(route).toMatchObject({ AuthorizationType: 'JWT', AuthorizationScopes: ['partners'] })
    expect(prod.resource(at(route, 'AuthorizerId.Ref')).Type).toBe('AWS::ApiGatewayV2::Authorizer')
  }
})

it("takes tokens of the environment's issuer and for its audience", () => {
  expect(prod.only('AWS::ApiGatewayV2::Authorizer')).toMatchObject({
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: {
      Issuer: 'https://cognito-idp.eu-north-1.amazonaws.com/eu-north-1_EXAMPLE3',
      Audience: ['1example23456789prod'],
    },
  })
})

it('is throttled', () => {
  expect(prod.only('AWS::ApiGatewayV2::Stage').DefaultRouteSettings).toEqual({
    ThrottlingRateLimit: 100,
    ThrottlingBurstLimit: 200,
  })
})

it('logs of each request its id, route, status, latency and what went wrong, and nothing of who called', () => {
  const format = at(prod.only('AWS::ApiGatewayV2::Stage'), 'AccessLogSettings.Format')
  expect(JSON.parse(String(format))).toEqual({
    requestId: '$context.requestId',
    time: '$context.requestTimeEpoch',
    route: '$context.routeKey',
    status: '$context.status',
    latency: '$context.responseLatency',
    integrationError: '$context.integrationErrorMessage',
    authorizerError: '$context.authorizer.error',
  })
})

it('tells programs where it is', () => {
  expect(prod.output('ApiUrl')).toBe('Api.ApiEndpoint')
})
