import type { HostRecord } from '../domain/accounts.ts'
import type { UserRef } from '../domain/context.ts'
import type { EventType, MailKind } from '../domain/events.ts'
import type { IdempotencyRecord } from '../domain/idempotency.ts'
import type { StoredState } from '../domain/invitation.ts'
import type { Profile } from '../domain/profiles.ts'
import type { Share } from '../domain/shares.ts'
import type { Tombstone, User } from '../domain/user.ts'
import type { IndexName } from './schema.ts'

/** The items of the table. Times are RFC 3339 in UTC; `expires` is in seconds since the epoch. */

/** The lists of an item: see schema.ts. */
export type Listed = Partial<Record<Exclude<IndexName, 'request'>, string | undefined>>

/** The lists of an item, its position in all of them, and the request with an Idempotency-Key that made it. */
type InLists = Listed & { position?: string } & Partial<IdempotencyRecord>

export type AccountItem = HostRecord & {
  type: 'account'
  accountId: string
  name: string
  /** The secret of the hashes in the ids of its invitations. Random, set once, never shown. */
  salt?: string
  /** User ids, for the e-mails to the account and the rule that one must remain. */
  administrators?: Set<string>
}

/** A removed user stays as a tombstone, so that a late copy can be distinguished from a new user. */
export type UserItem = ActiveUser | RemovedUser
export type ActiveUser = InLists & User & { type: 'user' }
export type RemovedUser = Tombstone & { type: 'user' }

export type EmailItem = UserRef & {
  type: 'email'
  email: string
  /** Users whose latest put by the host product names the address. The last one is the holder. */
  named?: UserRef[]
}

/** An address within an account. An account uses an address once, be it confirmed, unconfirmed or pending. */
export type AddressItem = {
  type: 'address'
  /** User ids. Only the host product can give several users one address. Missing if nobody has the address any more. */
  users?: Set<string>
  /** The user for whom an administrator's request made it, and the time. */
  madeFor?: string
  createdAt?: string
} & Partial<IdempotencyRecord>

/** The confirmation e-mail for a user's address. A newer one and its link replace it. */
export type ConfirmationItem = UserRef & {
  type: 'confirmation'
  email: string
  /** A UUID v7: of one confirmation e-mail. */
  confirmationId: string
  /** The digest of the token in the link. Missing until the e-mail is written. */
  digest?: string
  /** The end of the link's validity: RFC 3339 in UTC. */
  until: string
  expires: number
}

export type InvitationItem = InLists & {
  type: 'invitation'
  state: StoredState
  /** The id of this sending: a UUID v7, which is also its position in lists. */
  sendingId: string
  hash: string
  sender: string
  recipient: string
  email: string
  /** The user who had the address when it was sent. */
  invitedUser: string
  sentBy: string
  sentByName: string
  createdAt: string
  updatedAt: string
}

/** The attributes of an invitation that events and writes need. */
export type InvitationFacts = Pick<
  InvitationItem,
  'state' | 'sendingId' | 'hash' | 'sender' | 'recipient' | 'email'
>

/** The partnership and the invitations between two accounts. */
export type PairItem = {
  type: 'pair'
  partners?: true
  /** The number of partnerships so far. */
  epoch?: number
  /** The hashes of the invitations from the first account in the key to the second, and the reverse: see `sentBy`. */
  sentByFirst?: Set<string>
  sentBySecond?: Set<string>
}

/** One side's record of a partnership. After the end it stays for a while, in no list. */
export type PartnershipItem = InLists & {
  type: 'partnership'
  accountId: string
  partnerId: string
  epoch: number
  since: string
  /** The accepted invitation. */
  sender: string
  hash: string
  sendingId: string
  email: string
  endedAt?: string
  expires?: number
}

/** A removed contact stays as a tombstone, so that an older copy does not bring it back. */
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
  /** Who did it, as far as this side may know. Only users of the account itself are named. */
  by?: { accountId: string; userId?: string; userName?: string }
  /** The other account, if this side may know it. */
  partner?: string
  invitationId?: string
  email?: string
  userId?: string
} & Partial<MailCause>

/** The data of an event's e-mail, for send-emails. */
export type MailCause = {
  mail: MailKind
  sender: string
  sentBy: string
  sentByName: string
  recipient: string
  invitedUser: string
  email: string
}

/** One e-mail to one reader: the claim of an invocation, or the record that it was sent. */
export type MailItem = {
  type: 'mail'
  claimedBy: string
  /** Milliseconds since the epoch. */
  claimedUntil: number
  sentAt?: string
  messageId?: string
  /** The UTC day on which it was last counted as an e-mail of its address. */
  countedOn?: string
  /** The time at which it was left out for good, because its address had its maximum of e-mails on that day. */
  leftOutAt?: string
  expires: number
}

/** One side's item of a share. Both are written in one transaction. */
export type ShareItem = InLists &
  Share & {
    type: 'share'
    hash: string
    /** The account whose item this is. */
    owner: string
  }

/** A counter of a UTC day: of an account's invitations, of its invitations to one address, or of the e-mails to an address. */
export type QuotaItem = { type: 'quota'; count: number; expires: number }

/** The rest of a long copy. Its stream record starts the next page, after the sort key `after`. */
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

/** The progress of a comparison: all up to this partition, or this account, its partner, or the partner's user. */
export type Place = { partition: string } | { accountId: string; partnerId?: string; userId?: string }

/** The slice of all accounts whose contacts are compared, the UTC day of its start, and its progress. */
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
