import { type App, CfnOutput, Stack } from 'aws-cdk-lib'
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { type RouteName, routes } from '../shared/contract/actions.ts'
import { scope } from './environments.ts'
import { httpInterface } from './http-interface.ts'
import type { FunctionProps } from './lambda-function.ts'

/** The HTTP API for users and their programs, which send an access token. */
export class ApiStack extends Stack {
  readonly api: HttpApi

  constructor(app: App, id: string, props: FunctionProps) {
    const { region, issuer, audience } = props.environment
    super(app, id, { env: { region } })
    this.api = httpInterface(this, 'Api', {
      ...props,
      routes: (Object.keys(routes) as RouteName[]).filter((name) => routes[name].access !== 'host'),
      authorization: {
        defaultAuthorizer: new HttpJwtAuthorizer('Authorizer', issuer, { jwtAudience: [audience] }),
        defaultAuthorizationScopes: [scope],
      },
    })
    new CfnOutput(this, 'ApiUrl', { value: this.api.apiEndpoint })
  }
}
