import { type App, Stack } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { FilterCriteria, FilterRule } from 'aws-cdk-lib/aws-lambda'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ItemType } from '../shared/table/item-types.ts'
import type { FunctionProps } from './lambda-function.ts'
import { StreamFunction } from './stream-function.ts'

type EffectsProps = FunctionProps & { failures: IBucket }

/** What follows from a change: contacts kept in step, and e-mails. */
export class EffectsStack extends Stack {
  constructor(app: App, id: string, props: EffectsProps) {
    const { environment } = props
    super(app, id, { env: { region: environment.region } })

    new StreamFunction(this, 'sync-contacts', {
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

    const { mailFrom } = environment
    new StreamFunction(this, 'send-emails', {
      ...props,
      wakesOn: [written(['INSERT'], 'event', { mail: { S: FilterRule.exists() } })],
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
