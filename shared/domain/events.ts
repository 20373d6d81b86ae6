/** What an account's log tells; one per side and change. */
export type EventType =
  | 'invitation-sent'
  | 'invitation-accepted'
  | 'invitation-rejected'
  | 'invitation-deleted'
  | 'partner-ended'
  | 'user-added'
  | 'user-changed'
  | 'user-removed'

/** The e-mails that an event can cause. */
export type MailKind = 'invitation-sent' | 'invitation-accepted' | 'invitation-rejected'
