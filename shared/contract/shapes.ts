import type { Side, Status, Wish } from '../domain/invitation.ts'
import type { RefusalCode } from '../domain/refusals.ts'
import type { Profile } from '../domain/users.ts'

/** The answers' bodies. Times are RFC 3339 in UTC, ids are opaque. */

export type User = {
  id: string
  email: string
  name: string
  profile: Profile
  locale: string
  createdAt: string
}

export type Me = { user: User; account: { id: string; name: string }; administrator: boolean }

export type Invitation = {
  id: string
  direction: 'sent' | 'received'
  status: Status
  email: string
  sender: { accountId: string; accountName: string; userName: string }
  /** Null to the sender until the invitation has been accepted once. */
  recipient: { accountId: string; accountName: string } | null
  createdAt: string
  updatedAt: string
  /** Null where the caller may do it now, otherwise the code that it would be refused with. */
  actions: Partial<Record<Wish, RefusalCode | null>>
}

export type Partner = { accountId: string; accountName: string; initiatedBy: 'us' | 'them'; since: string }

export type Contact = {
  id: string
  kind: 'user' | 'member'
  name: string
  email: string
  profile: Profile
  accountId: string
  accountName: string
  /** False: left behind by a former partner. */
  live: boolean
}

export type Page<Item> = { items: Item[]; next: string | null }

export const directionOf: Record<Side, Invitation['direction']> = { sender: 'sent', recipient: 'received' }
