import { Duration } from 'aws-cdk-lib'
import { FilterRule } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { alarm, ownMetric } from './alarm.ts'
import { type EffectProps, StreamFunction, written } from './stream-function.ts'

/** Copies users into the contacts of partners. */
export class SyncContacts extends StreamFunction {
  constructor(scope: Construct, props: EffectProps) {
    super(scope, 'sync-contacts', {
      ...props,
      filters: [
        written(['INSERT', 'MODIFY'], 'user', { hostVersionOnly: { BOOL: FilterRule.notExists() } }),
        written(['INSERT', 'MODIFY'], 'partnership', { endedAt: { S: FilterRule.notExists() } }),
        written(['INSERT', 'MODIFY'], 'copy'),
      ],
      batchSize: 25,
      // One large account's pages must not delay other accounts.
      parallelizationFactor: 10,
    })
    alarm(this, 'Late', {
      metric: ownMetric(this.function, 'syncLag', { statistic: 'max', period: Duration.minutes(5) }),
      threshold: Duration.minutes(10).toMilliseconds(),
      description: 'A change took ten minutes to reach the contacts. See the log of sync-contacts.',
    })
  }
}
