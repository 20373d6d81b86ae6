import type {
  Account,
  Contact,
  DirectoryUser,
  Event,
  Invitation,
  Partner,
  RemovedDirectoryUser,
  Share,
  User,
} from '../contract/shapes.ts'
import { shownEmail } from '../domain/addresses.ts'
import { livePartnership } from '../domain/contacts.ts'
import {
  actionsFor,
  expiryOf,
  type Side,
  seenFrom,
  shown,
  stateAt,
  type Validity,
} from '../domain/invitation.ts'
import { isAdministrator } from '../domain/profiles.ts'
import type {
  AccountItem,
  ActiveUser,
  ContactItem,
  EventItem,
  InvitationItem,
  PartnershipItem,
  RemovedUser,
  ShareItem,
  UserItem,
} from '../table/items.ts'
import { contactId, invitationId, shareId } from '../table/keys.ts'

/** The accounts that an answer names, by id. */
export type Accounts = Map<string, AccountItem>

export const byId = (...found: (AccountItem | undefined)[]): Accounts =>
  new Map(found.flatMap((account) => (account ? [[account.accountId, account]] : [])))

const named = (accounts: Accounts, accountId: string) => ({
  accountId,
  accountName: accounts.get(accountId)?.name ?? accountId,
})

export const userView = (user: ActiveUser): User => ({
  id: user.userId,
  email: shownEmail(user.email),
  emailConfirmed: user.emailConfirmed,
  pendingEmail: user.pendingEmail === undefined ? null : shownEmail(user.pendingEmail),
  name: user.name,
  profile: user.profile,
  locale: user.locale,
  createdAt: user.createdAt,
})

/** The other account of an invitation, whose name an answer shows; undefined if the account may not know it. */
export function otherAccount(
  invitation: InvitationItem,
  context: Validity & { accountId: string },
): string | undefined {
  if (seenFrom(invitation, context) === 'recipient') return invitation.sender
  return shown[invitation.state].senderKnowsRecipient ? invitation.recipient : undefined
}

const directionOf: Record<Side, Invitation['direction']> = { sender: 'sent', recipient: 'received' }

/** What an answer names of an invitation: accounts, and the user who sent it. */
type Named = { accounts: Accounts; inviter: UserItem | undefined }

/** The address of the user who sent an invitation: evidence of who invites. Null unless it is confirmed. */
const addressOf = (inviter: UserItem | undefined) =>
  inviter && !inviter.removed && inviter.emailConfirmed ? shownEmail(inviter.email) : null

/** The user who sees an invitation, and what decides whether it has expired. */
export type Viewer = Validity & { user: ActiveUser }

/** An invitation as the user's account sees it. The account must be its sender or recipient. */
export function invitationView(
  invitation: InvitationItem,
  { accounts, inviter }: Named,
  { user, ...validity }: Viewer,
): Invitation {
  const side = invitation.sender === user.accountId ? 'sender' : 'recipient'
  const state = stateAt(invitation, validity)
  const knowsRecipient = side === 'recipient' || shown[state].senderKnowsRecipient
  return {
    id: invitationId(invitation),
    direction: directionOf[side],
    status: shown[state][side] ?? 'rejected',
    email: shownEmail(invitation.email),
    sender: {
      ...named(accounts, invitation.sender),
      userName: invitation.sentByName,
      userEmail: addressOf(inviter),
    },
    recipient: knowsRecipient ? named(accounts, invitation.recipient) : null,
    createdAt: invitation.createdAt,
    updatedAt: invitation.updatedAt,
    expiresAt: invitation.state === 'pending' ? expiryOf(invitation.sendingId, validity) : null,
    actions: actionsFor(invitation, {
      accountId: user.accountId,
      administrator: isAdministrator(user.profile),
      ...validity,
    }),
  }
}

/** An invitation as it was sent, for repeated requests. */
export const invitationAsSent = (invitation: InvitationItem, names: Named, viewer: Viewer): Invitation =>
  invitationView({ ...invitation, state: 'pending', updatedAt: invitation.createdAt }, names, {
    ...viewer,
    now: invitation.createdAt,
  })

/** A partner of an account. */
export const partnerView = (
  partnership: { accountId: string; partnerId: string; sender: string; since: string },
  accounts: Accounts,
): Partner => ({
  ...named(accounts, partnership.partnerId),
  initiatedBy: partnership.sender === partnership.accountId ? 'us' : 'them',
  since: partnership.since,
})

/** A contact: a user of the account, or the copy of a partner's user, which is live while the partnership lasts. */
export function contactView(
  item: ActiveUser | Extract<ContactItem, { name: string }>,
  accounts: Accounts,
  partnership: PartnershipItem | undefined,
): Contact {
  const { accountId, userId, name, email, emailConfirmed, profile } = item
  return {
    id: contactId({ accountId, userId }),
    kind: item.type === 'user' ? 'user' : 'member',
    name,
    email: shownEmail(email),
    profile,
    ...named(accounts, accountId),
    live: item.type === 'user' || livePartnership(partnership) !== undefined,
    emailConfirmed,
  }
}

/** The account at the other end of a share. */
export const otherEnd = ({ owner, accountId, partnerId }: ShareItem): string =>
  owner === accountId ? partnerId : accountId

/** A share as the account of this item sees it. */
export function shareView(share: ShareItem, accounts: Accounts): Share {
  const partner = named(accounts, otherEnd(share))
  return {
    id: shareId(share),
    direction: share.owner === share.accountId ? 'outgoing' : 'incoming',
    partnerAccountId: partner.accountId,
    partnerAccountName: partner.accountName,
    kind: share.kind,
    objectId: share.objectId,
    title: share.title,
    url: share.url ?? null,
    sharedBy: share.sharedByName,
    createdAt: share.createdAt,
  }
}

/** An event of an account's log. The log holds only what the account may know. */
export function eventView(
  { id, event, at, by, invitationId, email, partner }: EventItem,
  accounts: Accounts,
): Event {
  return {
    id,
    type: event,
    at,
    by: by ? { ...named(accounts, by.accountId), userName: by.userName ?? null } : null,
    invitationId: invitationId ?? null,
    email: email === undefined ? null : shownEmail(email),
    partner: partner === undefined ? null : named(accounts, partner),
  }
}

/** An account with the host's version; 0 if the host has never put it. */
export const accountView = ({ accountId, name, hostVersion = 0 }: AccountItem): Account => ({
  id: accountId,
  name,
  version: hostVersion,
})

/** A removed user, with the host's version. */
export const removedUserView = ({
  userId,
  accountId,
  hostVersion = 0,
}: RemovedUser): RemovedDirectoryUser => ({
  id: userId,
  accountId,
  removed: true,
  version: hostVersion,
})

/** A user, with the host's version; 0 if the host has never put it. */
export const directoryUserView = (user: ActiveUser): DirectoryUser => ({
  ...userView(user),
  accountId: user.accountId,
  version: user.hostVersion ?? 0,
})
