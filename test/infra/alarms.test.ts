import { expect, it } from 'vitest'
import { prod } from './assembled.ts'

const minutes = 60
const hours = 60 * minutes

/** All alarms: metric, dimensions, statistic, period in seconds, and the threshold that one period must reach. */
const alarms = [
  ['AWS/ApiGateway 5xx', 'ApiId=Api', 'Sum', 5 * minutes, 1],
  ['AWS/S3 NumberOfObjects', 'BucketName=Failures StorageType=AllStorageTypes', 'Maximum', 24 * hours, 1],
  ['PartnerAccounts MalformedItems', 'Table=Table', 'Sum', 1 * hours, 1],
  ['AWS/ApiGateway 5xx', 'ApiId=Directory', 'Sum', 5 * minutes, 1],
  ...onStream('synccontacts'),
  ['PartnerAccounts SyncLag', 'FunctionName=synccontactsFunction', 'Maximum', 5 * minutes, 600_000],
  ['AWS/Lambda Errors', 'FunctionName=reconcilecontactsFunction', 'Sum', 1 * hours, 5],
  ['PartnerAccounts ContactDrift', 'FunctionName=reconcilecontactsFunction', 'Sum', 1 * hours, 1],
  ...onStream('sendemails'),
]

/** The alarms of each function on the stream. */
function onStream(construct: string) {
  const deadLetters = `QueueName=${construct}DeadLetterQueue.QueueName`
  const target = `FunctionName=${construct}Function`
  return [
    ['AWS/SQS ApproximateNumberOfMessagesVisible', deadLetters, 'Maximum', 5 * minutes, 1],
    ['AWS/Lambda IteratorAge', target, 'Maximum', 5 * minutes, 3_600_000],
    ['AWS/Lambda DestinationDeliveryFailures', target, 'Sum', 5 * minutes, 1],
  ]
}

it('has exactly these alarms', () => {
  const found = prod.ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => {
    const { Namespace, MetricName, Dimensions, Statistic, Period, Threshold, ...rest } = Properties
    const dimensions = (Dimensions as { Name: string; Value: unknown }[]).map(
      ({ Name, Value }) => `${Name}=${prod.readable(Value)}`,
    )
    // Otherwise an alarm would need several periods, or go off while nothing is measured.
    expect(rest).toEqual({
      AlarmDescription: expect.any(String),
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
    })
    return [`${Namespace} ${MetricName}`, dimensions.join(' '), Statistic, Period, Threshold]
  })
  expect(found).toEqual(alarms)
})
