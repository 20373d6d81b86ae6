import { createHash, createHmac, randomBytes } from 'node:crypto'
import { parse as uuidBytes, stringify as uuidText } from 'uuid'
import type { UserRef } from '../domain/context.ts'
import { isHostId } from '../domain/ids.ts'
import type * as items from './items.ts'
import { type IndexName, partitions } from './schema.ts'

/** The key of an item of this type. */
export type Key<Item> = { pk: string; sk: string; readonly item?: Item }

/**
 * Parts of keys come from outside, so everything that looks like a separator is escaped. Most ids and addresses have
 * nothing to escape but the `@`.
 */
const part = (text: string) => encodeURIComponent(text.toWellFormed())
/** Decodes a part of a key. */
export const unpart = decodeURIComponent

/** Replaces an address where the address itself must not be stored. */
const addressDigest = (email: string): string => createHash('sha256').update(email).digest('hex').slice(0, 32)

const accountPartition = (accountId: string) => `${partitions.account}${part(accountId)}`

export const keys = {
  account: (accountId: string): Key<items.AccountItem> => ({
    pk: accountPartition(accountId),
    sk: 'ACCOUNT',
  }),
  user: (accountId: string, userId: string): Key<items.UserItem> => ({
    pk: accountPartition(accountId),
    sk: `USER#${part(userId)}`,
  }),
  email: (email: string): Key<items.EmailItem> => ({ pk: `EMAIL#${part(email)}`, sk: 'EMAIL' }),
  /** An address within an account, under a digest: only users and claims hold the address itself. */
  address: (accountId: string, email: string): Key<items.AddressItem> => ({
    pk: accountPartition(accountId),
    sk: `ADDRESS#${addressDigest(email)}`,
  }),
  confirmation: (accountId: string, userId: string): Key<items.ConfirmationItem> => ({
    pk: accountPartition(accountId),
    sk: `CONFIRMATION#${part(userId)}`,
  }),
  invitation: ({ sender, hash }: InvitationRef): Key<items.InvitationItem> => ({
    pk: accountPartition(sender),
    sk: `INVITATION#${hash}`,
  }),
  pair: (one: string, other: string): Key<items.PairItem> => {
    const [first, second] = [part(one), part(other)].sort()
    return { pk: `PAIR#${first}#${second}`, sk: 'PAIR' }
  },
  partnership: (accountId: string, partnerId: string): Key<items.PartnershipItem> => ({
    pk: accountPartition(accountId),
    sk: `PARTNER#${part(partnerId)}`,
  }),
  contact: (owner: string, accountId: string, userId: string): Key<items.ContactItem> => ({
    pk: accountPartition(owner),
    sk: `CONTACT#${part(accountId)}#${part(userId)}`,
  }),
  share: (accountId: string, hash: string): Key<items.ShareItem> => ({
    pk: accountPartition(accountId),
    sk: `SHARE#${hash}`,
  }),
  /** The partner's item of a share. */
  mirror: (partnerId: string, { accountId, hash }: ShareRef): Key<items.ShareItem> => ({
    pk: accountPartition(partnerId),
    sk: `SHARED#${part(accountId)}#${hash}`,
  }),
  event: (accountId: string, id: string): Key<items.EventItem> => ({ pk: logPartition(accountId), sk: id }),
  mail: (eventId: string, { accountId, userId }: UserRef): Key<items.MailItem> => ({
    pk: `${partitions.mail}${part(eventId)}`,
    sk: `TO#${part(accountId)}#${part(userId)}`,
  }),
  /** The rest of a snapshot, which copies an account's users to a partner; `tail` is the rest of a copy of one user to all partners. */
  snapshot: (owner: string, source: string, epoch: number, after: string): Key<items.CopyItem> => ({
    pk: `${partitions.copy}${part(owner)}#${part(source)}#${epoch}`,
    sk: after,
  }),
  tail: ({ accountId, userId }: UserRef, version: number, after: string): Key<items.CopyItem> => ({
    pk: `${partitions.copy}USER#${part(accountId)}#${part(userId)}#${version}`,
    sk: after,
  }),
  quota: (accountId: string, day: string): Key<items.QuotaItem> => ({
    pk: `${partitions.quota}${part(accountId)}#${day}`,
    sk: 'QUOTA',
  }),
  addressQuota: (accountId: string, email: string, day: string): Key<items.QuotaItem> => ({
    pk: `${partitions.quota}${part(accountId)}#${day}`,
    sk: `ADDRESS#${addressDigest(email)}`,
  }),
  mailQuota: (email: string, day: string): Key<items.QuotaItem> => ({
    pk: `MAILS#${addressDigest(email)}#${day}`,
    sk: 'QUOTA',
  }),
  confirmationQuota: (accountId: string, email: string, day: string): Key<items.QuotaItem> => ({
    pk: `${partitions.quota}${part(accountId)}#${day}`,
    sk: `CONFIRMATION#${addressDigest(email)}`,
  }),
  slice: (): Key<items.SliceItem> => ({ pk: partitions.slice, sk: 'SLICE' }),
}

/** The partition of an account's log; its sort keys are the events' ids, in the order of time. */
export const logPartition = (accountId: string): string => `${partitions.log}${part(accountId)}`

/** The beginnings of the sort keys of an account's users and partnerships. */
export const prefixes = { users: 'USER#', partnerships: 'PARTNER#' } as const

/** A list of items: its index, its name there, and the types of its items. */
export type List = { index: IndexName; name: string; types: items.ItemType[] }

const contacts = (index: IndexName, ...parts: string[]): List => ({
  index,
  name: ['CONTACTS', ...parts].join('#'),
  types: ['user', 'contact'],
})

/** The index of a list, by whether it has only one side and only one kind or status. */
const indexOf = ({ side, kind }: { side: boolean; kind: boolean }): IndexName =>
  side ? (kind ? 'listOfSideAndKind' : 'listOfSide') : kind ? 'listOfKind' : 'list'

export const lists = {
  contacts: (owner: string) => contacts('list', part(owner)),
  contactsOfKind: (owner: string, kind: 'user' | 'member') => contacts('listOfKind', part(owner), kind),
  contactsFrom: (owner: string, accountId: string) =>
    contacts('listOfSide', part(owner), 'from', part(accountId)),
  partners: (accountId: string): List => ({
    index: 'list',
    name: `PARTNERS#${part(accountId)}`,
    types: ['partnership'],
  }),
  /** The invitations that an account has sent or received, in every status or in one. */
  invitations: (direction: 'sent' | 'received', accountId: string, status?: string): List => ({
    index: indexOf({ side: direction === 'received', kind: status !== undefined }),
    name: [direction.toUpperCase(), part(accountId), ...(status === undefined ? [] : [status])].join('#'),
    types: ['invitation'],
  }),
  shares: (
    owner: string,
    { direction, kind }: { direction?: 'outgoing' | 'incoming' | undefined; kind?: string | undefined } = {},
  ): List => ({
    index: indexOf({ side: direction !== undefined, kind: kind !== undefined }),
    name: ['SHARES', part(owner), direction ?? 'all', ...(kind === undefined ? [] : [kind])].join('#'),
    types: ['share'],
  }),
  /** The item that one request with an Idempotency-Key made: at most one, of any type. */
  request: (request: string): List => ({ index: 'request', name: request, types: [] }),
}

/** The attributes of an item that is in these lists. */
export const inLists = (...ofItem: List[]): items.Listed =>
  Object.fromEntries(ofItem.map(({ index, name }) => [index, name]))

/** The attributes of an item that is in no list any more. */
export const inNoList = {
  list: undefined,
  listOfKind: undefined,
  listOfSide: undefined,
  listOfSideAndKind: undefined,
} satisfies items.Listed

/** Index sort keys have at most 1,024 bytes, and two escaped ids of up to 384 bytes each come after the name. */
const maxNameBytes = 254

/**
 * The position of a contact in lists by name. The separator, a tab, sorts before everything that a name may hold, so
 * that "Ann" comes before "Ann-Marie" whatever the ids are.
 */
export function contactPosition(foldedName: string, accountId: string, userId: string): string {
  let name = foldedName
  while (Buffer.byteLength(name) > maxNameBytes) name = [...name].slice(0, -16).join('')
  return [name, part(accountId), part(userId)].join('\t')
}

/** The parts of an invitation's key. */
export type InvitationRef = { sender: string; hash: string }

/** A salt for an account that has none: 128 random bits. */
export const newSalt = (): string => randomBytes(16).toString('base64url')

/**
 * The key allows one invitation per sender, recipient and address. The sender gets the hash in the invitation's id.
 * Because of the salt, the sender can't find the recipient by trying account ids until the hash is the same.
 */
export const invitationHash = (salt: string, recipient: string, email: string): string =>
  createHmac('sha256', salt)
    .update(`${part(recipient)}#${part(email)}`)
    .digest('hex')
    .slice(0, 32)

/** The parts of a share's key: the account that shares, and a hash of partner and object. */
export type ShareRef = { accountId: string; hash: string }

/** The same object is shared with the same partner once. */
export const shareHash = (partnerId: string, kind: string, objectId: string): string =>
  createHash('sha256').update([partnerId, kind, objectId].map(part).join('#')).digest('hex').slice(0, 32)

const uuidLength = 16
const hashLength = 16

/** A public id contains the key, so that a command finds the item without a read, and the UUID of one sending or sharing. */
type PublicId = { accountId: string; hash: string; uuid: string }

const idOf = ({ accountId, hash, uuid }: PublicId): string =>
  Buffer.concat([uuidBytes(uuid), Buffer.from(hash, 'hex'), Buffer.from(accountId)]).toString('base64url')

function parseId(id: string): PublicId | undefined {
  const bytes = Buffer.from(id, 'base64url')
  if (bytes.length <= uuidLength + hashLength) return undefined
  try {
    const parsed = {
      uuid: uuidText(bytes.subarray(0, uuidLength)),
      hash: bytes.subarray(uuidLength, uuidLength + hashLength).toString('hex'),
      accountId: bytes.subarray(uuidLength + hashLength).toString(),
    }
    // Base64 and UTF-8 are decoded leniently. Only the spelling that this service gives is an id.
    return idOf(parsed) === id && isHostId(parsed.accountId) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** One sending of an invitation. */
type SendingRef = InvitationRef & { sendingId: string }

/** The public id of one sending of an invitation. */
export const invitationId = ({ sender, hash, sendingId }: SendingRef): string =>
  idOf({ accountId: sender, hash, uuid: sendingId })

/** The key and the sending id in a public id of an invitation. Undefined for any other text. */
export function parseInvitationId(id: string): SendingRef | undefined {
  const parsed = parseId(id)
  return parsed && { sender: parsed.accountId, hash: parsed.hash, sendingId: parsed.uuid }
}

/** One sharing of an object. */
type SharingRef = ShareRef & { sharingId: string }

/** The public id of a share, the same for both sides. */
export const shareId = ({ accountId, hash, sharingId }: SharingRef): string =>
  idOf({ accountId, hash, uuid: sharingId })

/** The key and the sharing id in a public id of a share. Undefined for any other text. */
export function parseShareId(id: string): SharingRef | undefined {
  const parsed = parseId(id)
  return parsed && { accountId: parsed.accountId, hash: parsed.hash, sharingId: parsed.uuid }
}

/** The attribute of a pair with the sender's invitations to the recipient. */
export const sentBy = (sender: string, recipient: string): 'sentByFirst' | 'sentBySecond' =>
  part(sender) < part(recipient) ? 'sentByFirst' : 'sentBySecond'

/** Random bytes in a confirmation token; 128 bits or more can't be guessed. */
const tokenBytes = 24

/** The token in a confirmation link: random bytes and the user's ids, so that one read finds the confirmation. */
export const newConfirmationToken = ({ accountId, userId }: UserRef): string =>
  Buffer.concat([randomBytes(tokenBytes), Buffer.from(`${part(accountId)}#${part(userId)}`)]).toString(
    'base64url',
  )

/** The user in a confirmation token. Undefined for any other text. */
export function parseConfirmationToken(token: string): UserRef | undefined {
  const bytes = Buffer.from(token, 'base64url')
  return parseUserRef(bytes.subarray(tokenBytes).toString())
}

/** The stored digest of a confirmation token. */
export const tokenDigest = (token: string): string => createHash('sha256').update(token).digest('hex')

/** Reads the ids of an account and a user from a text. */
function parseUserRef(text: string): UserRef | undefined {
  try {
    const [accountId = '', userId = '', ...more] = text.split('#').map(unpart)
    return more.length === 0 && isHostId(accountId) && isHostId(userId) ? { accountId, userId } : undefined
  } catch {
    return undefined
  }
}

/** The public id of a contact, unique for its owner. */
export const contactId = ({ accountId, userId }: UserRef): string =>
  Buffer.from(`${part(accountId)}#${part(userId)}`).toString('base64url')

/** The user in a public id of a contact. Undefined for any other text. */
export function parseContactId(id: string): UserRef | undefined {
  const ref = parseUserRef(Buffer.from(id, 'base64url').toString())
  return ref && contactId(ref) === id ? ref : undefined
}
