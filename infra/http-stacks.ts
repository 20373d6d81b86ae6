import { type App, CfnOutput, Stack } from 'aws-cdk-lib'
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { routeNames, routes } from '../shared/contract/actions.ts'
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
      routes: routeNames.filter((name) => routes[name].access !== 'host'),
      authorization: {
        defaultAuthorizer: new HttpJwtAuthorizer('Authorizer', issuer, { jwtAudience: [audience] }),
        defaultAuthorizationScopes: [scope],
      },
    })
    new CfnOutput(this, 'ApiUrl', { value: this.api.apiEndpoint })
  }
}

/** The HTTP API for the host product's back end, which signs its requests with a key of the AWS account. */
export class DirectoryStack extends Stack {
  constructor(app: App, id: string, props: FunctionProps) {
    super(app, id, { env: { region: props.environment.region } })
    const api = httpInterface(this, 'Directory', {
      ...props,
      routes: routeNames.filter((name) => routes[name].access === 'host'),
      authorization: { defaultAuthorizer: new HttpIamAuthorizer() },
    })
    new CfnOutput(this, 'DirectoryUrl', { value: api.apiEndpoint })
    // The resource for a policy that allows the host product the action execute-api:Invoke.
    new CfnOutput(this, 'DirectoryArn', { value: api.arnForExecuteApi() })
  }
}
