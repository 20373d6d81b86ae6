import { Refusal } from './refusals.ts'

const secondsPerDay = 86_400

/** The refusal when a UTC day's limit is reached, with the seconds until the next day. */
export const quotaExceeded = (now: string): Refusal =>
  new Refusal('quota-exceeded', {
    retryAfter: secondsPerDay - (Math.floor(Date.parse(now) / 1000) % secondsPerDay),
  })
