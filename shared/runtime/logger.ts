import { Logger } from '@aws-lambda-powertools/logger'

/** Structured logs, one per isolate. They hold ids, never names, addresses or tokens. */
export const logger = new Logger({ serviceName: 'partner-accounts' })
