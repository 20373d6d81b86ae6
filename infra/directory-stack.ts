import { type App, CfnOutput, Stack } from 'aws-cdk-lib'
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { type RouteName, routes } from '../shared/contract/actions.ts'
import { httpInterface } from './http-interface.ts'
import type { FunctionProps } from './lambda-function.ts'

/** The HTTP API for the host product's back end, which signs its requests with a key of the AWS account. */
export class DirectoryStack extends Stack {
  constructor(app: App, id: string, props: FunctionProps) {
    super(app, id, { env: { region: props.environment.region } })
    const api = httpInterface(this, 'Directory', {
      ...props,
      routes: (Object.keys(routes) as RouteName[]).filter((name) => routes[name].access === 'host'),
      authorization: { defaultAuthorizer: new HttpIamAuthorizer() },
    })
    new CfnOutput(this, 'DirectoryUrl', { value: api.apiEndpoint })
    // The resource of a policy that lets the host product call, with the action execute-api:Invoke.
    new CfnOutput(this, 'DirectoryArn', { value: api.arnForExecuteApi() })
  }
}
