import { ofType, type Resource, type Resources } from '../template/resources.ts'
import { denial, type Need, type Role } from '../template/roles.ts'
import { compileFilters, type Filter } from './filters.ts'

/** An event source mapping on a table's stream, as the template declares it. */
export type Mapping = {
  /** Its UUID. */
  id: string
  functionArn: string
  tableName: string
  partitionKey: string
  streamArn: string
  region: string
  filter: Filter
  batchSize: number
  windowMilliseconds: number
  /** -1: no limit. */
  maxRetries: number
  maxAgeMilliseconds: number
  bisects: boolean
  /** Whether the function reports which records failed. */
  reportsItems: boolean
  lanes: number
  /** The bucket for discarded batches. */
  failureBucket?: string
}

/** An event source mapping on a queue, as the template declares it. */
export type QueueMapping = {
  functionArn: string
  queueArn: string
  queueUrl: string
  region: string
  batchSize: number
}

type Declared = {
  EventSourceArn: string
  StartingPosition: string
  Enabled?: boolean
  BatchSize?: number
  MaximumBatchingWindowInSeconds?: number
  MaximumRetryAttempts?: number
  MaximumRecordAgeInSeconds?: number
  BisectBatchOnFunctionError?: boolean
  FunctionResponseTypes?: string[]
  ParallelizationFactor?: number
  FilterCriteria?: { Filters?: { Pattern: string }[] }
  DestinationConfig?: { OnFailure?: { Destination: string } }
}

/**
 * Reads the mappings on streams. `roles` are by the function's ARN. Throws if the source is not a table's stream, or if the
 * role does not let Lambda read it and write to the failure destination.
 */
export function readMappings(resources: Resources, roles: Map<string, Role>): Mapping[] {
  const declared = ofType(resources, 'AWS::Lambda::EventSourceMapping').filter((one) => !isOnQueue(one))
  return declared.map((resource) => {
    const mapping = readMapping(resource, resources)
    requirePermissions(resource, roles.get(mapping.functionArn), needsOf(mapping))
    return mapping
  })
}

const isOnQueue = ({ properties }: Resource) => String(properties.EventSourceArn).startsWith('arn:aws:sqs:')

const targetOf = ({ properties }: Resource, resources: Resources) =>
  ofType(resources, 'AWS::Lambda::Function').find(({ ref, arn }) =>
    [ref, arn].includes(String(properties.FunctionName)),
  )

function requirePermissions({ logicalId }: Resource, role: Role | undefined, needs: Need[]): void {
  const denied = needs.find((need) => !role?.allows(need))
  if (denied) throw new Error(`${logicalId}: ${denial(role?.arn ?? 'a function without a role', denied)}`)
}

function readMapping(resource: Resource, resources: Resources): Mapping {
  const declared = resource.properties as Declared
  const tableArn = declared.EventSourceArn.split('/stream/')[0]
  const table = ofType(resources, 'AWS::DynamoDB::Table').find(({ arn }) => arn === tableArn)
  const target = targetOf(resource, resources)
  if (!table || !target || declared.StartingPosition !== 'TRIM_HORIZON') {
    throw new Error(`${resource.logicalId} does not read a table's stream for a function from TRIM_HORIZON.`)
  }
  const destination = declared.DestinationConfig?.OnFailure?.Destination
  if (destination && !destination.startsWith('arn:aws:s3:::')) {
    throw new Error(`${resource.logicalId} has the destination ${destination}: local/ supports S3 only.`)
  }
  const keys = table.properties.KeySchema as { AttributeName: string; KeyType: string }[]
  const seconds = declared.MaximumRecordAgeInSeconds ?? -1
  return {
    id: resource.ref,
    functionArn: target.arn,
    tableName: table.ref,
    partitionKey: keys.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '',
    streamArn: declared.EventSourceArn,
    region: resource.region,
    filter: compileFilters((declared.FilterCriteria?.Filters ?? []).map(({ Pattern }) => Pattern)),
    batchSize: declared.BatchSize ?? 100,
    windowMilliseconds: (declared.MaximumBatchingWindowInSeconds ?? 0) * 1000,
    maxRetries: declared.MaximumRetryAttempts ?? -1,
    maxAgeMilliseconds: seconds === -1 ? Number.POSITIVE_INFINITY : seconds * 1000,
    bisects: declared.BisectBatchOnFunctionError ?? false,
    reportsItems: declared.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
    lanes: declared.ParallelizationFactor ?? 1,
    failureBucket: destination?.replace('arn:aws:s3:::', ''),
  }
}

/** The actions that Lambda itself performs with the function's role. */
function needsOf({ id, streamArn, failureBucket }: Mapping): Need[] {
  const stream = ['GetRecords', 'GetShardIterator', 'DescribeStream'].map((action) => ({
    action: `dynamodb:${action}`,
    resource: streamArn,
  }))
  const list = { action: 'dynamodb:ListStreams', resource: streamArn }
  if (!failureBucket) return [...stream, list]
  const object = `arn:aws:s3:::${failureBucket}/aws/lambda/${id}/`
  const bucket = { action: 's3:ListBucket', resource: `arn:aws:s3:::${failureBucket}` }
  return [...stream, list, bucket, { action: 's3:PutObject', resource: object }]
}

/**
 * Reads the mappings on queues. `roles` are by the function's ARN. Throws if the source is not a queue, the mapping has an
 * unknown property, or the role does not let Lambda read the queue.
 */
export function readQueueMappings(resources: Resources, roles: Map<string, Role>): QueueMapping[] {
  const declared = ofType(resources, 'AWS::Lambda::EventSourceMapping').filter(isOnQueue)
  return declared.map((resource) => {
    const {
      EventSourceArn,
      FunctionName,
      BatchSize = 10,
      FunctionResponseTypes,
      ...other
    } = resource.properties
    const queue = ofType(resources, 'AWS::SQS::Queue').find(({ arn }) => arn === EventSourceArn)
    const target = targetOf(resource, resources)
    if (!queue || !target || [FunctionResponseTypes].flat().join() !== 'ReportBatchItemFailures')
      throw new Error(`${resource.logicalId} does not read a queue for a function that reports what failed.`)
    const [unknown] = Object.keys(other)
    if (unknown)
      throw new Error(`${resource.logicalId} has ${unknown}, not known to local/lambda/mappings.ts.`)
    const needs = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((action) => ({
      action: `sqs:${action}`,
      resource: queue.arn,
    }))
    requirePermissions(resource, roles.get(target.arn), needs)
    return {
      functionArn: target.arn,
      queueArn: queue.arn,
      queueUrl: queue.ref,
      region: resource.region,
      batchSize: Number(BatchSize),
    }
  })
}
