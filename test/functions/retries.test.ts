import { expect, it } from 'vitest'
import type { RouteName } from '../../shared/contract/actions.ts'
import { partners, type World, world } from '../kit/accounts.ts'
import { call, inShort } from '../kit/call.ts'
import { MemoryTable } from '../kit/memory-table.ts'

const memory = new MemoryTable()
memory.use()

it.each<[RouteName, body: (world: World) => object, otherBody: object | undefined, otherKey: string]>([
  ['send-invitation', ({ globex }) => ({ email: globex.ada.email }), undefined, '409 invitation-pending'],
  [
    'add-user',
    ({ acme }) => ({ email: `new@${acme.id}.example`, name: 'New', profile: 'observer' }),
    { name: 'Newer' },
    '409 email-taken',
  ],
  [
    'add-share',
    ({ globex }) => ({ partnerAccountId: globex.id, kind: 'proof', objectId: '1', title: 'A' }),
    { title: 'B' },
    '200',
  ],
])(
  '%s, repeated before the index knows of the first request, gives the first answer again',
  async (action, bodyIn, otherBody, otherKey) => {
    memory.lag = 0
    const accounts = await world()
    const by = accounts.acme.ada
    if (action === 'add-share') await partners(accounts.acme, accounts.globex)
    const body = bodyIn(accounts)
    memory.lag = 3_600_000
    const first = await call(action, { by, body, key: 'once' })
    expect(inShort(first)).toBe('201')
    expect((await call(action, { by, body, key: 'once' })).body).toEqual(first.body)
    const reused = await call(action, { by, body: { ...body, ...otherBody }, key: 'once' })
    if (otherBody) expect(inShort(reused)).toBe('422 idempotency-key-reused')
    expect(inShort(await call(action, { by, body, key: 'twice' }))).toBe(otherKey)
  },
)

it('an idempotency key belongs to one id: with the new id, the same key sends an invitation again', async () => {
  memory.lag = 0
  const { acme, globex } = await world()
  const resend = (id: unknown) =>
    call('resend-invitation', { by: acme.ada, params: { id: String(id) }, key: 'once' })
  const { body: sent } = await call('send-invitation', { by: acme.ada, body: { email: globex.ada.email } })
  const { body: again } = await resend(sent.id)
  expect(again.id).not.toBe(sent.id)
  expect((await resend(sent.id)).body).toEqual(again)
  const { status, body: third } = await resend(again.id)
  expect(status).toBe(200)
  expect([sent.id, again.id]).not.toContain(third.id)
})

it('an invitation that is sent again is no longer what the request that sent it first made', async () => {
  memory.lag = 0
  const { acme, globex } = await world()
  const send = () => call('send-invitation', { by: acme.ada, body: { email: globex.ada.email }, key: 'once' })
  const { body: sent } = await send()
  await call('resend-invitation', { by: acme.ada, params: { id: String(sent.id) } })
  expect(inShort(await send())).toBe('409 invitation-pending')
})
