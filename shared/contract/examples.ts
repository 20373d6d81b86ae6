import type * as shapes from './shapes.ts'

/** The examples of the documentation. */

export const exampleNext = 'OEpxM0JrV2xzUWZ0MDFiYi1jM2Y'

export const ada: shapes.User = {
  id: 'ada',
  email: 'ada@acme.example',
  emailConfirmed: true,
  pendingEmail: null,
  name: 'Ada Lind',
  profile: 'administrator',
  locale: 'en',
  createdAt: '2026-03-02T08:15:00.000Z',
}
export const may = {
  ...ada,
  id: '0198c0de-5a1e-7c3f-9d42-1f6b8a3e7c55',
  email: 'may@acme.example',
  name: 'May Dahl',
}
export const addedUser: shapes.User = { ...may, emailConfirmed: false, profile: 'manager', locale: 'sv' }

export const sent: shapes.Invitation = {
  id: 'AZrD3l5uevyN0kq3hXQbGm3b9W1fYWNtZQ',
  direction: 'sent',
  status: 'pending',
  email: 'bo@globex.example',
  sender: { accountId: 'acme', accountName: 'Acme', userName: 'Ada Lind', userEmail: 'ada@acme.example' },
  recipient: null,
  createdAt: '2026-11-23T09:00:00.000Z',
  updatedAt: '2026-11-23T09:00:00.000Z',
  expiresAt: '2026-12-23T09:00:00.000Z',
  actions: { delete: null, resend: null },
}
export const received: shapes.Invitation = {
  ...sent,
  direction: 'received',
  recipient: { accountId: 'globex', accountName: 'Globex' },
  actions: { accept: null, reject: null, delete: null },
}
export const rejected: shapes.Invitation = {
  ...received,
  status: 'rejected',
  updatedAt: '2026-11-23T10:30:00.000Z',
  expiresAt: null,
  actions: { accept: 'invitation-not-pending', reject: null, delete: null },
}

export const acme: shapes.Partner = {
  accountId: 'acme',
  accountName: 'Acme',
  initiatedBy: 'them',
  since: '2026-11-23T10:30:00.000Z',
}
export const globex: shapes.Partner = {
  ...acme,
  accountId: 'globex',
  accountName: 'Globex',
  initiatedBy: 'us',
}

export const bo: shapes.Contact = {
  id: 'Z2xvYmV4AGJv',
  kind: 'member',
  name: 'Bo Ek',
  email: 'bo@globex.example',
  profile: 'manager',
  accountId: 'globex',
  accountName: 'Globex',
  live: true,
  emailConfirmed: true,
}

export const spring: shapes.Share = {
  id: 'AZrD9Q2we4-SqPO9Xk0gYWNtZQ',
  direction: 'outgoing',
  partnerAccountId: 'globex',
  partnerAccountName: 'Globex',
  kind: 'proof',
  objectId: 'proof-4711',
  title: 'Spring catalogue',
  url: 'https://proofs.acme.example/4711',
  sharedBy: 'Ada Lind',
  createdAt: '2026-11-23T11:00:00.000Z',
}

export const happened: shapes.Event = {
  id: '0198c0f1-77aa-7e10-8c55-2b8d3f60a9e1',
  type: 'invitation-rejected',
  at: '2026-11-23T10:30:00.000Z',
  by: { accountId: 'globex', accountName: 'Globex', userName: null },
  invitationId: sent.id,
  email: 'bo@globex.example',
  partner: { accountId: 'globex', accountName: 'Globex' },
}
