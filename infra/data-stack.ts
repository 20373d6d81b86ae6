import { type App, CfnOutput, Duration, Stack } from 'aws-cdk-lib'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { AttributeType, BillingMode, ProjectionType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import { metrics } from '../shared/environment.ts'
import { schema } from '../shared/table/schema.ts'
import { alarm } from './alarm.ts'
import { privateBucket } from './bucket.ts'
import { type Environment, removalPolicy } from './environments.ts'

const failedRecordDays = 90

/** Data that must not be lost: the table, and the stream records that could not be processed. */
export class DataStack extends Stack {
  readonly table: Table
  readonly failures: Bucket

  constructor(app: App, id: string, environment: Environment) {
    super(app, id, { env: { region: environment.region } })

    this.table = new Table(this, 'Table', {
      partitionKey: { name: schema.partitionKey, type: AttributeType.STRING },
      sortKey: { name: schema.sortKey, type: AttributeType.STRING },
      timeToLiveAttribute: schema.timeToLive,
      billingMode: BillingMode.PAY_PER_REQUEST,
      // A former partner keeps a user's last state, which can be the old image of a change.
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: environment.protect,
      removalPolicy: removalPolicy(environment),
    })
    for (const indexName of schema.indexes) {
      this.table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: { name: indexName, type: AttributeType.STRING },
        sortKey: { name: schema.position, type: AttributeType.STRING },
        projectionType: ProjectionType.ALL,
      })
    }

    this.failures = privateBucket(this, 'Failures', {
      environment,
      lifecycleRules: [{ expiration: Duration.days(failedRecordDays) }],
    })
    this.alarmOnFailures()
    this.alarmOnMalformedItems()

    new CfnOutput(this, 'TableName', { value: this.table.tableName })
    new CfnOutput(this, 'FailuresBucket', { value: this.failures.bucketName })
  }

  /** S3 counts objects once a day, free of charge. */
  private alarmOnFailures() {
    const metric = new Metric({
      namespace: 'AWS/S3',
      metricName: 'NumberOfObjects',
      dimensionsMap: { BucketName: this.failures.bucketName, StorageType: 'AllStorageTypes' },
      statistic: 'max',
      period: Duration.days(1),
    })
    alarm(this, 'Failed', {
      metric,
      threshold: 1,
      description: `Stream records failed and are kept for ${failedRecordDays} days. Fix the cause, then redrive.`,
    })
  }

  /** Every function records the metric with the table as its dimension, so that one alarm is enough. */
  private alarmOnMalformedItems() {
    const metric = new Metric({
      namespace: metrics.namespace,
      metricName: metrics.malformedItems,
      dimensionsMap: { Table: this.table.tableName },
      statistic: 'sum',
      period: Duration.hours(1),
    })
    alarm(this, 'Malformed', {
      metric,
      threshold: 1,
      description:
        'Items in the table do not have the form of their type and are left out. The logs have their keys.',
    })
  }
}
