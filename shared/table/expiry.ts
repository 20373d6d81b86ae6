const secondsPerDay = 86_400

/** The expiry of an item, in seconds since the epoch: this many days after a time in milliseconds since the epoch. */
export const expiryAfter = (days: number, milliseconds: number): number =>
  Math.floor(milliseconds / 1000) + days * secondsPerDay

/** No record is delivered after so many days, from the stream, the retry queue or the bucket of failed records. */
export const lateRecordDays = 100
