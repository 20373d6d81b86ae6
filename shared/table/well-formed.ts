import { states } from '../domain/invitation.ts'
import { profiles } from '../domain/profiles.ts'
import { shareKinds } from '../domain/shares.ts'
import type * as items from './items.ts'
import type { ItemType } from './items.ts'
import { keys, unpart } from './keys.ts'
import { noteMalformed } from './malformed.ts'
import { partitions } from './schema.ts'

type Check = (value: unknown) => boolean
type Unchecked = Record<string, unknown>
/** A check for each attribute of an item. A missing check is a type error. */
type Attributes<Item> = { [Name in keyof Omit<Item, 'type'>]-?: Check }
type Place = { pk: string; sk: string }

const text: Check = (value) => typeof value === 'string'
const number: Check = (value) => Number.isSafeInteger(value)
const flag: Check = (value) => typeof value === 'boolean'
const textSet: Check = (value) => value instanceof Set && [...value].every(text)
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
/** These two are parts of public ids. */
const uuid = form(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
const hash = form(/^[0-9a-f]{32}$/)
const record =
  (attributes: Record<string, Check>): Check =>
  (value) => {
    if (typeof value !== 'object' || value === null) return false
    for (const name in attributes) if (!attributes[name]?.((value as Unchecked)[name])) return false
    return true
  }
/** The same check for each of these attributes. */
const all =
  (check: Check) =>
  <Name extends string>(...names: Name[]) =>
    Object.fromEntries(names.map((name) => [name, check])) as Record<Name, Check>
const texts = all(text)
const optionalTexts = all(optional(text))
const numbers = all(number)

const made = optionalTexts('request', 'bodyDigest')
const listed = {
  ...made,
  ...optionalTexts('position', 'list', 'listOfKind', 'listOfSide', 'listOfSideAndKind'),
}
const hosted = { hostVersion: optional(number), hostDigest: optional(text) }
const ofUser = {
  ...hosted,
  ...texts('accountId', 'userId', 'changedAt'),
  version: number,
  hostVersionOnly: optional(oneOf(true)),
}

const account: Attributes<items.AccountItem> = {
  ...hosted,
  ...texts('accountId', 'name'),
  salt: optional(text),
  administrators: optional(textSet),
}
const activeUser: Attributes<items.ActiveUser> = {
  ...listed,
  ...ofUser,
  ...texts('email', 'name', 'locale', 'createdAt'),
  emailConfirmed: optional(flag),
  pendingEmail: optional(text),
  named: optional(oneOf(true)),
  profile: oneOf(...profiles),
  removed: absent,
}
/** A removed user has no position: in a list, it would be shown as a user. */
const removedUser: Attributes<items.RemovedUser> & { position: Check } = {
  ...ofUser,
  removed: oneOf(true),
  position: absent,
}
const user: Check = (value) =>
  record((value as Partial<items.RemovedUser> | undefined)?.removed ? removedUser : activeUser)(value)
const userRefs: Check = (value) => Array.isArray(value) && value.every(record(texts('accountId', 'userId')))
const email: Attributes<items.EmailItem> = {
  ...texts('email', 'accountId', 'userId'),
  named: optional(userRefs),
}
const address: Attributes<items.AddressItem> = {
  ...made,
  ...optionalTexts('madeFor', 'createdAt'),
  users: optional(textSet),
}
const confirmation: Attributes<items.ConfirmationItem> = {
  ...texts('accountId', 'userId', 'email', 'confirmationId', 'until'),
  digest: optional(text),
  expires: number,
}
const invitation: Attributes<items.InvitationItem> = {
  ...listed,
  ...texts('sender', 'recipient', 'email', 'invitedUser', 'sentBy', 'sentByName', 'createdAt', 'updatedAt'),
  state: oneOf(...states.filter((state) => state !== 'none' && state !== 'expired')),
  sendingId: uuid,
  hash,
}
const pair: Attributes<items.PairItem> = {
  partners: optional(oneOf(true)),
  epoch: optional(number),
  sentByFirst: optional(textSet),
  sentBySecond: optional(textSet),
}
const partnership: Attributes<items.PartnershipItem> = {
  ...listed,
  ...texts('accountId', 'partnerId', 'since', 'sender', 'email'),
  epoch: number,
  hash,
  sendingId: uuid,
  endedAt: optional(text),
  expires: optional(number),
}
const anyContact = {
  ...listed,
  ...texts('owner', 'accountId', 'userId'),
  ...numbers('epoch', 'version'),
}
const contact: Attributes<Extract<items.ContactItem, { name: string }>> = {
  ...anyContact,
  ...texts('email', 'name'),
  removed: absent,
  emailConfirmed: optional(flag),
  profile: oneOf(...profiles),
}
const removedContact: Attributes<Extract<items.ContactItem, { removed: true }>> = {
  ...anyContact,
  removed: oneOf(true),
  position: absent,
}
const event: Attributes<Omit<items.EventItem, keyof items.MailCause> & { email?: string }> = {
  ...texts('id', 'accountId', 'event', 'at'),
  ...optionalTexts('partner', 'invitationId', 'userId', 'email'),
  by: optional(record({ accountId: text, ...optionalTexts('userId', 'userName') })),
}
const mailCause: Attributes<items.MailCause> = {
  ...texts('mail', 'sender', 'sentBy', 'sentByName', 'recipient', 'invitedUser', 'email'),
}
const mail: Attributes<items.MailItem> = {
  ...optionalTexts('sentAt', 'messageId', 'countedOn', 'leftOutAt'),
  ...numbers('claimedUntil', 'expires'),
  claimedBy: text,
}
const share: Attributes<items.ShareItem> = {
  ...listed,
  ...texts('owner', 'accountId', 'partnerId', 'objectId', 'title', 'sharedByName', 'createdAt'),
  sharingId: uuid,
  hash,
  kind: oneOf(...shareKinds),
  url: optional(text),
  requests: optional((value) => Array.isArray(value)),
}
const quota: Attributes<items.QuotaItem> = numbers('count', 'expires')
const snapshot: Attributes<Exclude<items.CopyItem, { user: unknown }>> = {
  ...texts('owner', 'source', 'since', 'after'),
  ...numbers('expires', 'epoch'),
}
const tail: Attributes<Extract<items.CopyItem, { user: unknown }>> = {
  user,
  before: optional(user),
  after: text,
  expires: number,
}
const slice: Attributes<items.SliceItem> = {
  slice: number,
  day: text,
  after: optional(record(optionalTexts('partition', 'accountId'))),
  done: flag,
}

/** What each type must have, at least. An attribute that an earlier version did not write is optional. */
const attributes: Record<ItemType, Record<string, Check> | ((item: Unchecked) => Record<string, Check>)> = {
  account,
  user: ({ removed }) => (removed ? removedUser : activeUser),
  email,
  address,
  confirmation,
  invitation,
  pair,
  partnership,
  // A contact that can be shown but is wrong is for the comparison to find and repair.
  contact: ({ removed, position }) => {
    if (!removed) return contact
    return position === undefined ? removedContact : { ...contact, removed: oneOf(true) }
  },
  event: (item) => (item.mail === undefined ? event : { ...event, ...mailCause }),
  mail,
  share,
  quota,
  copy: (item) => ('user' in item ? tail : snapshot),
  slice,
}

const at =
  <Item extends Place>(keyOf: (item: Item) => Place) =>
  (item: Item): boolean => {
    const { pk, sk } = keyOf(item)
    return item.pk === pk && item.sk === sk
  }

/** Whether an item has the key that its attributes determine, as far as they do. */
const isInPlace: { [T in ItemType]: (item: Extract<items.Item, { type: T }> & Place) => boolean } = {
  account: at((item) => keys.account(item.accountId)),
  user: at((item) => keys.user(item.accountId, item.userId)),
  email: at((item) => keys.email(item.email)),
  address: ({ sk }) => sk.startsWith('ADDRESS#'),
  confirmation: at((item) => keys.confirmation(item.accountId, item.userId)),
  invitation: at((item) => keys.invitation(item)),
  pair: ({ sk }) => sk === 'PAIR',
  partnership: at((item) => keys.partnership(item.accountId, item.partnerId)),
  contact: ({ pk, sk }) => pk.startsWith(partitions.account) && isContactKey(sk),
  event: at((item) => keys.event(item.accountId, item.id)),
  mail: ({ pk }) => pk.startsWith(partitions.mail),
  share: at((item) =>
    item.owner === item.accountId ? keys.share(item.owner, item.hash) : keys.mirror(item.owner, item),
  ),
  quota: ({ pk }) => !pk.startsWith(partitions.account),
  copy: ({ pk }) => pk.startsWith(partitions.copy),
  slice: ({ pk }) => pk === partitions.slice,
}

/** The comparison of contacts uses the ids in the key, so they must be readable. */
function isContactKey(sk: string): boolean {
  const [type, ...ids] = sk.split('#')
  try {
    return type === 'CONTACT' && ids.length === 2 && ids.every((id) => unpart(id) !== '')
  } catch {
    return false
  }
}

function fits(type: ItemType, item: Unchecked & Place): boolean {
  const needed = attributes[type]
  return (
    record(typeof needed === 'function' ? needed(item) : needed)(item) &&
    (isInPlace[type] as (item: Place) => boolean)(item)
  )
}

/**
 * An item as it was stored, if it has the form of its type, and one of `types` if any are given. Notes the key of any
 * other item as malformed and returns undefined, as if the item did not exist.
 */
export function wellFormed<Item>(item: unknown, ...types: ItemType[]): Item | undefined {
  if (item === undefined) return undefined
  const { type, pk, sk } = item as Place & { type: ItemType }
  const known = Object.hasOwn(attributes, type) && (types.length === 0 || types.includes(type))
  if (known && text(pk) && text(sk) && fits(type, item as Unchecked & Place)) return item as Item
  noteMalformed({ pk, sk })
  return undefined
}

/** The well-formed ones of items as they were stored. */
export const allWellFormed = <Item>(items: unknown[], ...types: ItemType[]): Item[] =>
  items.flatMap((item) => wellFormed<Item>(item, ...types) ?? [])
