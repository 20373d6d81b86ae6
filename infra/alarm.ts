import { ComparisonOperator, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'

/** An alarm that rings once a metric reaches a threshold, and not where nothing is measured. */
export function alarm(
  scope: Construct,
  id: string,
  metric: Metric,
  { threshold, description }: { threshold: number; description: string },
): void {
  metric.createAlarm(scope, id, {
    alarmDescription: description,
    threshold,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  })
}
