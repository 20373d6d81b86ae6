import { describe, expect, it } from 'vitest'
import { Assembled, at } from './assembled.ts'

const prod = new Assembled('prod')
const mappings = Object.fromEntries(
  prod
    .ofType('AWS::Lambda::EventSourceMapping')
    .map(([, { Properties }]) => [prod.nameOf[String(at(Properties, 'FunctionName.Ref'))], Properties]),
)

it('has two readers of the stream, and no third, which DynamoDB would throttle', () => {
  expect(prod.ofType('AWS::Lambda::EventSourceMapping')).toHaveLength(2)
  expect(Object.keys(mappings).sort()).toEqual(['send-emails', 'sync-contacts'])
})

const written = (eventName: string[], NewImage: object) => ({ eventName, dynamodb: { NewImage } })

describe.each([
  {
    name: 'sync-contacts',
    pace: { BatchSize: 25, ParallelizationFactor: 10 },
    filters: [
      written(['INSERT', 'MODIFY'], { type: { S: ['user'] } }),
      written(['INSERT', 'MODIFY'], { type: { S: ['partnership'] }, endedAt: { S: [{ exists: false }] } }),
      written(['INSERT', 'MODIFY'], { type: { S: ['copy'] } }),
    ],
  },
  {
    name: 'send-emails',
    pace: { BatchSize: 10, ParallelizationFactor: 2 },
    filters: [written(['INSERT'], { type: { S: ['event'] }, mail: { S: [{ exists: true }] } })],
  },
])('$name', ({ name, pace, filters }) => {
  const { FunctionName, FilterCriteria, EventSourceArn, DestinationConfig, ...bounds } = mappings[name] ?? {}

  it('wakes for what it acts on, and for nothing else', () => {
    const patterns = at(FilterCriteria, 'Filters') as { Pattern: string }[]
    expect(patterns.map(({ Pattern }) => JSON.parse(Pattern))).toEqual(filters)
  })

  it('tries a bounded number of times and for a bounded time, bisecting, and takes partial answers', () => {
    expect(bounds).toEqual({
      ...pace,
      StartingPosition: 'TRIM_HORIZON',
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 10,
      MaximumRecordAgeInSeconds: 12 * 60 * 60,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    })
  })

  it('reads the table, and keeps whole what failed for good', () => {
    expect(prod.said(EventSourceArn)).toBe('Table.StreamArn')
    expect(prod.said(at(DestinationConfig, 'OnFailure.Destination'))).toBe('Failures.Arn')
  })
})

it('calls an operator for what failed for good, waits, could not be kept, comes late, or differs', () => {
  const alarms = prod
    .ofType('AWS::CloudWatch::Alarm')
    .map(([, { Properties }]) => [
      Properties.Namespace,
      Properties.MetricName,
      Properties.Statistic,
      prod.said(at(Properties, 'Dimensions.0.Value')),
      Properties.Threshold,
    ])
  expect(alarms).toEqual([
    ['AWS/S3', 'NumberOfObjects', 'Maximum', 'Failures', 1],
    ['AWS/Lambda', 'IteratorAge', 'Maximum', 'synccontactsFunction', 3_600_000],
    ['AWS/Lambda', 'DestinationDeliveryFailures', 'Sum', 'synccontactsFunction', 1],
    ['PartnerAccounts', 'SyncLag', 'Maximum', 'synccontactsFunction', 600_000],
    ['AWS/Lambda', 'Errors', 'Sum', 'reconcilecontactsFunction', 5],
    ['PartnerAccounts', 'ContactDrift', 'Sum', 'reconcilecontactsFunction', 1],
    ['AWS/Lambda', 'IteratorAge', 'Maximum', 'sendemailsFunction', 3_600_000],
    ['AWS/Lambda', 'DestinationDeliveryFailures', 'Sum', 'sendemailsFunction', 1],
  ])
  for (const [, { Properties }] of prod.ofType('AWS::CloudWatch::Alarm'))
    expect(Properties).toMatchObject({
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    })
})

it('wakes reconcile-contacts every minute, and lets nobody else wake it', () => {
  const { ScheduleExpression, State, Targets } = prod.only('AWS::Events::Rule')
  expect([ScheduleExpression, State]).toEqual(['rate(1 minute)', 'ENABLED'])
  expect(Targets).toHaveLength(1)
  expect(prod.said(at(Targets, '0.Arn'))).toBe('reconcilecontactsFunction.Arn')
  const permissions = prod
    .ofType('AWS::Lambda::Permission')
    .filter(([, { Properties }]) => prod.said(Properties.FunctionName).startsWith('reconcilecontacts'))
  expect(
    permissions.map(([, { Properties }]) => [Properties.Principal, prod.said(Properties.SourceArn)]),
  ).toEqual([['events.amazonaws.com', 'reconcilecontactsSchedule.Arn']])
})

it('gives it less than the minute between two of them', () => {
  expect(prod.function('reconcile-contacts').Timeout).toBeLessThan(60)
  expect(prod.output('ReconcileFunction')).toBe('reconcilecontactsFunction')
})
