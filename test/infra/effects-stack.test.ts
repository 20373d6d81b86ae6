import { describe, expect, it } from 'vitest'
import { delayAfter } from '../../shared/runtime/retry-queue.ts'
import { at, prod } from './assembled.ts'

const mappingsOf = (source: RegExp) =>
  Object.fromEntries(
    prod
      .ofType('AWS::Lambda::EventSourceMapping')
      .filter(([, { Properties }]) => source.test(prod.readable(Properties.EventSourceArn)))
      .map(([, { Properties }]) => [prod.nameOf[String(at(Properties, 'FunctionName.Ref'))], Properties]),
  )
const mappings = mappingsOf(/StreamArn$/)
const retries = mappingsOf(/RetryQueue\.Arn$/)

it('has two readers of the stream, and no third, which DynamoDB would throttle', () => {
  expect(prod.ofType('AWS::Lambda::EventSourceMapping')).toHaveLength(4)
  expect(Object.keys(mappings).sort()).toEqual(['send-emails', 'sync-contacts'])
})

const written = (eventName: string[], NewImage: object) => ({ eventName, dynamodb: { NewImage } })

describe.each([
  {
    name: 'sync-contacts',
    pace: { BatchSize: 25, ParallelizationFactor: 10 },
    filters: [
      written(['INSERT', 'MODIFY'], {
        type: { S: ['user'] },
        hostVersionOnly: { BOOL: [{ exists: false }] },
      }),
      written(['INSERT', 'MODIFY'], { type: { S: ['partnership'] }, endedAt: { S: [{ exists: false }] } }),
      written(['INSERT', 'MODIFY'], { type: { S: ['copy'] } }),
    ],
  },
  {
    name: 'send-emails',
    pace: { BatchSize: 10, ParallelizationFactor: 2 },
    filters: [
      written(['INSERT'], { type: { S: ['event'] }, mail: { S: [{ exists: true }] } }),
      written(['INSERT', 'MODIFY'], { type: { S: ['confirmation'] }, digest: { S: [{ exists: false }] } }),
    ],
  },
])('$name', ({ name, pace, filters }) => {
  const { FunctionName, FilterCriteria, EventSourceArn, DestinationConfig, ...bounds } = mappings[name] ?? {}

  it('is invoked for the records that it acts on, and no others', () => {
    const patterns = at(FilterCriteria, 'Filters') as { Pattern: string }[]
    expect(patterns.map(({ Pattern }) => JSON.parse(Pattern))).toEqual(filters)
  })

  it('has bounded retries and record age, bisecting and partial batch responses', () => {
    expect(bounds).toEqual({
      ...pace,
      StartingPosition: 'TRIM_HORIZON',
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 10,
      MaximumRecordAgeInSeconds: 12 * 60 * 60,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    })
  })

  it('has a retry queue of its own, with partial batch responses', () => {
    const construct = name.replace('-', '')
    const { EventSourceArn, FunctionName, ...settings } = retries[name] ?? {}
    expect(prod.readable(EventSourceArn)).toBe(`${construct}RetryQueue.Arn`)
    expect(settings).toEqual({ BatchSize: 10, FunctionResponseTypes: ['ReportBatchItemFailures'] })
  })

  it('retries for a day, and keeps messages in the dead-letter queue for two weeks', () => {
    const construct = name.replace('-', '')
    const queue = (id: string) =>
      prod.ofType('AWS::SQS::Queue').find(([logicalId]) => logicalId.startsWith(`${construct}${id}`))?.[1]
        .Properties
    const { RedrivePolicy, ...retry } = queue('RetryQueue') ?? {}
    const kept = { MessageRetentionPeriod: 14 * 86_400, SqsManagedSseEnabled: true }
    expect(retry).toEqual({ ...kept, VisibilityTimeout: 180 })
    expect(prod.readable(at(RedrivePolicy, 'deadLetterTargetArn'))).toBe(`${construct}DeadLetterQueue.Arn`)
    expect(queue('DeadLetterQueue')).toEqual(kept)
    const tries = Number(at(RedrivePolicy, 'maxReceiveCount'))
    const waits = Array.from({ length: tries }, (_, received) => delayAfter(received))
    const hours = waits.reduce((sum, seconds) => sum + seconds, 0) / 3_600
    expect(hours).toBeGreaterThanOrEqual(24)
    expect(hours).toBeLessThan(25)
    expect(waits.slice(0, 11)).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600])
  })

  it('reads the table, and writes failed records to the bucket', () => {
    expect(prod.readable(EventSourceArn)).toBe('Table.StreamArn')
    expect(prod.readable(at(DestinationConfig, 'OnFailure.Destination'))).toBe('Failures.Arn')
  })
})

it('has queues that refuse requests without TLS', () => {
  const refusing = prod.ofType('AWS::SQS::QueuePolicy').map(([, { Properties }]) => {
    const [statement, ...others] = at(Properties, 'PolicyDocument.Statement') as Record<string, unknown>[]
    expect(others).toEqual([])
    expect(statement).toMatchObject({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'sqs:*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    })
    return prod.readable(at(Properties, 'Queues.0'))
  })
  const queues = prod.ofType('AWS::SQS::Queue').map(([id]) => prod.readable({ Ref: id }))
  expect(refusing.sort()).toEqual(queues.sort())
})

it('invokes reconcile-contacts every minute, and lets nobody else invoke it', () => {
  const { ScheduleExpression, State, Targets } = prod.only('AWS::Events::Rule')
  expect([ScheduleExpression, State]).toEqual(['rate(1 minute)', 'ENABLED'])
  expect(Targets).toHaveLength(1)
  expect(prod.readable(at(Targets, '0.Arn'))).toBe('reconcilecontactsFunction.Arn')
  const permissions = prod
    .ofType('AWS::Lambda::Permission')
    .filter(([, { Properties }]) => prod.readable(Properties.FunctionName).startsWith('reconcilecontacts'))
  expect(
    permissions.map(([, { Properties }]) => [Properties.Principal, prod.readable(Properties.SourceArn)]),
  ).toEqual([['events.amazonaws.com', 'reconcilecontactsSchedule.Arn']])
})

it('gives it less than a minute', () => {
  expect(prod.function('reconcile-contacts').Timeout).toBeLessThan(60)
  expect(prod.output('ReconcileFunction')).toBe('reconcilecontactsFunction')
})
