import { type App, CfnOutput, Stack } from 'aws-cdk-lib'
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { type RouteName, routes } from '../shared/contract/routes.ts'
import { httpInterface } from './http-interface.ts'
import type { FunctionProps } from './lambda-function.ts'

/** The HTTP interface for the host product's back end, which signs its requests with keys of the AWS account. */
export class DirectoryStack extends Stack {
  constructor(app: App, id: string, props: FunctionProps) {
    super(app, id, { env: { region: props.environment.region } })
    const names = (Object.keys(routes) as RouteName[]).filter((name) => routes[name].access === 'host')
    const api = httpInterface(this, 'Directory', names, props, { defaultAuthorizer: new HttpIamAuthorizer() })
    new CfnOutput(this, 'DirectoryUrl', { value: api.apiEndpoint })
    // What a policy that lets the host product call has as its resource, with the action execute-api:Invoke.
    new CfnOutput(this, 'DirectoryArn', { value: api.arnForExecuteApi() })
  }
}
