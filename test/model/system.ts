export type Profile = 'billing-administrator' | 'administrator' | 'supervisor' | 'manager' | 'observer'

export interface User {
  id: string
  accountId: string
  email: string
  name: string
  profile: Profile
}

/** What the directory holds before the first command. An account's id serves as its name too. */
export interface World {
  accounts: string[]
  users: User[]
}

/** What a token says of who calls. The user need not exist (any more). */
export type Caller = Pick<User, 'id' | 'accountId'>

export interface PartnerView {
  accountId: string
  initiatedBy: 'us' | 'them'
}

/**
 * What a command answers: what it did, or the code it was refused with. `handle` is the invitation's opaque id, `userId`
 * the new user's. A repeated accept or reject that changes nothing answers as the first one did.
 */
export type Outcome =
  | { ok: 'created'; handle: string }
  | { ok: 'accepted'; partner: PartnerView }
  | { ok: 'rejected' | 'deleted' | 'ended' | 'user-changed' | 'user-removed' | 'contact-removed' }
  | { ok: 'user-added'; userId: string }
  | { refused: string }

/** An action is null where an administrator may do it now, otherwise the code it would be refused with. */
export interface SentView {
  handle: string
  email: string
  status: 'pending' | 'rejected'
  actions: { delete: string | null }
  /** The recipient account's id where the sender may know it. */
  recipient: string | null
}

export interface ReceivedView {
  handle: string
  senderAccountId: string
  email: string
  status: 'pending' | 'rejected'
  actions: { accept: string | null; reject: string | null; delete: string | null }
}

/**
 * What an administrator of the account sees, all pages of it, in any order, with exactly these fields. Accepted
 * invitations are listed as partners only.
 */
export interface AccountView {
  sent: SentView[]
  received: ReceivedView[]
  partners: PartnerView[]
}

type Eventually<T> = T | Promise<T>

/**
 * A relationship under test. Commands come one at a time, some of them with ids that the system never gave and by
 * users whom its directory does not have. A refusal is an outcome; anything thrown is a failure of the system. Quotas
 * must not be in the way.
 */
export interface System {
  send(by: Caller, email: string): Eventually<Outcome>
  accept(by: Caller, handle: string): Eventually<Outcome>
  reject(by: Caller, handle: string): Eventually<Outcome>
  deleteInvitation(by: Caller, handle: string): Eventually<Outcome>
  deletePartner(by: Caller, accountId: string): Eventually<Outcome>
  views(accountId: string): Eventually<AccountView>
}

/** `live` is false for a user of a former partner, true for all others, one's own users included. */
export interface ContactView {
  handle: string
  kind: 'user' | 'member'
  accountId: string
  email: string
  name: string
  profile: Profile
  live: boolean
}

/** One e-mail to one reader; one that goes to several administrators counts once for each. `to` is an address. */
export interface Mail {
  kind: 'invitation-sent' | 'invitation-rejected' | 'invitation-accepted'
  to: string
}

export type NewUser = Pick<User, 'email' | 'name' | 'profile'>

/**
 * A system whose contacts and e-mails are looked at when no event is under way: `contacts` and `mails` let everything
 * be delivered first. Between two commands more than five seconds pass on the system's clock; within that time of an
 * end, C2 leaves both answers right.
 */
export interface SystemAtRest extends System {
  addUser(by: Caller, user: NewUser): Eventually<Outcome>
  changeUser(by: Caller, userId: string, change: Partial<NewUser>): Eventually<Outcome>
  removeUser(by: Caller, userId: string): Eventually<Outcome>
  removeContact(by: Caller, handle: string): Eventually<Outcome>
  contacts(accountId: string): Eventually<ContactView[]>
  /** Every e-mail since the system was made, in any order. */
  mails(): Eventually<Mail[]>
}
