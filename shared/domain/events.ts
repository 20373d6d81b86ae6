/** What an account's log tells; one per side and change. */
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
