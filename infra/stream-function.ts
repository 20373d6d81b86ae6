import { CfnOutput, Duration, Stack } from 'aws-cdk-lib'
import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import * as lambda from 'aws-cdk-lib/aws-lambda'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { ItemType } from '../shared/table/items.ts'
import { alarm } from './alarm.ts'
import { removalPolicy } from './environments.ts'
import type { StreamFunctionName } from './grants.ts'
import { type FunctionProps, lambdaFunction } from './lambda-function.ts'

export type EffectProps = FunctionProps & {
  /** The bucket for whole records that could not be processed. */
  failures: IBucket
}

type StreamProps = EffectProps & {
  /** Which records invoke the function: one of these patterns must match. */
  filters: ReturnType<typeof lambda.FilterCriteria.filter>[]
  batchSize: number
  /** Batches of one shard that are processed at once. Records of one item stay in order. */
  parallelizationFactor: number
  /** What the function may do besides using the table. */
  statements?: PolicyStatement[]
}

/** The claim of an e-mail lasts as long. A full batch takes a fraction of it. */
const timeout = Duration.seconds(30)

/** Retries come after 5 seconds, then each after twice as long, up to an hour: 33 of them last a day. */
const maxReceiveCount = 33

/** The actions on the retry queue, of Lambda with the function's role and of the function itself. */
const queueActions = [
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:ReceiveMessage',
  'sqs:SendMessage',
]

/** A function on the table's stream, with its event source mappings, its queues and the alarms on them. */
export class StreamFunction extends Construct {
  readonly function: lambda.Function

  constructor(scope: Construct, name: StreamFunctionName, props: StreamProps) {
    super(scope, name)
    const { table, failures, filters, batchSize, parallelizationFactor, statements = [] } = props
    const streamArn = streamOf(table)
    const queueSettings = {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: removalPolicy(props.environment),
    }
    const deadLetterQueue = new Queue(this, 'DeadLetterQueue', queueSettings)
    const retryQueue = new Queue(this, 'RetryQueue', {
      ...queueSettings,
      // AWS recommends six times the timeout; with less, a message can come twice.
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds()),
      deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount },
    })
    this.function = lambdaFunction(this, name, {
      ...props,
      timeout,
      statements: [
        ...mappingStatements(streamArn, failures),
        new PolicyStatement({ actions: queueActions, resources: [retryQueue.queueArn] }),
        ...statements,
      ],
      retryQueue,
    })
    new lambda.EventSourceMapping(this, 'Retries', {
      target: this.function,
      eventSourceArn: retryQueue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
    })
    new lambda.EventSourceMapping(this, 'Mapping', {
      target: this.function,
      eventSourceArn: streamArn,
      // LATEST can miss what is written while the mapping is being made.
      startingPosition: lambda.StartingPosition.TRIM_HORIZON,
      filters,
      batchSize,
      parallelizationFactor,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: 10,
      maxRecordAge: Duration.hours(12),
      // S3OnFailureDestination would grant reading and deleting too.
      supportS3OnFailureDestination: true,
      onFailure: { bind: () => ({ destination: failures.bucketArn }) },
    })

    alarm(this, 'DeadLetters', {
      metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible({ statistic: 'max' }),
      threshold: 1,
      description: `${name} failed at something for a day. It is kept for two weeks: fix the cause, then redrive.`,
    })
    alarm(this, 'Behind', {
      metric: this.function.metric('IteratorAge', { statistic: 'max', period: Duration.minutes(5) }),
      threshold: Duration.hours(1).toMilliseconds(),
      description: `${name} is an hour behind the table: it fails, or is too slow. See its log.`,
    })
    alarm(this, 'Lost', {
      metric: this.function.metric('DestinationDeliveryFailures', { statistic: 'sum' }),
      threshold: 1,
      description: `Failed records of ${name} could not be written to the bucket. Fix the access to it.`,
    })

    const prefix = name.replaceAll('-', '')
    new CfnOutput(Stack.of(this), `${prefix}RetryQueueUrl`, { value: retryQueue.queueUrl })
    new CfnOutput(Stack.of(this), `${prefix}DeadLetterQueueUrl`, { value: deadLetterQueue.queueUrl })
  }
}

/** Matches stream records of items of a type. `attributes`: what else the new image must have. */
export const written = (
  eventName: ('INSERT' | 'MODIFY')[],
  type: ItemType,
  attributes: Record<string, unknown> = {},
) =>
  lambda.FilterCriteria.filter({
    eventName,
    dynamodb: { NewImage: { type: { S: lambda.FilterRule.isEqual(type) }, ...attributes } },
  })

function streamOf(table: ITable): string {
  if (!table.tableStreamArn) throw new Error('The table has no stream')
  return table.tableStreamArn
}

/**
 * The actions of Lambda with the function's role: it reads the stream and writes failed records to the bucket.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
function mappingStatements(streamArn: string, failures: IBucket): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: [
        'dynamodb:DescribeStream',
        'dynamodb:GetRecords',
        'dynamodb:GetShardIterator',
        'dynamodb:ListStreams',
      ],
      resources: [streamArn],
    }),
    new PolicyStatement({ actions: ['s3:ListBucket'], resources: [failures.bucketArn] }),
    new PolicyStatement({ actions: ['s3:PutObject'], resources: [failures.arnForObjects('aws/lambda/*')] }),
  ]
}
