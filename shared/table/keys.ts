import { createHash } from 'node:crypto'
import { parse as uuidBytes, stringify as uuidText } from 'uuid'
import type {
  AccountItem,
  ContactItem,
  CopyItem,
  EmailItem,
  EventItem,
  InvitationItem,
  MailItem,
  PairItem,
  PartnershipItem,
  QuotaItem,
  UserItem,
} from './items.ts'

/** Where an item is; the type says what is there. */
export type Key<Item> = { pk: string; sk: string; readonly item?: Item }

/**
 * Parts of keys come from outside, so whatever could be taken for a separator is escaped. This also keeps keys
 * readable: most ids and addresses have nothing to escape but the `@`.
 */
const part = (text: string) => encodeURIComponent(text.toWellFormed())
const unpart = decodeURIComponent

const accountPartition = (accountId: string) => `ACCOUNT#${part(accountId)}`

export const keys = {
  account: (accountId: string): Key<AccountItem> => ({ pk: accountPartition(accountId), sk: 'ACCOUNT' }),
  user: (accountId: string, userId: string): Key<UserItem> => ({
    pk: accountPartition(accountId),
    sk: `USER#${part(userId)}`,
  }),
  email: (email: string): Key<EmailItem> => ({ pk: `EMAIL#${part(email)}`, sk: 'EMAIL' }),
  invitation: ({ sender, hash }: InvitationRef): Key<InvitationItem> => ({
    pk: accountPartition(sender),
    sk: `INVITATION#${hash}`,
  }),
  pair: (one: string, other: string): Key<PairItem> => {
    const [low, high] = [part(one), part(other)].sort()
    return { pk: `PAIR#${low}#${high}`, sk: 'PAIR' }
  },
  partnership: (accountId: string, partnerId: string): Key<PartnershipItem> => ({
    pk: accountPartition(accountId),
    sk: `PARTNER#${part(partnerId)}`,
  }),
  contact: (owner: string, accountId: string, userId: string): Key<ContactItem> => ({
    pk: accountPartition(owner),
    sk: `CONTACT#${part(accountId)}#${part(userId)}`,
  }),
  event: (accountId: string, id: string): Key<EventItem> => ({ pk: `LOG#${part(accountId)}`, sk: id }),
  mail: (eventId: string, { accountId, userId }: UserRef): Key<MailItem> => ({
    pk: `MAIL#${part(eventId)}`,
    sk: `TO#${part(accountId)}#${part(userId)}`,
  }),
  /** The rest of a copy of a partnership's users, or of one version of a user to its account's partners. */
  restOfUsers: (owner: string, source: string, epoch: number, after: string): Key<CopyItem> => ({
    pk: `COPY#${part(owner)}#${part(source)}#${epoch}`,
    sk: after,
  }),
  restOfPartners: ({ accountId, userId }: UserRef, version: number, after: string): Key<CopyItem> => ({
    pk: `COPY#USER#${part(accountId)}#${part(userId)}#${version}`,
    sk: after,
  }),
  quota: (accountId: string, day: string): Key<QuotaItem> => ({
    pk: `QUOTA#${part(accountId)}#${day}`,
    sk: 'QUOTA',
  }),
}

type UserRef = { accountId: string; userId: string }

/** The sort keys of a partition that begin alike: an account's users, its partnerships. */
export const prefixes = { users: 'USER#', partnerships: 'PARTNER#' } as const

/** The lists that items stand in: the values of the index attributes. */
export const lists = {
  contacts: (owner: string) => `CONTACTS#${part(owner)}`,
  contactsOfKind: (owner: string, kind: 'user' | 'member') => `CONTACTS#${part(owner)}#${kind}`,
  contactsFrom: (owner: string, accountId: string) => `CONTACTS#${part(owner)}#from#${part(accountId)}`,
  partners: (accountId: string) => `PARTNERS#${part(accountId)}`,
  invitations: (direction: 'sent' | 'received', accountId: string) =>
    `${direction.toUpperCase()}#${part(accountId)}`,
  invitationsOfStatus: (direction: 'sent' | 'received', accountId: string, status: string) =>
    `${direction.toUpperCase()}#${part(accountId)}#${status}`,
}

/** Index sort keys have at most 1,024 bytes; two account and user ids come after the name. */
const maxNameBytes = 400

/**
 * The place of a contact in lists by name. The separator, a tab, sorts before everything that a name may hold, so
 * that "Ann" comes before "Ann-Marie" whatever the ids are.
 */
export function contactPosition(foldedName: string, accountId: string, userId: string): string {
  let name = foldedName
  while (Buffer.byteLength(name) > maxNameBytes) name = [...name].slice(0, -16).join('')
  return [name, part(accountId), part(userId)].join('\t')
}

/** What the key of an invitation is made of. */
export type InvitationRef = { sender: string; hash: string }

/** One invitation per sender, recipient and address: the rule that "can't be sent again" is the key. */
export const invitationHash = (recipient: string, email: string): string =>
  createHash('sha256')
    .update(`${part(recipient)}#${part(email)}`)
    .digest('hex')
    .slice(0, 32)

const lifeBytes = 16
const hashBytes = 16

/** The public id of one life of an invitation. It carries the key, so that a command needs no read to find it. */
export const invitationId = ({ sender, hash, life }: InvitationRef & { life: string }): string =>
  Buffer.concat([uuidBytes(life), Buffer.from(hash, 'hex'), Buffer.from(sender)]).toString('base64url')

/** The key and life in a public id; undefined for what is no such id. */
export function parseInvitationId(id: string): (InvitationRef & { life: string }) | undefined {
  const bytes = Buffer.from(id, 'base64url')
  if (bytes.length <= lifeBytes + hashBytes) return undefined
  try {
    const ref = {
      life: uuidText(bytes.subarray(0, lifeBytes)),
      hash: bytes.subarray(lifeBytes, lifeBytes + hashBytes).toString('hex'),
      sender: bytes.subarray(lifeBytes + hashBytes).toString(),
    }
    // Base64 and UTF-8 are read leniently; only the one spelling that is given out is an id.
    return invitationId(ref) === id ? ref : undefined
  } catch {
    return undefined
  }
}

/** What a pair's list keeps of an invitation that stands between the two. */
export const standingRef = ({ sender, hash }: InvitationRef): string => `${part(sender)}#${hash}`

export function parseStandingRef(ref: string): InvitationRef {
  const [sender = '', hash = ''] = ref.split('#')
  return { sender: unpart(sender), hash }
}

/** The public id of a contact, unique for its owner. */
export const contactId = (accountId: string, userId: string): string =>
  Buffer.from(`${part(accountId)}#${part(userId)}`).toString('base64url')
