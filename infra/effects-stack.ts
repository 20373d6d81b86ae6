import { type App, CfnOutput, Duration, Stack } from 'aws-cdk-lib'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { FilterCriteria, FilterRule } from 'aws-cdk-lib/aws-lambda'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { metrics } from '../shared/environment.ts'
import type { ItemType } from '../shared/table/item-types.ts'
import { alarm } from './alarm.ts'
import type { FunctionProps } from './lambda-function.ts'
import { ScheduledFunction } from './scheduled-function.ts'
import { StreamFunction } from './stream-function.ts'

type EffectsProps = FunctionProps & { failures: IBucket }

/** What follows from a change: contacts kept in step, and e-mails. */
export class EffectsStack extends Stack {
  constructor(app: App, id: string, props: EffectsProps) {
    const { environment } = props
    super(app, id, { env: { region: environment.region } })

    const sync = new StreamFunction(this, 'sync-contacts', {
      ...props,
      wakesOn: [
        written(['INSERT', 'MODIFY'], 'user', { silent: { BOOL: FilterRule.notExists() } }),
        written(['INSERT', 'MODIFY'], 'partnership', { endedAt: { S: FilterRule.notExists() } }),
        written(['INSERT', 'MODIFY'], 'copy'),
      ],
      batchSize: 25,
      // One large account's pages must not hold up the others.
      parallelizationFactor: 10,
    })
    alarm(sync, 'Late', metricOf(sync, 'syncLag', 'max', Duration.minutes(5)), {
      threshold: Duration.minutes(10).toMilliseconds(),
      description: 'A change took ten minutes to reach the contacts. See the log of sync-contacts.',
    })

    const reconcile = new ScheduledFunction(this, 'reconcile-contacts', props)
    alarm(reconcile, 'Drift', metricOf(reconcile, 'contactDrift', 'sum', Duration.hours(1)), {
      threshold: 1,
      description:
        'Contacts were not what they should be, and have been mended. See the log of reconcile-contacts.',
    })

    const { mailFrom, webUrl } = environment
    // The local stack has the links in e-mails lead to the pages that it runs.
    new CfnOutput(this, 'LinksBegin', { value: webUrl })
    new StreamFunction(this, 'send-emails', {
      ...props,
      wakesOn: [
        written(['INSERT'], 'event', { mail: { S: FilterRule.exists() } }),
        // A newer confirmation is put over an older one; the digest of its token is written by send-emails itself.
        written(['INSERT', 'MODIFY'], 'confirmation', { digest: { S: FilterRule.notExists() } }),
      ],
      batchSize: 10,
      // Two at a time send about as fast as SES lets a new account, some 14 a second; more would be throttled.
      parallelizationFactor: 2,
      statements: [
        new PolicyStatement({
          actions: ['ses:SendEmail'],
          resources: [
            this.formatArn({
              service: 'ses',
              resource: 'identity',
              resourceName: mailFrom.slice(mailFrom.indexOf('@') + 1),
            }),
          ],
          conditions: { StringEquals: { 'ses:FromAddress': mailFrom } },
        }),
      ],
    })
  }
}

/** What a function records of itself. */
const metricOf = (
  { target }: StreamFunction | ScheduledFunction,
  name: 'syncLag' | 'contactDrift',
  statistic: string,
  period: Duration,
) =>
  new Metric({
    namespace: metrics.namespace,
    metricName: metrics[name],
    dimensionsMap: { FunctionName: target.functionName },
    statistic,
    period,
  })

/** Records of items of a type, with what else its new image must have. */
const written = (
  eventName: ('INSERT' | 'MODIFY')[],
  type: ItemType,
  attributes: Record<string, unknown> = {},
) =>
  FilterCriteria.filter({
    eventName,
    dynamodb: { NewImage: { type: { S: FilterRule.isEqual(type) }, ...attributes } },
  })
