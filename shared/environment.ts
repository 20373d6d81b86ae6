/** The names of the functions' environment variables, for what sets them and what reads them. */
export const environment = {
  table: 'TABLE_NAME',
  dailyInvitations: 'DAILY_INVITATIONS',
  dailyInvitationsPerAddress: 'DAILY_INVITATIONS_PER_ADDRESS',
  mailFrom: 'MAIL_FROM',
  webUrl: 'WEB_URL',
  /** The URL of the retry queue of an effect. */
  retryQueue: 'RETRY_QUEUE',
} as const

export type EnvironmentName = (typeof environment)[keyof typeof environment]

/** The value of a variable without which nothing can work; throws, naming it, where it is missing. */
export function requireEnv(name: EnvironmentName): string {
  const value = process.env[name]
  if (!value) throw new Error(`The environment variable ${name} is not set`)
  return value
}

/** The names of the metrics, for the functions that record them and the alarms on them. By default, a metric has the dimension FunctionName. */
export const metrics = {
  namespace: 'PartnerAccounts',
  /** Milliseconds from the change of a user, or the beginning of a partnership, until it has been copied. */
  syncLag: 'SyncLag',
  /** Contacts that were not what they should be. */
  contactDrift: 'ContactDrift',
  /** E-mails that were not sent, since their address had as many on that day as it may get. */
  mailsLeftOut: 'MailsLeftOut',
  /** Items that were read and are not what their type says, with the dimension Table. */
  malformedItems: 'MalformedItems',
} as const
