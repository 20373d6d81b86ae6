import type { Context } from 'aws-lambda'
import { environment, metrics, requireEnv } from '../environment.ts'
import { takeMalformed } from '../table/malformed.ts'
import { logger } from './logger.ts'

type Unit = 'Count' | 'Milliseconds'

/** Records a value of a metric, with the function as its dimension. */
export const record = (
  { functionName: FunctionName }: Pick<Context, 'functionName'>,
  name: Exclude<keyof typeof metrics, 'namespace' | 'malformedItems'>,
  unit: Unit,
  value: number,
): void => write(metrics[name], { unit, value, dimensions: { FunctionName } })

/** Logs the keys of malformed items that were read, never their content, and counts them. Returns their number. */
export function reportMalformed(): number {
  const items = takeMalformed()
  if (items.length === 0) return 0
  for (const { pk, sk } of items) logger.error('malformed item', { pk, sk })
  const dimensions = { Table: requireEnv(environment.table) }
  write(metrics.malformedItems, { unit: 'Count', value: items.length, dimensions })
  return items.length
}

/**
 * Writes a log line from which CloudWatch reads the metric:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
function write(
  name: string,
  { unit, value, dimensions }: { unit: Unit; value: number; dimensions: Record<string, string> },
): void {
  logger.info('metric', {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: metrics.namespace,
          Dimensions: [Object.keys(dimensions)],
          Metrics: [{ Name: name, Unit: unit }],
        },
      ],
    },
    ...dimensions,
    [name]: value,
  })
}
