import type { Context } from 'aws-lambda'
import { metrics } from '../environment.ts'
import { logger } from './logger.ts'

/**
 * Puts a value into a metric of the function: CloudWatch takes it from the log line, whose form is
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function record(
  { functionName }: Pick<Context, 'functionName'>,
  name: Exclude<keyof typeof metrics, 'namespace'>,
  unit: 'Count' | 'Milliseconds',
  value: number,
): void {
  const Metrics = [{ Name: metrics[name], Unit: unit }]
  logger.info('metric', {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [{ Namespace: metrics.namespace, Dimensions: [['FunctionName']], Metrics }],
    },
    FunctionName: functionName,
    [metrics[name]]: value,
  })
}
