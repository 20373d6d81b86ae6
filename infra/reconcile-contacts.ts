import { CfnOutput, Duration, Stack } from 'aws-cdk-lib'
import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import { alarm, ownMetric } from './alarm.ts'
import { type FunctionProps, lambdaFunction } from './lambda-function.ts'

/** Compares contacts with the users that they show. Starts every minute and ends within it, so that one runs at a time. */
export class ReconcileContacts extends Construct {
  constructor(scope: Construct, props: FunctionProps) {
    const name = 'reconcile-contacts'
    super(scope, name)
    const target = lambdaFunction(this, name, { ...props, timeout: Duration.seconds(55) })
    const { ruleArn } = new Rule(this, 'Schedule', {
      schedule: Schedule.rate(Duration.minutes(1)),
      // The CDK's own target would name the permission after the stack, differently in each environment.
      targets: [{ bind: () => ({ arn: target.functionArn }) }],
    })
    target.addPermission('InvokedBySchedule', {
      principal: new ServicePrincipal('events.amazonaws.com'),
      sourceArn: ruleArn,
    })
    const hourly = { statistic: 'sum', period: Duration.hours(1) }
    alarm(this, 'Failing', {
      metric: target.metricErrors(hourly),
      // The next run makes up for a single failure.
      threshold: 5,
      description: `${name} keeps failing. See its log.`,
    })
    alarm(this, 'Drift', {
      metric: ownMetric(target, 'contactDrift', hourly),
      threshold: 1,
      description: `Contacts differed from the users that they show, and were repaired. See the log of ${name}.`,
    })
    new CfnOutput(Stack.of(this), 'ReconcileFunction', { value: target.functionName })
  }
}
