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
} from '../../shared/answers/views.ts'
import type {
  ActiveUser,
  ContactItem,
  EventItem,
  InvitationItem,
  PartnershipItem,
  ShareItem,
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

const invitation: InvitationItem = {
  type: 'invitation',
  state: 'pending',
  sendingId: uuid,
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
const viewer: { user: ActiveUser; now: string } = { user: ada, now: later }
const received: typeof viewer = { user: { ...ada, accountId: 'globex', profile: 'manager' }, now: later }

const asSent = {
  id: invitationId(invitation),
  direction: 'sent',
  status: 'pending',
  email: 'bo@bücher.example',
  sender: { ...acme, userName: 'Ada' },
  recipient: null,
  createdAt: at,
  updatedAt: later,
  actions: { delete: null },
}
const refused = 'not-an-administrator'
const asReceived = {
  ...asSent,
  direction: 'received',
  recipient: globex,
  actions: { accept: refused, reject: refused, delete: refused },
}

it.each<[InvitationItem['state'], string, typeof viewer, object, names: string | undefined]>([
  ['pending', 'sender', viewer, asSent, undefined],
  ['pending', 'recipient', received, asReceived, 'acme'],
  ['dismissed-request', 'sender', viewer, { ...asSent, status: 'rejected' }, undefined],
  ['dismissed-partnership', 'sender', viewer, { ...asSent, status: 'rejected', recipient: globex }, 'globex'],
  ['rejected', 'recipient', received, { ...asReceived, status: 'rejected' }, 'acme'],
])('shows an invitation that is %s to its %s', (state, _, who, expected, names) => {
  expect(invitationView({ ...invitation, state }, accounts, who)).toEqual(expected)
  expect(otherAccount(who.user.accountId, { ...invitation, state })).toBe(names)
})

it('shows an invitation as it was sent, whatever has become of it', () => {
  const shown = invitationAsSent({ ...invitation, state: 'rejected' }, accounts, viewer)
  expect(shown).toEqual({ ...asSent, updatedAt: at })
})
