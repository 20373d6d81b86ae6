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
      written(['INSERT', 'MODIFY'], { type: { S: ['user'] }, silent: { BOOL: [{ exists: false }] } }),
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

it('calls an operator for records that failed for good, that wait for an hour, and that could not be kept', () => {
  const alarms = prod
    .ofType('AWS::CloudWatch::Alarm')
    .map(([, { Properties }]) => [
      Properties.MetricName,
      prod.said(at(Properties, 'Dimensions.0.Value')),
      Properties.Threshold,
    ])
  expect(alarms).toEqual([
    ['NumberOfObjects', 'Failures', 1],
    ['IteratorAge', 'synccontactsFunction', 3_600_000],
    ['DestinationDeliveryFailures', 'synccontactsFunction', 1],
    ['IteratorAge', 'sendemailsFunction', 3_600_000],
    ['DestinationDeliveryFailures', 'sendemailsFunction', 1],
  ])
})
