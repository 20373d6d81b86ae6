const secondsPerDay = 86_400

/** When an item expires, in seconds since the epoch: so many days after a time in milliseconds since the epoch. */
export const expiryAfter = (days: number, milliseconds: number): number =>
  Math.floor(milliseconds / 1000) + days * secondsPerDay

/** Longer than a stream record can still be delivered, from the stream, the retry queue or the bucket of failed records. */
export const lateRecordDays = 100
