import { states } from '../domain/invitation.ts'
import { shareKinds } from '../domain/shares.ts'
import { profiles } from '../domain/users.ts'
import type { ItemType } from './item-types.ts'
import type {
  AccountItem,
  ActiveUser,
  AddressItem,
  ConfirmationItem,
  ContactItem,
  CopyItem,
  EmailItem,
  EventItem,
  InvitationItem,
  MailCause,
  MailItem,
  PairItem,
  PartnershipItem,
  QuotaItem,
  RemovedUser,
  ShareItem,
  SliceItem,
} from './items.ts'
import { keys, unpart } from './keys.ts'
import { noteMalformed } from './malformed.ts'
import { partitions } from './schema.ts'

/**
 * What each type of item must have for those who read it. An attribute that an earlier version did not write is optional
 * here, though items that are written now have it. Other attributes are not looked at.
 */

type Check = (value: unknown) => boolean
type Unchecked = Record<string, unknown>
/** A check of each attribute; a new one in items.ts has to have one. */
type Attributes<Item> = { [Name in keyof Omit<Item, 'type'>]-?: Check }
type Stored<Item> = Item & { pk: string; sk: string }

const text: Check = (value) => typeof value === 'string'
const number: Check = (value) => Number.isSafeInteger(value)
const flag: Check = (value) => typeof value === 'boolean'
const texts: Check = (value) => value instanceof Set && [...value].every(text)
const absent: Check = (value) => value === undefined
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value)
const oneOf =
  (...values: unknown[]): Check =>
  (value) =>
    values.includes(value)
const form =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value)
/** Both are parts of public ids. */
const uuid = form(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
const hash = form(/^[0-9a-f]{32}$/)
const record =
  (attributes: Record<string, Check>): Check =>
  (value) => {
    if (typeof value !== 'object' || value === null) return false
    for (const name in attributes) if (!attributes[name]?.((value as Unchecked)[name])) return false
    return true
  }

const made = { request: optional(text), bodyDigest: optional(text) }
const listed = {
  ...made,
  position: optional(text),
  list: optional(text),
  listOfKind: optional(text),
  listOfSide: optional(text),
  listOfSideAndKind: optional(text),
}
const hosted = {
  hostVersion: optional(number),
  hostDigest: optional(text),
  hostVersionOnly: optional(oneOf(true)),
}

const account: Attributes<AccountItem> = {
  accountId: text,
  name: text,
  salt: optional(text),
  administrators: optional(texts),
  hostVersion: optional(number),
  hostDigest: optional(text),
}
const activeUser: Attributes<ActiveUser> = {
  ...listed,
  ...hosted,
  accountId: text,
  userId: text,
  email: text,
  emailConfirmed: optional(flag),
  pendingEmail: optional(text),
  named: optional(oneOf(true)),
  name: text,
  profile: oneOf(...profiles),
  locale: text,
  version: number,
  changedAt: text,
  createdAt: text,
  removed: absent,
}
/** In a list, it would be shown as a user who is there. */
const removedUser: Attributes<RemovedUser> & { position: Check } = {
  ...hosted,
  accountId: text,
  userId: text,
  version: number,
  changedAt: text,
  removed: oneOf(true),
  position: absent,
}
const user: Check = (value) =>
  record((value as Partial<RemovedUser> | undefined)?.removed ? removedUser : activeUser)(value)
const userRefs: Check = (value) =>
  Array.isArray(value) && value.every(record({ accountId: text, userId: text }))
const email: Attributes<EmailItem> = {
  email: text,
  accountId: text,
  userId: text,
  named: optional(userRefs),
}
const address: Attributes<AddressItem> = {
  ...made,
  users: optional(texts),
  madeFor: optional(text),
  createdAt: optional(text),
}
const confirmation: Attributes<ConfirmationItem> = {
  accountId: text,
  userId: text,
  email: text,
  confirmationId: text,
  digest: optional(text),
  until: text,
  expires: number,
}
const invitation: Attributes<InvitationItem> = {
  ...listed,
  state: oneOf(...states.filter((state) => state !== 'none')),
  sendingId: uuid,
  hash,
  sender: text,
  recipient: text,
  email: text,
  invitedUser: text,
  sentBy: text,
  sentByName: text,
  createdAt: text,
  updatedAt: text,
}
const pair: Attributes<PairItem> = {
  partners: optional(oneOf(true)),
  epoch: optional(number),
  sentByFirst: optional(texts),
  sentBySecond: optional(texts),
}
const partnership: Attributes<PartnershipItem> = {
  ...listed,
  accountId: text,
  partnerId: text,
  epoch: number,
  since: text,
  sender: text,
  hash,
  sendingId: uuid,
  email: text,
  endedAt: optional(text),
  expires: optional(number),
}
const anyContact = { ...listed, owner: text, accountId: text, userId: text, epoch: number, version: number }
const contact: Attributes<Extract<ContactItem, { name: string }>> = {
  ...anyContact,
  removed: absent,
  email: text,
  emailConfirmed: optional(flag),
  name: text,
  profile: oneOf(...profiles),
}
const removedContact: Attributes<Extract<ContactItem, { removed: true }>> = {
  ...anyContact,
  removed: oneOf(true),
  position: absent,
}
const event: Attributes<Omit<EventItem, keyof MailCause> & { email?: string }> = {
  id: text,
  accountId: text,
  event: text,
  at: text,
  by: optional(record({ accountId: text, userId: optional(text), userName: optional(text) })),
  partner: optional(text),
  invitationId: optional(text),
  userId: optional(text),
  email: optional(text),
}
const mailCause: Attributes<MailCause> = {
  mail: text,
  sender: text,
  sentBy: text,
  sentByName: text,
  recipient: text,
  invitedUser: text,
  email: text,
}
const mail: Attributes<MailItem> = {
  claimedBy: text,
  claimedUntil: number,
  sentAt: optional(text),
  messageId: optional(text),
  countedOn: optional(text),
  leftOutAt: optional(text),
  expires: number,
}
const share: Attributes<ShareItem> = {
  ...listed,
  owner: text,
  accountId: text,
  partnerId: text,
  sharingId: uuid,
  hash,
  kind: oneOf(...shareKinds),
  objectId: text,
  title: text,
  url: optional(text),
  sharedByName: text,
  createdAt: text,
  requests: optional((value) => Array.isArray(value)),
}
const quota: Attributes<QuotaItem> = { count: number, expires: number }
const snapshot: Attributes<Exclude<CopyItem, { user: unknown }>> = {
  expires: number,
  owner: text,
  source: text,
  epoch: number,
  since: text,
  after: text,
}
const tail: Attributes<Extract<CopyItem, { user: unknown }>> = {
  expires: number,
  user,
  before: optional(user),
  after: text,
}
const slice: Attributes<SliceItem> = {
  slice: number,
  day: text,
  after: optional(record({ partition: optional(text), accountId: optional(text) })),
  done: flag,
}

/** Whether an item has all that its type needs, and stands where what it holds says. */
const fits: Record<ItemType, (item: Unchecked) => boolean> = {
  account: whole<AccountItem>(
    () => account,
    (item) => isAt(item, keys.account(item.accountId)),
  ),
  user: whole<ActiveUser | RemovedUser>(
    ({ removed }) => (removed ? removedUser : activeUser),
    (item) => isAt(item, keys.user(item.accountId, item.userId)),
  ),
  email: whole<EmailItem>(
    () => email,
    (item) => isAt(item, keys.email(item.email)),
  ),
  address: whole<AddressItem>(
    () => address,
    ({ sk }) => sk.startsWith('ADDRESS#'),
  ),
  confirmation: whole<ConfirmationItem>(
    () => confirmation,
    (item) => isAt(item, keys.confirmation(item.accountId, item.userId)),
  ),
  invitation: whole<InvitationItem>(
    () => invitation,
    (item) => isAt(item, keys.invitation(item)),
  ),
  pair: whole<PairItem>(
    () => pair,
    ({ sk }) => sk === 'PAIR',
  ),
  partnership: whole<PartnershipItem>(
    () => partnership,
    (item) => isAt(item, keys.partnership(item.accountId, item.partnerId)),
  ),
  // A contact that can be shown but is not what it should be is for the comparison to find and mend.
  contact: whole<ContactItem>(
    ({ removed, position }) => {
      if (!removed) return contact
      return position === undefined ? removedContact : { ...contact, removed: oneOf(true) }
    },
    ({ pk, sk }) => pk.startsWith(partitions.account) && isContactKey(sk),
  ),
  event: whole<EventItem>(
    (item) => (item.mail === undefined ? event : { ...event, ...mailCause }),
    (item) => isAt(item, keys.event(item.accountId, item.id)),
  ),
  mail: whole<MailItem>(
    () => mail,
    ({ pk }) => pk.startsWith(partitions.mail),
  ),
  share: whole<ShareItem>(
    () => share,
    (item) =>
      isAt(
        item,
        item.owner === item.accountId ? keys.share(item.owner, item.hash) : keys.mirror(item.owner, item),
      ),
  ),
  quota: whole<QuotaItem>(
    () => quota,
    ({ pk }) => !pk.startsWith(partitions.account),
  ),
  copy: whole<CopyItem>(
    (item) => ('user' in item ? tail : snapshot),
    ({ pk }) => pk.startsWith(partitions.copy),
  ),
  slice: whole<SliceItem>(
    () => slice,
    ({ pk }) => pk === partitions.slice,
  ),
}

function whole<Item>(
  attributesOf: (item: Partial<Item>) => Record<string, Check>,
  isInPlace: (item: Stored<Item>) => boolean,
) {
  return (item: Unchecked) =>
    record(attributesOf(item as Partial<Item>))(item) && isInPlace(item as Stored<Item>)
}

/** The key of a contact has to be readable whatever the item holds, since the comparison goes by it. */
function isContactKey(sk: string): boolean {
  const [type, ...ids] = sk.split('#')
  try {
    return type === 'CONTACT' && ids.length === 2 && ids.every((id) => unpart(id) !== '')
  } catch {
    return false
  }
}

const isAt = (item: { pk: string; sk: string }, { pk, sk }: { pk: string; sk: string }) =>
  item.pk === pk && item.sk === sk

/**
 * An item as it was stored, if it is what its type says, and of one of these types if any are given. Any other is noted
 * as malformed, and undefined: whoever reads it goes on as if it were not there.
 */
export function wellFormed<Item>(item: unknown, ...types: ItemType[]): Item | undefined {
  if (item === undefined) return undefined
  const { type, pk, sk } = item as Unchecked & { type: ItemType }
  const known = Object.hasOwn(fits, type) && (types.length === 0 || types.includes(type))
  if (known && text(pk) && text(sk) && fits[type](item as Unchecked)) return item as Item
  noteMalformed({ pk, sk })
  return undefined
}

/** Of items as they were stored, those that are well-formed. */
export const allWellFormed = <Item>(items: unknown[] | undefined, ...types: ItemType[]): Item[] =>
  (items ?? []).flatMap((item) => wellFormed<Item>(item, ...types) ?? [])
