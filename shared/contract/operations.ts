import type * as z from 'zod'
import type { RefusalCode } from '../domain/refusals.ts'
import * as requests from './requests.ts'
import type { RouteName } from './routes.ts'
import * as shapes from './shapes.ts'

/** What people and programs are told of a route, beside its method, path and access. */
export type Operation = {
  tag: (typeof tags)[number]['name']
  summary: string
  /** Plain text; code in backticks. */
  description: string
  /** What each of the path's parameters is. */
  parameters?: Record<string, string>
  /** Those that the host gives; any other is an id that this service gave. */
  path?: z.ZodObject
  query?: z.ZodObject
  body?: { schema: z.ZodObject; example: object }
  /** Takes the header Idempotency-Key. */
  idempotent?: true
  successes: Success[]
  /** Codes of its own, besides those that come with its access and its input. */
  problems: RefusalCode[]
}

/** What a route answers with when it has done what it was asked. */
export type Success = {
  status: 200 | 201 | 202 | 204 | 304
  description: string
  content: { mediaType: string; schema: z.ZodType; example: unknown }[]
  headers: ('Location' | 'Link' | 'ETag' | 'Cache-Control' | 'X-Unchanged')[]
}

export const tags = [
  { name: 'You', description: 'Who calls, as the directory has them.' },
  {
    name: 'Invitations',
    description:
      'How two accounts become partners: an administrator of one invites an e-mail address of the other, any administrator of the other answers.',
  },
  { name: 'Partners', description: 'The accounts that yours is partners with.' },
  { name: 'Contacts', description: 'Your own users and those of your partners, kept in step by itself.' },
  { name: 'Users', description: 'Your own account’s users.' },
  { name: 'Shares', description: 'The proofs, files and folders that partners let each other see.' },
  { name: 'Account log', description: 'What has happened to your account’s relationships, for good.' },
  {
    name: 'Directory',
    description:
      'For the back end of the host product, which owns the accounts and users: it says here what they are. Each change has a `version` of the host’s, a whole number that it raises. One that is not higher than what is there changes nothing and answers with what is there, so that calls may be repeated and overtake each other, removals included. One that is equal and says something else is refused: `version-reused`.',
  },
  { name: 'Description', description: 'The description of this interface.' },
] as const

function json<Schema extends z.ZodType>(
  status: 200 | 201,
  description: string,
  schema: Schema,
  example: z.infer<Schema>,
  ...headers: Success['headers']
): Success {
  return { status, description, content: [{ mediaType: 'application/json', schema, example }], headers }
}

/** What anyone may keep for a while, and then ask for again. */
const cacheable = (success: Success): Success[] => [{ ...success, headers: ['ETag', 'Cache-Control'] }]

const nothing = (description: string, status: 202 | 204 = 204): Success => ({
  status,
  description,
  content: [],
  headers: [],
})

const exampleNext = 'OEpxM0JrV2xzUWZ0MDFiYi1jM2Y'

const ada: shapes.User = {
  id: 'ada',
  email: 'ada@acme.example',
  emailConfirmed: true,
  pendingEmail: null,
  name: 'Ada Lind',
  profile: 'administrator',
  locale: 'en',
  createdAt: '2026-03-02T08:15:00.000Z',
}
const may = {
  ...ada,
  id: '0198c0de-5a1e-7c3f-9d42-1f6b8a3e7c55',
  email: 'may@acme.example',
  name: 'May Dahl',
}
const addedUser: shapes.User = { ...may, emailConfirmed: false, profile: 'manager', locale: 'sv' }

const sent: shapes.Invitation = {
  id: 'AZrD3l5uevyN0kq3hXQbGm3b9W1fYWNtZQ',
  direction: 'sent',
  status: 'pending',
  email: 'bo@globex.example',
  sender: { accountId: 'acme', accountName: 'Acme', userName: 'Ada Lind' },
  recipient: null,
  createdAt: '2026-11-23T09:00:00.000Z',
  updatedAt: '2026-11-23T09:00:00.000Z',
  actions: { delete: null },
}
const received: shapes.Invitation = {
  ...sent,
  direction: 'received',
  recipient: { accountId: 'globex', accountName: 'Globex' },
  actions: { accept: null, reject: null, delete: null },
}
const rejected: shapes.Invitation = {
  ...received,
  status: 'rejected',
  updatedAt: '2026-11-23T10:30:00.000Z',
  actions: { accept: 'invitation-not-pending', reject: null, delete: null },
}

const acme: shapes.Partner = {
  accountId: 'acme',
  accountName: 'Acme',
  initiatedBy: 'them',
  since: '2026-11-23T10:30:00.000Z',
}
const globex: shapes.Partner = { ...acme, accountId: 'globex', accountName: 'Globex', initiatedBy: 'us' }

const bo: shapes.Contact = {
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

const spring: shapes.Share = {
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

const happened: shapes.Event = {
  id: '0198c0f1-77aa-7e10-8c55-2b8d3f60a9e1',
  type: 'invitation-rejected',
  at: '2026-11-23T10:30:00.000Z',
  by: { accountId: 'globex', accountName: 'Globex', userName: null },
  invitationId: sent.id,
  email: 'bo@globex.example',
  partner: { accountId: 'globex', accountName: 'Globex' },
}

const invitationId = { id: 'The invitation’s `id`.' }
const partnerId = { accountId: 'The partner’s `accountId`.' }
const hostAccount = { accountId: 'The host’s own id of the account.' }
const hostUser = { ...hostAccount, userId: 'The host’s own id of the user.' }
const userId = { id: 'The user’s `id`.' }

export const operations: Record<RouteName, Operation> = {
  'get-me': {
    tag: 'You',
    summary: 'Who you are',
    description:
      'Your user and account, and whether you are an administrator: a user whose profile is `administrator` or `billing-administrator`. Only administrators change partner relationships and users; everyone may look.',
    successes: [
      json(200, 'You.', shapes.me, {
        user: ada,
        account: { id: 'acme', name: 'Acme' },
        administrator: true,
      }),
    ],
    problems: [],
  },
  'send-invitation': {
    tag: 'Invitations',
    summary: 'Invite an address',
    description:
      'Invites a user of another account to become partners; they get an e-mail. There is one invitation for each address. After a rejection, the invited account deletes it first, then you yours, and then the address can be invited again. An account may send a number of invitations each day (UTC); addresses that nobody has count too.',
    body: { schema: requests.sendInvitationBody, example: { email: 'bo@globex.example' } },
    idempotent: true,
    successes: [json(201, 'The invitation, as it was sent.', shapes.invitation, sent, 'Location')],
    problems: [
      'invalid-email',
      'quota-exceeded',
      'no-account-for-email',
      'own-account',
      'already-partners',
      'invitation-pending',
      'invitation-rejected',
      'too-many-invitations',
      'conflict',
    ],
  },
  'list-invitations': {
    tag: 'Invitations',
    summary: 'List invitations',
    description: 'Newest first. Accepted ones are listed as partners only.',
    query: requests.listInvitationsQuery,
    successes: [
      json(
        200,
        'A page of invitations.',
        shapes.invitationPage,
        { items: [received], next: exampleNext },
        'Link',
      ),
    ],
    problems: [],
  },
  'get-invitation': {
    tag: 'Invitations',
    summary: 'Read an invitation',
    description:
      'As your account sees it. `actions` says for each thing that your side can do with it whether you may do it now.',
    parameters: invitationId,
    successes: [json(200, 'The invitation.', shapes.invitation, received)],
    problems: ['not-found'],
  },
  'accept-invitation': {
    tag: 'Invitations',
    summary: 'Accept an invitation',
    description:
      'Any administrator of the invited account may, whoever was invited. The two accounts are partners then, and all other invitations between them are gone. To accept twice does no harm.',
    parameters: invitationId,
    successes: [json(200, 'The partner.', shapes.partner, acme)],
    problems: ['not-found', 'not-the-recipient', 'invitation-not-pending', 'conflict'],
  },
  'reject-invitation': {
    tag: 'Invitations',
    summary: 'Reject an invitation',
    description:
      'Any administrator of the invited account may. Both sides see it as rejected, and who sent it gets an e-mail. To reject twice does no harm.',
    parameters: invitationId,
    successes: [json(200, 'The invitation, rejected.', shapes.invitation, rejected)],
    problems: ['not-found', 'not-the-recipient', 'invitation-not-pending', 'conflict'],
  },
  'delete-invitation': {
    tag: 'Invitations',
    summary: 'Delete an invitation',
    description:
      'A sender takes back what is pending. An invited account ignores it: the sender sees it as rejected and gets no e-mail. A rejected one is deleted by the invited account first and by the sender then.',
    parameters: invitationId,
    successes: [nothing('Your side has it no longer.')],
    problems: ['not-found', 'recipient-must-delete-first', 'already-partners', 'conflict'],
  },
  'list-partners': {
    tag: 'Partners',
    summary: 'List partners',
    description: 'Newest first.',
    query: requests.pageQuery,
    successes: [
      json(200, 'A page of partners.', shapes.partnerPage, { items: [globex], next: null }, 'Link'),
    ],
    problems: [],
  },
  'get-partner': {
    tag: 'Partners',
    summary: 'Read a partner',
    description: '`initiatedBy` says which of the two sent the invitation.',
    parameters: partnerId,
    path: requests.accountPath,
    successes: [json(200, 'The partner.', shapes.partner, globex)],
    problems: ['invalid-field', 'not-found'],
  },
  'delete-partner': {
    tag: 'Partners',
    summary: 'End a partnership',
    description:
      'For both sides. If the account that had accepted ends it, the sender is left with the invitation as rejected, and may send it again at once. Contacts and shares stay as they are, and follow the former partner no longer.',
    parameters: partnerId,
    path: requests.accountPath,
    successes: [nothing('The two are partners no longer.')],
    problems: ['invalid-field', 'not-found', 'conflict'],
  },
  'list-contacts': {
    tag: 'Contacts',
    summary: 'List contacts',
    description:
      'By name, case and accents aside. With `Accept: text/csv` as CSV (RFC 4180, UTF-8) in parts of at most 4 MB, which one after the other are one file: the header line is in the first only, and `Link` leads to the next.',
    query: requests.listContactsQuery,
    successes: [
      {
        status: 200,
        description: 'A page of contacts.',
        headers: ['Link'],
        content: [
          {
            mediaType: 'application/json',
            schema: shapes.contactPage,
            example: { items: [bo], next: exampleNext },
          },
          {
            mediaType: 'text/csv',
            schema: shapes.contactsCsv,
            example:
              '"name","email","profile","kind","accountId","accountName","live","emailConfirmed"\r\n"Bo Ek","bo@globex.example","manager","member","globex","Globex","true","true"\r\n',
          },
        ],
      },
    ],
    problems: ['invalid-field'],
  },
  'delete-contact': {
    tag: 'Contacts',
    summary: 'Remove a contact',
    description:
      'One that a former partner left behind. It returns only with a new partnership. A live one can’t be removed.',
    parameters: { id: 'The contact’s `id`.' },
    successes: [nothing('Your account has no such contact any more.')],
    problems: ['not-found', 'contact-is-live', 'conflict'],
  },
  'list-users': {
    tag: 'Users',
    summary: 'List users',
    description: 'By name, case and accents aside.',
    query: requests.pageQuery,
    successes: [json(200, 'A page of users.', shapes.userPage, { items: [ada], next: null }, 'Link')],
    problems: [],
  },
  'add-user': {
    tag: 'Users',
    summary: 'Add a user',
    description:
      'To your own account; your partners have it among their contacts a moment later. The address is unconfirmed, and an e-mail with a link goes to it: until the link is followed, the address can’t be invited and gets no other e-mail. Your account uses an address once, confirmed or not. An account has at most a hundred administrators.',
    body: {
      schema: requests.addUserBody,
      example: { email: 'may@acme.example', name: 'May Dahl', profile: 'manager', locale: 'sv' },
    },
    idempotent: true,
    successes: [json(201, 'The user, as added.', shapes.user, addedUser)],
    problems: ['invalid-email', 'invalid-field', 'email-taken', 'conflict'],
  },
  'change-user': {
    tag: 'Users',
    summary: 'Change a user',
    description:
      'Of your own account. Fields that are left out stay as they are. A new address gets an e-mail with a link; where the address so far is confirmed, it stays in force until the link is followed, and the new one is the `pendingEmail`. The last administrator can’t be made anything else.',
    parameters: userId,
    path: requests.ownUserPath,
    body: { schema: requests.changeUserBody, example: { profile: 'administrator' } },
    successes: [json(200, 'The user, as it is now.', shapes.user, may)],
    problems: [
      'invalid-email',
      'invalid-field',
      'not-found',
      'email-taken',
      'last-administrator',
      'conflict',
    ],
  },
  'remove-user': {
    tag: 'Users',
    summary: 'Remove a user',
    description: 'From your own account, and a moment later from your partners’ contacts.',
    parameters: userId,
    path: requests.ownUserPath,
    successes: [nothing('Your account has no such user any more.')],
    problems: ['invalid-field', 'not-found', 'last-administrator', 'conflict'],
  },
  'send-confirmation': {
    tag: 'Users',
    summary: 'Send the confirmation e-mail again',
    description:
      'To the user’s `pendingEmail`, or else to its unconfirmed `email`. The link in it replaces the one before. Your account sends at most three of these e-mails to an address in one day (UTC). Where the user has no address to confirm, the answer is `not-found`.',
    parameters: userId,
    path: requests.ownUserPath,
    successes: [nothing('The e-mail is on its way.', 202)],
    problems: ['invalid-field', 'not-found', 'quota-exceeded', 'conflict'],
  },
  'confirm-address': {
    tag: 'Users',
    summary: 'Confirm an address',
    description:
      'By the token from the link of the confirmation e-mail; it needs no sign-in. The newest link is the only one that works, once and for seven days. Where another user has confirmed the address first, the answer is `email-taken`.',
    body: {
      schema: requests.confirmAddressBody,
      example: { token: 'q3W8nT0c1vYk6eJ4Zr9sHbXmP2uLdFgAa1JjZSNtYXk' },
    },
    successes: [nothing('The address is confirmed.')],
    problems: ['invalid-field', 'not-found', 'email-taken', 'conflict'],
  },
  'add-share': {
    tag: 'Shares',
    summary: 'Share an object with a partner',
    description:
      'Any user may. Both accounts list it. To share the same object with the same partner again changes the title and link, and makes no second share.',
    body: {
      schema: requests.addShareBody,
      example: {
        partnerAccountId: 'globex',
        kind: 'proof',
        objectId: 'proof-4711',
        title: 'Spring catalogue',
        url: 'https://proofs.acme.example/4711',
      },
    },
    idempotent: true,
    successes: [
      json(201, 'The share.', shapes.share, spring),
      json(200, 'The share that there was, with the title and link as they are now.', shapes.share, spring),
    ],
    problems: ['invalid-field', 'not-partners', 'conflict'],
  },
  'list-shares': {
    tag: 'Shares',
    summary: 'List shares',
    description: 'Newest first. Those of former partners stay.',
    query: requests.listSharesQuery,
    successes: [json(200, 'A page of shares.', shapes.sharePage, { items: [spring], next: null }, 'Link')],
    problems: [],
  },
  'remove-share': {
    tag: 'Shares',
    summary: 'Take a share back',
    description:
      'Any user of the account that shared it may, partner or not. To the other account it is not there to be removed.',
    parameters: { id: 'The share’s `id`.' },
    successes: [nothing('It is shared no longer.')],
    problems: ['not-found'],
  },
  'list-activity': {
    tag: 'Account log',
    summary: 'List what has happened',
    description: 'Newest first. Your own people are named; of the other side you see the account.',
    query: requests.pageQuery,
    successes: [
      json(200, 'A page of events.', shapes.eventPage, { items: [happened], next: exampleNext }, 'Link'),
    ],
    problems: [],
  },
  'put-account': {
    tag: 'Directory',
    summary: 'Say what an account is',
    description: 'Makes it where it is not there yet.',
    parameters: hostAccount,
    path: requests.accountPath,
    body: { schema: requests.putAccountBody, example: { name: 'Acme', version: 7 } },
    successes: [
      json(200, 'The account, as it is now.', shapes.account, { id: 'acme', name: 'Acme', version: 7 }),
    ],
    problems: ['invalid-field', 'version-reused', 'conflict'],
  },
  'put-user': {
    tag: 'Directory',
    summary: 'Say what a user is',
    description:
      'Makes it where it is not there yet; partners have it among their contacts a moment later. The host is believed: the address is confirmed, and where another user had it, that user’s address is unconfirmed from then on. The host may take an account’s last administrator away.',
    parameters: hostUser,
    path: requests.userPath,
    body: {
      schema: requests.putUserBody,
      example: {
        email: 'ada@acme.example',
        name: 'Ada Lind',
        profile: 'administrator',
        locale: 'en',
        version: 12,
      },
    },
    successes: [
      json(
        200,
        'The user, as it is now; or which version is there, if a removal with a higher one has overtaken this.',
        shapes.putDirectoryUser,
        { ...ada, accountId: 'acme', version: 12 },
        'X-Unchanged',
      ),
    ],
    problems: ['invalid-email', 'invalid-field', 'not-found', 'version-reused', 'conflict'],
  },
  'drop-user': {
    tag: 'Directory',
    summary: 'Remove a user',
    description:
      'A moment later it is gone from partners’ contacts. A user that there is not is remembered as removed, so that an older call that comes late changes nothing.',
    parameters: hostUser,
    path: requests.userPath,
    query: requests.dropUserQuery,
    successes: [nothing('It is removed, or was changed with a higher version.')],
    problems: ['invalid-field', 'not-found', 'version-reused', 'conflict'],
  },
  'get-openapi': {
    tag: 'Description',
    summary: 'This description, for programs',
    description: 'OpenAPI 3.1, made from the schemas that requests are checked with.',
    successes: cacheable(
      json(200, 'An OpenAPI document.', shapes.openApi, {
        openapi: '3.1.1',
        info: { title: 'Partner Accounts', version: '1.0.0' },
        paths: {},
      }),
    ),
    problems: [],
  },
  'get-docs': {
    tag: 'Description',
    summary: 'This description, for people',
    description: 'A page that needs no script.',
    successes: cacheable({
      status: 200,
      description: 'The page.',
      content: [{ mediaType: 'text/html', schema: shapes.docsPage, example: '<!doctype html>…' }],
      headers: [],
    }),
    problems: [],
  },
}
