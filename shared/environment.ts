/** The names of the functions' environment variables. */
export const environment = {
  table: 'TABLE_NAME',
  dailyInvitations: 'DAILY_INVITATIONS',
  dailyInvitationsPerAddress: 'DAILY_INVITATIONS_PER_ADDRESS',
  /** The days for which an invitation can be answered. */
  invitationDays: 'INVITATION_DAYS',
  mailFrom: 'MAIL_FROM',
  webUrl: 'WEB_URL',
  /** The URL of the retry queue of an effect. */
  retryQueue: 'RETRY_QUEUE',
} as const

export type EnvironmentName = (typeof environment)[keyof typeof environment]

/** The value of an environment variable. Throws with its name if it is missing. */
export function requireEnv(name: EnvironmentName): string {
  const value = process.env[name]
  if (!value) throw new Error(`The environment variable ${name} is not set`)
  return value
}

/** A number in an environment variable. Throws with the variable's name if it is none, because every comparison with NaN is false. */
export function requireNumber(name: EnvironmentName): number {
  const value = Number(requireEnv(name))
  if (!Number.isFinite(value)) throw new Error(`The environment variable ${name} is not a number`)
  return value
}

/** The invitations that an account can send in a UTC day: in all, and to one address. */
export const requireInvitationLimits = () => ({
  perDay: requireNumber(environment.dailyInvitations),
  perAddressAndDay: requireNumber(environment.dailyInvitationsPerAddress),
})

/** The names of the metrics. By default, a metric has the dimension FunctionName. */
export const metrics = {
  namespace: 'PartnerAccounts',
  /** Milliseconds from the change of a user, or the beginning of a partnership, until it has been copied. */
  syncLag: 'SyncLag',
  /** Contacts that differed from the users that they show. */
  contactDrift: 'ContactDrift',
  /** E-mails that were not sent, because their address had its maximum on that day. */
  mailsLeftOut: 'MailsLeftOut',
  /** Malformed items that were read, with the dimension Table. */
  malformedItems: 'MalformedItems',
} as const
