import { Duration } from 'aws-cdk-lib'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import type { RouteName } from '../shared/contract/routes.ts'
import { type FunctionProps, lambdaFunction } from './lambda-function.ts'

/** A function that answers one route. */
export class ActionFunction extends Construct {
  readonly function: LambdaFunction

  constructor(scope: Construct, name: RouteName, props: FunctionProps) {
    super(scope, name)
    this.function = lambdaFunction(this, name, props, { timeout: Duration.seconds(10) })
  }
}
