import { type App, CfnOutput, Stack } from 'aws-cdk-lib'
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { type RouteName, routes } from '../shared/contract/routes.ts'
import { scope } from './environments.ts'
import { httpInterface } from './http-interface.ts'
import type { FunctionProps } from './lambda-function.ts'

/** The HTTP interface for people and their programs, behind the authorizer of their tokens. */
export class ApiStack extends Stack {
  constructor(app: App, id: string, props: FunctionProps) {
    const { region, issuer, audience } = props.environment
    super(app, id, { env: { region } })
    const names = (Object.keys(routes) as RouteName[]).filter((name) => routes[name].access !== 'host')
    const api = httpInterface(this, 'Api', names, props, {
      defaultAuthorizer: new HttpJwtAuthorizer('Authorizer', issuer, { jwtAudience: [audience] }),
      defaultAuthorizationScopes: [scope],
    })
    new CfnOutput(this, 'ApiUrl', { value: api.apiEndpoint })
  }
}
