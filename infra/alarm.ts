import type { Duration } from 'aws-cdk-lib'
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { metrics } from '../shared/environment.ts'

/** An alarm that goes off once a metric reaches a threshold, and not while nothing is measured. */
export function alarm(
  scope: Construct,
  id: string,
  { metric, threshold, description }: { metric: Metric; threshold: number; description: string },
): void {
  metric.createAlarm(scope, id, {
    alarmDescription: description,
    threshold,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  })
}

/** A metric that a function records itself, with its name as the dimension. */
export const ownMetric = (
  { functionName }: IFunction,
  name: 'syncLag' | 'contactDrift',
  sampling: { statistic: string; period: Duration },
): Metric =>
  new Metric({
    namespace: metrics.namespace,
    metricName: metrics[name],
    dimensionsMap: { FunctionName: functionName },
    ...sampling,
  })
