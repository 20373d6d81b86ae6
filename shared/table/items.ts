import type { HostRecord } from '../domain/accounts.ts'
import type { UserRef } from '../domain/context.ts'
import type { EventType, MailKind } from '../domain/events.ts'
import type { IdempotencyRecord } from '../domain/idempotency.ts'
import type { State } from '../domain/invitation.ts'
import type { Profile } from '../domain/profiles.ts'
import type { Share } from '../domain/shares.ts'
import type { Tombstone, User } from '../domain/user.ts'
import type { IndexName } from './schema.ts'

/** The items of the table. Times are RFC 3339 in UTC; `expires` is in seconds since the epoch. */

/** The lists that an item is in: see schema.ts. */
export type Listed = Partial<Record<Exclude<IndexName, 'request'>, string | undefined>>

/** An item in lists, its place in all of them, and the request with an Idempotency-Key that made it. */
type InLists = Listed & { position?: string } & Partial<IdempotencyRecord>

export type AccountItem = HostRecord & {
  type: 'account'
  accountId: string
  name: string
  /** Keys the hashes in the ids of the invitations that it sends. Random, set once, never shown. */
  salt?: string
  /** User ids. Who gets e-mails for the account, and the rule that one must remain. */
  administrators?: Set<string>
}

/** A removed user stays as a tombstone, so that a late copy can be told from a new user. */
export type UserItem = ActiveUser | RemovedUser
export type ActiveUser = InLists & User & { type: 'user' }
export type RemovedUser = Tombstone & { type: 'user' }

export type EmailItem = {
  type: 'email'
  email: string
  accountId: string
  userId: string
  /** Users whose latest put by the host product names the address, the one put last at the end: the holder. */
  named?: UserRef[]
}

/** An address within an account, which uses an address once, whether it is confirmed, unconfirmed or pending. */
export type AddressItem = {
  type: 'address'
  /** User ids; more than one where the host product has put it so. Missing where nobody has the address any more. */
  users?: Set<string>
  /** The user for whom an administrator's request made it, and when. */
  madeFor?: string
  createdAt?: string
} & Partial<IdempotencyRecord>

/** The confirmation e-mail that a user's address waits for. A newer one takes its place, and so does its link. */
export type ConfirmationItem = {
  type: 'confirmation'
  accountId: string
  userId: string
  email: string
  /** A UUID v7: of one confirmation e-mail. */
  confirmationId: string
  /** Of the token in the link. Missing until the e-mail is written. */
  digest?: string
  /** Until when the link works: RFC 3339 in UTC. */
  until: string
  expires: number
}

export type InvitationItem = InLists & {
  type: 'invitation'
  state: Exclude<State, 'none'>
  /** Of this sending: a UUID v7, which is also its place in lists. */
  sendingId: string
  hash: string
  sender: string
  recipient: string
  email: string
  /** The user whose address it was when it was sent. */
  invitedUser: string
  sentBy: string
  sentByName: string
  createdAt: string
  updatedAt: string
}

/** What an event and a write need to know of an invitation. */
export type InvitationFacts = Pick<
  InvitationItem,
  'state' | 'sendingId' | 'hash' | 'sender' | 'recipient' | 'email'
>

/** What stands between two accounts, whichever of them began it. */
export type PairItem = {
  type: 'pair'
  partners?: true
  /** How many partnerships there have been. */
  epoch?: number
  /**
   * The hashes of the invitations, in any state, that the first account in the pair's key has sent to the second, and
   * the second to the first. See `sentBy`.
   */
  sentByFirst?: Set<string>
  sentBySecond?: Set<string>
}

/** One side's record of a partnership. After the end it is kept for a while, in no list. */
export type PartnershipItem = InLists & {
  type: 'partnership'
  accountId: string
  partnerId: string
  epoch: number
  since: string
  /** The accepted invitation; its sender is the account that began. */
  sender: string
  hash: string
  sendingId: string
  email: string
  endedAt?: string
  expires?: number
}

/** A removed contact stays as a tombstone, which older copies don't overwrite. */
export type ContactItem = InLists & {
  type: 'contact'
  owner: string
  accountId: string
  userId: string
  /** Copies are ordered by partnership first, and by the source user's version within it. */
  epoch: number
  version: number
} & (
    | { removed?: undefined; email: string; emailConfirmed: boolean; name: string; profile: Profile }
    | { removed: true }
  )

export type EventItem = {
  type: 'event'
  id: string
  accountId: string
  event: EventType
  at: string
  /** Who did it, as far as this side may know; the name only of one's own people. */
  by?: { accountId: string; userId?: string; userName?: string }
  /** The other account, as far as this side may know it. */
  partner?: string
  invitationId?: string
  email?: string
  userId?: string
} & Partial<MailCause>

/** What send-emails needs of an event that causes an e-mail. */
export type MailCause = {
  mail: MailKind
  sender: string
  sentBy: string
  sentByName: string
  recipient: string
  invitedUser: string
  email: string
}

/** One e-mail to one reader: until when somebody is sending it, or that it has been sent. */
export type MailItem = {
  type: 'mail'
  claimedBy: string
  /** Milliseconds since the epoch. */
  claimedUntil: number
  sentAt?: string
  messageId?: string
  /** The UTC day on which it was last counted among its address's e-mails. */
  countedOn?: string
  /** Its address had as many e-mails on that day as it may get, so it is never sent. */
  leftOutAt?: string
  expires: number
}

/** What is shared, as either side has it. Both are written in one transaction. */
export type ShareItem = InLists &
  Share & { type: 'share'; hash: string /** The account whose item this is. */; owner: string }

/** How many there have been on a UTC day: of an account's invitations, of those to one address, or of the e-mails to an address. */
export type QuotaItem = { type: 'quota'; count: number; expires: number }

/** What is left of a long copy: the next page begins after the sort key `after`. Its own stream record starts it. */
export type CopyItem =
  | {
      type: 'copy'
      expires: number
      owner: string
      source: string
      epoch: number
      /** When the two became partners. */
      since: string
      after: string
    }
  | { type: 'copy'; expires: number; user: UserItem; before?: UserItem | undefined; after: string }

/**
 * The progress of a comparison of contacts: all up to this partition of the table, or up to this account, partner of
 * the account, or user of the partner.
 */
export type Place = { partition: string } | { accountId: string; partnerId?: string; userId?: string }

/** The slice of all accounts whose contacts are compared, begun on this day (UTC), and how far it has come. */
export type SliceItem = { type: 'slice'; slice: number; day: string; after?: Place; done: boolean }

export type Item =
  | AccountItem
  | UserItem
  | EmailItem
  | AddressItem
  | ConfirmationItem
  | InvitationItem
  | PairItem
  | PartnershipItem
  | ContactItem
  | EventItem
  | MailItem
  | QuotaItem
  | ShareItem
  | CopyItem
  | SliceItem

/** The attribute `type` of every item. Stream filters use it. */
export type ItemType = Item['type']
