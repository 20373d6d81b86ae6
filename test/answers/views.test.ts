import { expect, it } from 'vitest'
import {
  accountView,
  byId,
  contactView,
  directoryUserView,
  eventView,
  invitationAsSent,
  invitationView,
  otherAccount,
  otherEnd,
  partnerView,
  removedUserView,
  shareView,
  userView,
  type Viewer,
} from '../../shared/answers/views.ts'
import type {
  ActiveUser,
  ContactItem,
  EventItem,
  InvitationItem,
  PartnershipItem,
  ShareItem,
  UserItem,
} from '../../shared/table/items.ts'
import { contactId, invitationId, shareId } from '../../shared/table/keys.ts'

const at = '2026-11-23T09:00:00.000Z'
const later = '2026-11-24T09:00:00.000Z'
const uuid = '0198c0de-5a1e-7c3f-9d42-1f6b8a3e7c55'
const hash = '0123456789abcdef0123456789abcdef'
const accounts = byId({ type: 'account', accountId: 'acme', name: 'Acme' }, undefined, {
  type: 'account',
  accountId: 'globex',
  name: 'Globex',
})
const acme = { accountId: 'acme', accountName: 'Acme' }
const globex = { accountId: 'globex', accountName: 'Globex' }

const ada: ActiveUser = {
  type: 'user',
  accountId: 'acme',
  userId: 'ada',
  email: 'ada@xn--bcher-kva.example',
  emailConfirmed: true,
  name: 'Ada',
  profile: 'administrator',
  locale: 'en',
  version: 3,
  changedAt: later,
  createdAt: at,
}
const shownAda = {
  id: 'ada',
  email: 'ada@bücher.example',
  emailConfirmed: true,
  pendingEmail: null,
  name: 'Ada',
  profile: 'administrator',
  locale: 'en',
  createdAt: at,
}
const contact = {
  type: 'contact',
  owner: 'acme',
  accountId: 'globex',
  userId: 'bo',
  epoch: 1,
  version: 1,
  email: 'bo@xn--bcher-kva.example',
  emailConfirmed: false,
  name: 'Bo',
  profile: 'manager',
} satisfies ContactItem
const shownContact = {
  id: contactId(contact),
  kind: 'member',
  name: 'Bo',
  email: 'bo@bücher.example',
  profile: 'manager',
  ...globex,
  emailConfirmed: false,
}
const partnership = { accountId: 'acme', partnerId: 'globex', sender: 'acme', since: at } as PartnershipItem
const share: ShareItem = {
  type: 'share',
  owner: 'acme',
  hash,
  accountId: 'acme',
  partnerId: 'globex',
  sharingId: uuid,
  kind: 'file',
  objectId: 'o',
  title: 'Title',
  sharedByName: 'Ada',
  createdAt: at,
}
const shownShare = {
  id: shareId(share),
  kind: 'file',
  objectId: 'o',
  title: 'Title',
  url: null,
  sharedBy: 'Ada',
  createdAt: at,
}
const event: EventItem = { type: 'event', id: uuid, accountId: 'acme', event: 'partner-ended', at }
const shownEvent = {
  id: uuid,
  type: 'partner-ended',
  at,
  by: null,
  invitationId: null,
  email: null,
  partner: null,
}

it.each<[string, object, object]>([
  ['a user', userView(ada), shownAda],
  [
    'a user with a pending address',
    userView({ ...ada, pendingEmail: 'a@xn--bcher-kva.example' }),
    { ...shownAda, pendingEmail: 'a@bücher.example' },
  ],
  ['a user to the host', directoryUserView(ada), { ...shownAda, accountId: 'acme', version: 0 }],
  [
    'a user that the host has put',
    directoryUserView({ ...ada, hostVersion: 7 }),
    { ...shownAda, accountId: 'acme', version: 7 },
  ],
  [
    'a removed user',
    removedUserView({
      type: 'user',
      accountId: 'acme',
      userId: 'ada',
      version: 4,
      changedAt: at,
      removed: true,
    }),
    { id: 'ada', accountId: 'acme', removed: true, version: 0 },
  ],
  [
    'an account',
    accountView({ type: 'account', accountId: 'acme', name: 'Acme' }),
    { id: 'acme', name: 'Acme', version: 0 },
  ],
  [
    'a partner that was invited',
    partnerView(partnership, accounts),
    { ...globex, initiatedBy: 'us', since: at },
  ],
  [
    'a partner that invited, whose account is gone',
    partnerView({ ...partnership, partnerId: 'initech', sender: 'initech' }, accounts),
    { accountId: 'initech', accountName: 'initech', initiatedBy: 'them', since: at },
  ],
  ['a contact', contactView(contact, accounts, partnership), { ...shownContact, live: true }],
  [
    'a contact of a former partner',
    contactView(contact, accounts, { ...partnership, endedAt: later }),
    { ...shownContact, live: false },
  ],
  [
    'a contact without a record of the partnership',
    contactView(contact, accounts, undefined),
    { ...shownContact, live: false },
  ],
  [
    'a user of the account among its contacts',
    contactView(ada, accounts, undefined),
    {
      ...acme,
      id: contactId(ada),
      kind: 'user',
      name: 'Ada',
      email: 'ada@bücher.example',
      profile: 'administrator',
      live: true,
      emailConfirmed: true,
    },
  ],
  [
    'a share to its account',
    shareView(share, accounts),
    { ...shownShare, direction: 'outgoing', partnerAccountId: 'globex', partnerAccountName: 'Globex' },
  ],
  [
    'a share to its partner',
    shareView({ ...share, owner: 'globex', url: 'https://o' }, accounts),
    {
      ...shownShare,
      direction: 'incoming',
      partnerAccountId: 'acme',
      partnerAccountName: 'Acme',
      url: 'https://o',
    },
  ],
  ['an event', eventView(event, accounts), shownEvent],
  [
    'an event by a user of the account',
    eventView(
      {
        ...event,
        by: { accountId: 'acme', userId: 'ada', userName: 'Ada' },
        invitationId: 'i',
        email: 'bo@xn--bcher-kva.example',
        partner: 'globex',
      },
      accounts,
    ),
    {
      ...shownEvent,
      by: { ...acme, userName: 'Ada' },
      invitationId: 'i',
      email: 'bo@bücher.example',
      partner: globex,
    },
  ],
  [
    'an event by another account',
    eventView({ ...event, by: { accountId: 'globex' } }, accounts),
    { ...shownEvent, by: { ...globex, userName: null } },
  ],
])('shows %s', (_, view, expected) => {
  expect(view).toEqual(expected)
})

it('names the account at the other end of a share', () => {
  expect([otherEnd(share), otherEnd({ ...share, owner: 'globex' })]).toEqual(['globex', 'acme'])
})

/** Of sendings that were made at the times `at` and 31 days before. */
const fresh = '01a207a2-3280-7000-8000-000000000000'
const old = '01a167fd-0e80-7000-8000-000000000000'
const invitation: InvitationItem = {
  type: 'invitation',
  state: 'pending',
  sendingId: fresh,
  hash,
  sender: 'acme',
  recipient: 'globex',
  email: 'bo@xn--bcher-kva.example',
  invitedUser: 'bo',
  sentBy: 'ada',
  sentByName: 'Ada',
  createdAt: at,
  updatedAt: later,
}
const viewer: Viewer = { user: ada, now: later, invitationDays: 30 }
const received: Viewer = { ...viewer, user: { ...ada, accountId: 'globex', profile: 'manager' } }

const expiresAt = '2026-12-23T09:00:00.000Z'
const asSent = {
  id: invitationId(invitation),
  direction: 'sent',
  status: 'pending',
  email: 'bo@bücher.example',
  sender: { ...acme, userName: 'Ada', userEmail: 'ada@bücher.example' },
  recipient: null,
  createdAt: at,
  updatedAt: later,
  expiresAt,
  actions: { delete: null, resend: null },
}
const rejectedAsSent = {
  ...asSent,
  status: 'rejected',
  expiresAt: null,
  actions: { delete: null, resend: 'invitation-rejected' },
}
const refused = 'not-an-administrator'
const asReceived = {
  ...asSent,
  direction: 'received',
  recipient: globex,
  actions: { accept: refused, reject: refused, delete: refused },
}
const endedByPartner = { ...rejectedAsSent, recipient: globex, actions: { delete: null, resend: null } }
const expired = { ...invitation, sendingId: old }
const asExpired = {
  ...asSent,
  id: invitationId(expired),
  status: 'expired',
  expiresAt: '2026-11-22T09:00:00.000Z',
}

it.each<[string, InvitationItem, Viewer, object, names: string | undefined]>([
  ['pending invitation to its sender', invitation, viewer, asSent, undefined],
  ['pending invitation to its recipient', invitation, received, asReceived, 'acme'],
  [
    'request that the recipient deleted to its sender',
    { ...invitation, state: 'dismissed-request' },
    viewer,
    rejectedAsSent,
    undefined,
  ],
  [
    'former partnership to its sender',
    { ...invitation, state: 'dismissed-partnership' },
    viewer,
    endedByPartner,
    'globex',
  ],
  [
    'rejected invitation to its recipient',
    { ...invitation, state: 'rejected' },
    received,
    { ...asReceived, status: 'rejected', expiresAt: null },
    'acme',
  ],
  ['expired invitation to its sender', expired, viewer, asExpired, undefined],
])('shows a %s', (_, stored, who, expected, names) => {
  expect(invitationView(stored, { accounts, inviter: ada }, who)).toEqual(expected)
  expect(otherAccount(stored, { ...who, accountId: who.user.accountId })).toBe(names)
})

it('shows an invitation as it was sent, whatever has become of it', () => {
  const names = { accounts, inviter: ada }
  const shown = { ...asSent, updatedAt: at }
  expect(invitationAsSent({ ...invitation, state: 'rejected' }, names, viewer)).toEqual(shown)
  const muchLater = { ...viewer, now: '2027-01-01T00:00:00.000Z' }
  expect(invitationAsSent(invitation, names, muchLater)).toEqual(shown)
})

it.each<[string, UserItem | undefined]>([
  ['is not confirmed', { ...ada, emailConfirmed: false }],
  [
    'is of a user who is gone',
    { type: 'user', accountId: 'acme', userId: 'ada', version: 2, changedAt: later, removed: true },
  ],
  ['is of a user who never was', undefined],
])('does not show the address of the sender if it %s', (_, inviter) => {
  expect(invitationView(invitation, { accounts, inviter }, viewer).sender.userEmail).toBeNull()
})
