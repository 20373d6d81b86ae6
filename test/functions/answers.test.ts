import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import type { RouteName } from '../../shared/contract/actions.ts'
import { copySnapshot } from '../../shared/table/copies.ts'
import { account, answer, send } from '../kit/accounts.ts'
import { call } from '../kit/call.ts'
import type { Call } from '../kit/gateway-event.ts'
import { MemoryTable } from '../kit/memory-table.ts'

new MemoryTable().use()
const [acme, globex, initech] = [await account(), await account(), await account()]
const named = ({ id }: { id: string }) => ({ accountId: id, accountName: `The ${id}` })
const toGlobex = await send(acme.ada, globex.bill.email)
const toAcme = await send(initech.ada, acme.ada.email)
await answer('accept', globex.ada, toGlobex)
await copySnapshot({ owner: acme.id, source: globex.id, epoch: 1 })

const sender = { ...named(initech), userName: initech.ada.name }
const object = { partnerAccountId: globex.id, kind: 'file', objectId: 'o', title: 'T' }
const zoe = { email: `zoe@${acme.id}.example`, name: 'Zoe', profile: 'manager' }
const params = { accountId: acme.id, userId: 'zed' }
const put = (version: number) => ({
  params,
  body: { ...zoe, email: `zed@${acme.id}.example`, locale: 'en', version },
})
const zed = { id: 'zed', accountId: acme.id, name: 'Zoe', emailConfirmed: true }
const removed = { id: 'zed', accountId: acme.id, removed: true, version: 7 }
const unchanged = { 'X-Unchanged': 'true' }
const items = (...found: object[]) => ({ items: found, next: null })

// Each row is a step after the one before it.
it.each<[RouteName, Call, status: number, body: object, headers?: object]>([
  [
    'get-me',
    { by: acme.max },
    200,
    { account: { id: acme.id, name: `The ${acme.id}` }, administrator: false },
  ],
  ['get-invitation', { by: acme.max, params: { id: toAcme } }, 200, { sender, recipient: named(acme) }],
  [
    'list-invitations',
    { by: acme.max, query: { direction: 'received' } },
    200,
    items({ id: toAcme, sender, recipient: named(acme) }),
  ],
  [
    'reject-invitation',
    { by: acme.bill, params: { id: toAcme } },
    200,
    { status: 'rejected', sender, recipient: named(acme) },
  ],
  [
    'accept-invitation',
    { by: globex.ada, params: { id: toGlobex } },
    200,
    { ...named(acme), initiatedBy: 'them' },
  ],
  [
    'get-partner',
    { by: acme.max, params: { accountId: globex.id } },
    200,
    { ...named(globex), initiatedBy: 'us' },
  ],
  ['list-partners', { by: globex.max }, 200, items(named(acme))],
  [
    'add-share',
    { by: acme.max, body: object },
    201,
    { partnerAccountName: `The ${globex.id}`, direction: 'outgoing', sharedBy: acme.max.name },
  ],
  ['add-share', { by: acme.max, body: object }, 200, { title: 'T' }],
  [
    'list-shares',
    { by: globex.max, query: { direction: 'incoming' } },
    200,
    items({ partnerAccountName: `The ${acme.id}`, title: 'T' }),
  ],
  ['add-user', { by: acme.ada, body: zoe }, 201, { ...zoe, emailConfirmed: false, pendingEmail: null }],
  ['add-user', { by: acme.max, body: { ...zoe, email: 'x' } }, 403, { code: 'not-an-administrator' }],
  ['add-user', { by: acme.ada, body: { ...zoe, email: 'x' } }, 422, { code: 'invalid-email' }],
  ['put-user', put(5), 200, { ...zed, version: 5 }],
  ['put-user', put(5), 200, { ...zed, version: 5 }, unchanged],
  ['put-user', put(4), 200, { ...zed, version: 5 }, unchanged],
  ['put-user', put(6), 200, { ...zed, version: 6 }],
  ['list-users', { by: globex.max }, 200, items({ id: 'ada' }, { id: 'bill' }, { id: 'max' })],
  ['change-user', { by: acme.ada, params: { id: 'zed' }, body: { name: 'Zoe' } }, 200, { id: 'zed' }],
  ['drop-user', { params, query: { version: '7' } }, 204, {}],
  ['put-user', put(6), 200, removed, unchanged],
  [
    'list-activity',
    { by: globex.max },
    200,
    items(
      { type: 'share-added', by: named(acme) },
      { type: 'invitation-accepted', by: named(globex), partner: named(acme) },
      { type: 'invitation-sent' },
    ),
  ],
  [
    'list-contacts',
    { by: acme.max, query: { kind: 'member', limit: '1' } },
    200,
    { items: [{ ...named(globex), live: true }] },
    { vary: 'Accept', link: expect.stringContaining('cursor=') },
  ],
  [
    'list-contacts',
    { by: globex.max, accept: 'text/csv' },
    200,
    {},
    { vary: 'Accept', 'content-type': 'text/csv; charset=utf-8' },
  ],
  [
    'put-account',
    { params: { accountId: acme.id }, body: { name: 'A', version: 1 } },
    200,
    { id: acme.id, name: 'A', version: 1 },
  ],
])('%s, step %$', async (action, request, status, body, headers = {}) => {
  const answered = await call(action, request)
  expect([answered.status, answered.body]).toMatchObject([status, body])
  expect(answered.headers).toMatchObject(headers)
  expect('X-Unchanged' in answered.headers).toBe('X-Unchanged' in headers)
})

it('the address of a new invitation is where it is read', async () => {
  const { headers, body } = await call('send-invitation', {
    by: globex.ada,
    body: { email: initech.ada.email },
  })
  expect(headers.location).toBe(`/v1/invitations/${body.id}`)
  expect(body).toMatchObject({ sender: { ...named(globex), userName: globex.ada.name }, recipient: null })
})

it('the description may be read by pages of other hosts, and its page has one style and no script', async () => {
  const openapi = await call('get-openapi', {})
  expect(openapi.headers).toMatchObject({ 'access-control-allow-origin': '*' })
  expect(openapi.body).toMatchObject({ openapi: '3.1.1' })
  const { headers, text } = await call('get-docs', {})
  const [, style = ''] = /<style>(.*)<\/style>/s.exec(text) ?? []
  const hash = createHash('sha256').update(style).digest('base64')
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  })
})

it('a cursor is good for its own list only', async () => {
  const cursorOf = async (action: RouteName, query: Record<string, string>) =>
    String((await call(action, { by: globex.max, query: { ...query, limit: '1' } })).body.next)
  const users = await cursorOf('list-users', {})
  const contacts = await cursorOf('list-contacts', { kind: 'user' })
  const statusOf = async (action: RouteName, query: NonNullable<Call['query']>) =>
    (await call(action, { by: globex.max, query })).status
  expect(await statusOf('list-users', { cursor: users })).toBe(200)
  expect(await statusOf('list-contacts', { cursor: contacts, kind: 'user' })).toBe(200)
  const others: Call['query'][] = [
    { cursor: users, kind: 'user' },
    { cursor: contacts },
    { cursor: contacts, kind: 'user', q: 'a' },
  ]
  for (const query of others)
    expect((await call('list-contacts', { by: globex.max, query })).status).toBe(400)
})
