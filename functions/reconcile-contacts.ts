import { setTimeout as sleep } from 'node:timers/promises'
import type { Context, ScheduledEvent } from 'aws-lambda'
import { logger } from '../shared/runtime/logger.ts'
import { record, reportMalformed } from '../shared/runtime/metric.ts'
import { type Report, reconcile, type Task } from '../shared/table/reconcile.ts'
import { currentSlice, keepSlice, slices } from '../shared/table/slices.ts'

/** The time to compare again, to repair, and to store the place. */
const reserveMilliseconds = 25_000

/** The stream delivers within one or two seconds. */
const pauseMilliseconds = 5_000

/** `malformed`: items that were left out, since they are not what their type says. Their keys are in the log. */
type Result = Report & { malformed: number }

/**
 * Compares contacts with the users that they show, for as long as one invocation can last: those that an operator
 * requests or, on schedule, the current slice of all accounts, whose drift it records.
 */
export async function handler(
  event: (Task & { dryRun: boolean }) | ScheduledEvent,
  context: Context,
): Promise<Result | null> {
  const run = async (task: Task, dryRun: boolean): Promise<Result> => {
    const report = await reconcile(task, {
      dryRun,
      pause: () => sleep(pauseMilliseconds),
      hasTime: () => context.getRemainingTimeInMillis() > reserveMilliseconds,
    })
    return { ...report, malformed: reportMalformed() }
  }
  if ('dryRun' in event) return run(event, event.dryRun)
  const begun = await currentSlice(new Date().toISOString().slice(0, 10))
  if (!begun) return null
  const { next, ...report } = await run({ ...begun, slices }, false)
  const differing = Object.values(report.drift).reduce((sum, { live, former }) => sum + live + former, 0)
  logger.info('reconciled', { slice: begun.slice, ...report })
  record(context, 'contactDrift', 'Count', differing + report.malformed)
  const { after, ...slice } = begun
  await keepSlice({ ...slice, ...(next && { after: next }), done: next === undefined })
  return { ...report, ...(next && { next }) }
}
