import { CfnOutput, Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib'
import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import {
  EventSourceMapping,
  type FilterCriteria,
  type Function as LambdaFunction,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { alarm } from './alarm.ts'
import { removalPolicy } from './environments.ts'
import type { EffectName } from './grants.ts'
import { type FunctionProps, lambdaFunction } from './lambda-function.ts'

type StreamProps = FunctionProps & {
  /** Where records go that could not be processed; whole, which only S3 gets. */
  failures: IBucket
  /** Which records wake the function: patterns of Lambda's event filtering, any of which suffices. */
  wakesOn: ReturnType<typeof FilterCriteria.filter>[]
  batchSize: number
  /** Batches of a shard in work at once. Records of one item stay in order. */
  parallelizationFactor: number
  /** What it may do besides reading and writing the table. */
  statements?: PolicyStatement[]
}

/** As long as a mail stays claimed by an isolate that died, and several times what a full batch takes. */
const timeout = Duration.seconds(30)

/** After 5 seconds, then each time twice as long up to an hour: ten tries in the first hour and a half, then hourly. */
const triesInADay = 33

/** What Lambda does with the queue in the function's name, and the function to put something off. */
const queueActions = [
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:ReceiveMessage',
  'sqs:SendMessage',
]

/** A function on the table's stream, with its mapping and the alarms that an operator has to act on. */
export class StreamFunction extends Construct {
  readonly target: LambdaFunction

  constructor(scope: Construct, name: EffectName, props: StreamProps) {
    super(scope, name)
    const { table, failures, wakesOn, batchSize, parallelizationFactor, statements = [] } = props
    const streamArn = streamOf(table)
    const { retries, kept } = this.retryQueue(removalPolicy(props.environment))
    this.target = lambdaFunction(this, name, props, {
      timeout,
      statements: [
        ...mappingStatements(streamArn, failures),
        new PolicyStatement({ actions: queueActions, resources: [retries.queueArn] }),
        ...statements,
      ],
      retryQueue: retries,
    })
    new EventSourceMapping(this, 'Retries', {
      target: this.target,
      eventSourceArn: retries.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
    })
    new EventSourceMapping(this, 'Mapping', {
      target: this.target,
      eventSourceArn: streamArn,
      // LATEST can miss what is written while the mapping is being made.
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: wakesOn,
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
    this.alarmOn(name, kept)
  }

  /** What the function could not do is tried again for a day, by which it is known to be more than a bad moment. */
  private retryQueue(removalPolicy: RemovalPolicy) {
    const settings = {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy,
    }
    const kept = new Queue(this, 'KeptQueue', settings)
    const retries = new Queue(this, 'RetryQueue', {
      ...settings,
      // Lambda wants several times what the function may take, or a message comes twice.
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds()),
      deadLetterQueue: { queue: kept, maxReceiveCount: triesInADay },
    })
    const prefix = this.node.id.replaceAll('-', '')
    new CfnOutput(Stack.of(this), `${prefix}RetryQueueUrl`, { value: retries.queueUrl })
    new CfnOutput(Stack.of(this), `${prefix}KeptQueueUrl`, { value: kept.queueUrl })
    return { retries, kept }
  }

  /** Both metrics come with every function. The mapping's own must be turned on, and are counted around the clock. */
  private alarmOn(name: EffectName, kept: IQueue) {
    alarm(this, 'Kept', kept.metricApproximateNumberOfMessagesVisible({ statistic: 'max' }), {
      threshold: 1,
      description: `What ${name} could not do for a day is kept for two weeks. Mend the cause and redrive it.`,
    })
    alarm(
      this,
      'Behind',
      this.target.metric('IteratorAge', { statistic: 'max', period: Duration.minutes(5) }),
      {
        threshold: Duration.hours(1).toMilliseconds(),
        description: `${name} is an hour behind the table: it is failing, or too slow. See its log.`,
      },
    )
    alarm(this, 'Lost', this.target.metric('DestinationDeliveryFailures', { statistic: 'sum' }), {
      threshold: 1,
      description: `Failed records of ${name} could not be kept. Mend its access to the bucket, then repair.`,
    })
  }
}

function streamOf(table: ITable): string {
  if (!table.tableStreamArn) throw new Error('The table has no stream')
  return table.tableStreamArn
}

/**
 * What Lambda does in the function's name: reading the stream, and keeping records that failed.
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
