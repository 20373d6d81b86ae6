import { CfnOutput, Duration, Stack } from 'aws-cdk-lib'
import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { alarm } from './alarm.ts'
import type { ScheduledName } from './grants.ts'
import { type FunctionProps, lambdaFunction } from './lambda-function.ts'

/** A function that is woken every minute and works for less than one, so that there is one at a time. */
export class ScheduledFunction extends Construct {
  readonly target: LambdaFunction

  constructor(scope: Construct, name: ScheduledName, props: FunctionProps) {
    super(scope, name)
    this.target = lambdaFunction(this, name, props, { timeout: Duration.seconds(55) })
    const { ruleArn } = new Rule(this, 'Schedule', {
      schedule: Schedule.rate(Duration.minutes(1)),
      // The CDK's own target would name the permission after the stack, differently in each environment.
      targets: [{ bind: () => ({ arn: this.target.functionArn }) }],
    })
    this.target.addPermission('Woken', {
      principal: new ServicePrincipal('events.amazonaws.com'),
      sourceArn: ruleArn,
    })
    alarm(this, 'Failing', this.target.metricErrors({ statistic: 'sum', period: Duration.hours(1) }), {
      // A single one is made up for by the next minute.
      threshold: 5,
      description: `${name} keeps failing. See its log.`,
    })
    new CfnOutput(Stack.of(this), 'ReconcileFunction', { value: this.target.functionName })
  }
}
