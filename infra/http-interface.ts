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
import { Construct } from 'constructs'
import { type RouteName, routes } from '../shared/contract/actions.ts'
import { alarm } from './alarm.ts'
import { type FunctionProps, lambdaFunction } from './lambda-function.ts'

/** What functions can't log. It has nothing about the caller. */
const accessLog = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  route: '$context.routeKey',
  status: '$context.status',
  latency: '$context.responseLatency',
  integrationError: '$context.integrationErrorMessage',
  authorizerError: '$context.authorizer.error',
}

type HttpProps = FunctionProps & {
  routes: RouteName[]
  authorization: Pick<HttpApiProps, 'defaultAuthorizer' | 'defaultAuthorizationScopes'>
}

/** An HTTP API with a function for each route, a throttle and an access log. */
export function httpInterface(stack: Stack, id: 'Api' | 'Directory', props: HttpProps): HttpApi {
  const { environment, authorization } = props
  const api = new HttpApi(stack, id, {
    apiName: stack.stackName,
    createDefaultStage: false,
    ...authorization,
  })
  for (const name of props.routes) {
    const { method, path, access } = routes[name]
    const target = lambdaFunction(new Construct(stack, name), name, {
      ...props,
      timeout: Duration.seconds(10),
    })
    api.addRoutes({
      path,
      // Each GET route answers HEAD too (RFC 9110, 9.3.2).
      methods: method === 'GET' ? [HttpMethod.GET, HttpMethod.HEAD] : [HttpMethod[method]],
      integration: new HttpLambdaIntegration(name, target),
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
          // A log group outside this prefix takes room in a resource policy of limited size.
          logGroupName: `/aws/vendedlogs/partner-accounts-${environment.name}-${id.toLowerCase()}`,
          retention: environment.logDays,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
      ),
      format: AccessLogFormat.custom(JSON.stringify(accessLog)),
    },
  })
  alarm(stack, `${id}Failing`, {
    metric: api.metricServerError({ statistic: 'sum', period: Duration.minutes(5) }),
    threshold: 1,
    description:
      'Requests were answered with 500 or 503. The log of the function has a line `failed` for each, with the error and the request id. A ValidationException is a bug: it recurs until it is fixed.',
  })
  return api
}
