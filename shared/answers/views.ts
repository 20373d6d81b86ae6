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
import { actionsFor, type Side, shown, sideOf } from '../domain/invitation.ts'
import { isAdministrator } from '../domain/users.ts'
import type {
  AccountItem,
  ActiveUser,
  ContactItem,
  EventItem,
  InvitationItem,
  PartnershipItem,
  RemovedUser,
  ShareItem,
} from '../table/items.ts'
import { contactId, invitationId, shareId } from '../table/keys.ts'

/** Accounts by id, as read for an answer. */
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

/** The account whose name an account needs beside its own to be shown an invitation; undefined if it may not know it. */
export function otherAccount(accountId: string, invitation: InvitationItem): string | undefined {
  if (sideOf(accountId, invitation) === 'recipient') return invitation.sender
  return shown[invitation.state].senderKnowsRecipient ? invitation.recipient : undefined
}

const directionOf: Record<Side, Invitation['direction']> = { sender: 'sent', recipient: 'received' }

/** An invitation as the user's account sees it; the account must be one of its sides. */
export function invitationView(user: ActiveUser, invitation: InvitationItem, accounts: Accounts): Invitation {
  const side = invitation.sender === user.accountId ? 'sender' : 'recipient'
  const knowsRecipient = side === 'recipient' || shown[invitation.state].senderKnowsRecipient
  return {
    id: invitationId(invitation),
    direction: directionOf[side],
    status: shown[invitation.state][side] ?? 'rejected',
    email: shownEmail(invitation.email),
    sender: { ...named(accounts, invitation.sender), userName: invitation.sentByName },
    recipient: knowsRecipient ? named(accounts, invitation.recipient) : null,
    createdAt: invitation.createdAt,
    updatedAt: invitation.updatedAt,
    actions: actionsFor(user.accountId, invitation, isAdministrator(user.profile)),
  }
}

/** The answer to sending an invitation, whatever has become of it since. */
export const invitationAsSent = (
  user: ActiveUser,
  invitation: InvitationItem,
  accounts: Accounts,
): Invitation =>
  invitationView(user, { ...invitation, state: 'pending', updatedAt: invitation.createdAt }, accounts)

/** A partner of an account, by what either side's record or the accepted invitation tells of the partnership. */
export const partnerView = (
  partnership: { accountId: string; partnerId: string; sender: string; since: string },
  accounts: Accounts,
): Partner => ({
  ...named(accounts, partnership.partnerId),
  initiatedBy: partnership.sender === partnership.accountId ? 'us' : 'them',
  since: partnership.since,
})

/** An account's own user, or a copy of a partner's, among its contacts; live while the partnership is. */
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

/** A share as the account whose item it is sees it. */
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

/** An entry of an account's log; what it may not know was never written into it. */
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

/** An account as the directory answers it; one that the host has put has its version. */
export const accountView = ({ accountId, name, hostVersion = 0 }: AccountItem): Account => ({
  id: accountId,
  name,
  version: hostVersion,
})

/** A removed user as the directory answers it: which version is there. */
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

/** A user as the directory answers it, with the host's version. */
export const directoryUserView = (user: ActiveUser): DirectoryUser => ({
  ...userView(user),
  accountId: user.accountId,
  version: user.hostVersion ?? 0,
})
