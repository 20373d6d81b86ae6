import { type App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { type RouteName, routes } from '../shared/contract/routes.ts'
import { ActionFunction } from './action-function.ts'
import { scope } from './environments.ts'
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

/** The HTTP interface: every route, each with a function of its own, behind the authorizer. */
export class ApiStack extends Stack {
  readonly api: HttpApi

  constructor(app: App, id: string, props: FunctionProps) {
    const { environment } = props
    super(app, id, { env: { region: environment.region } })

    this.api = new HttpApi(this, 'Api', {
      apiName: id,
      createDefaultStage: false,
      defaultAuthorizer: new HttpJwtAuthorizer('Authorizer', environment.issuer, {
        jwtAudience: [environment.audience],
      }),
      defaultAuthorizationScopes: [scope],
    })
    for (const name of Object.keys(routes) as RouteName[]) {
      const { method, path } = routes[name]
      this.api.addRoutes({
        path,
        methods: [HttpMethod[method]],
        integration: new HttpLambdaIntegration(name, new ActionFunction(this, name, props).function),
      })
    }
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: environment.throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, 'AccessLog', {
            // Outside of this prefix each log group takes room in a policy of limited size.
            logGroupName: `/aws/vendedlogs/partner-accounts-${environment.name}-api`,
            retention: environment.logDays,
            removalPolicy: RemovalPolicy.DESTROY,
          }),
        ),
        format: AccessLogFormat.custom(JSON.stringify(accessLog)),
      },
    })
    new CfnOutput(this, 'ApiUrl', { value: this.api.apiEndpoint })
  }
}
