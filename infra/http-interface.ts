import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib'
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'
import {
  HttpApi,
  type HttpApiProps,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { type RouteName, routes } from '../shared/contract/routes.ts'
import { ActionFunction } from './action-function.ts'
import { alarm } from './alarm.ts'
import type { FunctionProps } from './lambda-function.ts'

/** What the functions can't see, and nothing of who called. */
const accessLog = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  route: '$context.routeKey',
  status: '$context.status',
  latency: '$context.responseLatency',
  integrationError: '$context.integrationErrorMessage',
  authorizerError: '$context.authorizer.error',
}

/** An HTTP API with these routes, each with a function of its own, throttled and with an access log. */
export function httpInterface(
  stack: Stack,
  id: 'Api' | 'Directory',
  names: RouteName[],
  props: FunctionProps,
  authorization: Pick<HttpApiProps, 'defaultAuthorizer' | 'defaultAuthorizationScopes'>,
): HttpApi {
  const { environment } = props
  const api = new HttpApi(stack, id, {
    apiName: stack.stackName,
    createDefaultStage: false,
    ...authorization,
  })
  for (const name of names) {
    const { method, path, access } = routes[name]
    api.addRoutes({
      path,
      // HEAD is answered wherever GET is (RFC 9110, 9.3.2).
      methods: method === 'GET' ? [HttpMethod.GET, HttpMethod.HEAD] : [HttpMethod[method]],
      integration: new HttpLambdaIntegration(name, new ActionFunction(stack, name, props).function),
      ...(access === 'anyone' && { authorizer: new HttpNoneAuthorizer(), authorizationScopes: [] }),
    })
  }
  new HttpStage(stack, `${id}Stage`, {
    httpApi: api,
    stageName: '$default',
    autoDeploy: true,
    throttle: environment.throttle,
    accessLogSettings: {
      destination: new LogGroupLogDestination(
        new LogGroup(stack, `${id}AccessLog`, {
          // Outside of this prefix each log group takes room in a policy of limited size.
          logGroupName: `/aws/vendedlogs/partner-accounts-${environment.name}-${id.toLowerCase()}`,
          retention: environment.logDays,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
      ),
      format: AccessLogFormat.custom(JSON.stringify(accessLog)),
    },
  })
  alarm(stack, `${id}Failing`, api.metricServerError({ statistic: 'sum', period: Duration.minutes(5) }), {
    threshold: 1,
    description:
      'Requests were answered with 500 or 503. The log of the function has a line `failed` for each, with the error and the request id. A ValidationException is a mistake of ours: it comes again until it is mended.',
  })
  return api
}
