/** The types of events in an account's log. A change has one event per side. */
export const eventTypes = [
  'invitation-sent',
  'invitation-accepted',
  'invitation-rejected',
  'invitation-deleted',
  'partner-ended',
  'user-added',
  'user-changed',
  'user-removed',
  'share-added',
  'share-removed',
  'contact-removed',
] as const
export type EventType = (typeof eventTypes)[number]

/** The e-mails that an event can cause. */
export type MailKind = 'invitation-sent' | 'invitation-accepted' | 'invitation-rejected'

/**
 * Whether an e-mail goes to an address that another account's administrator typed. These e-mails are limited per
 * address and day, so that nobody can aim them at a stranger. E-mails about an account's own invitations are not: other
 * accounts can't cause them, and a flood of invitations must not keep them out.
 */
export const boundedPerAddress: Record<MailKind, boolean> = {
  'invitation-sent': true,
  'invitation-accepted': false,
  'invitation-rejected': false,
}

/** The limited e-mails that an address can get in a UTC day, from all accounts together. */
export const maxDailyMailsPerAddress = 20
