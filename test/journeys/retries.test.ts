import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Answer, all, answered, call, eventually, type Invitation, perform, type User } from './api.ts'
import {
  accept,
  acme,
  ada,
  bill,
  bo,
  changeUser,
  endPartnership,
  globex,
  gun,
  invite,
  makePartners,
  max,
  newAddress,
  reject,
  remove,
  removeUser,
  reset,
} from './relationship.ts'

/** A request with an Idempotency-Key. */
function keyed<T>(user: string, path: string, body: unknown, key: string): Promise<Answer<T>> {
  return call<T>(user, 'POST', path, body, { 'idempotency-key': key })
}

const newUser = () => ({ email: newAddress(acme), name: 'Kept Once', profile: 'observer' })
const proof = () => ({
  ...{ partnerAccountId: globex.id, kind: 'proof', objectId: `once-${randomUUID()}`, title: 'Cover' },
})

const reused = '422 idempotency-key-reused'

describe('the same Idempotency-Key and body again', { timeout: 60_000 }, () => {
  beforeEach(reset, 120_000)

  it.each([
    ['/v1/invitations', () => ({ email: bo }), { email: gun }],
    ['/v1/users', newUser, { email: newAddress(acme) }],
    ['/v1/shares', proof, { objectId: 'another' }],
  ])(
    'give the first answer again at %s, and the key with another body is refused',
    async (path, make, other) => {
      await makeReady(path)
      const [key, body] = [randomUUID(), make()]
      const first = await keyed(ada, path, body, key)
      expect(answered(first)).toBe('201')
      for (let n = 0; n < 3; n += 1) {
        const again = await keyed(ada, path, body, key)
        expect(answered(again)).toBe('201')
        expect(again.body).toEqual(first.body)
        expect(again.headers.get('location')).toBe(first.headers.get('location'))
      }
      const spelled = `{ ${JSON.stringify(Object.fromEntries(Object.entries(body).reverse())).slice(1)}`
      expect((await keyed(ada, path, spelled, key)).body).toEqual(first.body)
      expect(answered(await keyed(ada, path, { ...body, ...other }, key))).toBe(reused)
    },
  )

  async function makeReady(path: string): Promise<void> {
    if (path === '/v1/shares') await makePartners(ada, bo)
  }

  it('makes one thing, however many ask at once', async () => {
    const [key, body] = [randomUUID(), newUser()]
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => keyed<User>(ada, '/v1/users', body, key)),
    )
    const made = answers.filter(({ status }) => status === 201).map(({ body: { id } }) => id)
    expect(new Set(made).size).toBe(1)
    expect(answers.map(answered).filter((answer) => answer !== '201' && answer !== '409 conflict')).toEqual(
      [],
    )
    await eventually(async () => {
      const users = await all<User>(ada, '/v1/users')
      expect(users.filter(({ email }) => email === body.email).map(({ id }) => id)).toEqual([made[0]])
    })
  })

  it('belongs to the user and the route', async () => {
    const key = randomUUID()
    expect(answered(await keyed(ada, '/v1/users', newUser(), key))).toBe('201')
    expect(answered(await keyed(bill, '/v1/users', newUser(), key))).toBe('201')
    expect(answered(await keyed(ada, '/v1/invitations', { email: bo }, key))).toBe('201')
  })

  it('gives the first answer whatever has become of the invitation, for as long as it exists', async () => {
    const key = randomUUID()
    const first = await keyed<Invitation>(ada, '/v1/invitations', { email: bo }, key)
    const repeat = () => keyed<Invitation>(ada, '/v1/invitations', { email: bo }, key)
    await accept(gun, first.body)
    expect((await repeat()).body).toEqual(first.body)
    await endPartnership(gun, acme)
    expect((await repeat()).body).toEqual(first.body)
    await remove(ada, first.body)
    const second = await repeat()
    expect(answered(second)).toBe('201')
    expect(second.body.id).not.toBe(first.body.id)
    await reject(bo, second.body)
    expect((await repeat()).body).toEqual(second.body)
  })

  it('gives the first answer after the user was changed, and adds one anew after it was removed', async () => {
    const [key, body] = [randomUUID(), newUser()]
    const first = await keyed<User>(ada, '/v1/users', body, key)
    await changeUser(acme, first.body, { name: 'Changed', email: newAddress(acme), profile: 'manager' })
    expect((await keyed(ada, '/v1/users', body, key)).body).toEqual(first.body)
    await removeUser(acme, first.body)
    const second = await keyed<User>(ada, '/v1/users', body, key)
    expect(answered(second)).toBe('201')
    expect(second.body.id).not.toBe(first.body.id)
  })

  it('gives the answer that each of two requests about the same share had', async () => {
    await makePartners(ada, bo)
    const [one, two, body] = [randomUUID(), randomUUID(), proof()]
    const made = await keyed(max, '/v1/shares', body, one)
    const changed = await keyed(max, '/v1/shares', { ...body, title: 'Cover II' }, two)
    expect([answered(made), answered(changed)]).toEqual(['201', '200'])
    const repeated = await keyed(max, '/v1/shares', body, one)
    expect([answered(repeated), repeated.body]).toEqual(['201', made.body])
    await eventually(async () => {
      const [share] = await all<{ title: string }>(ada, '/v1/shares')
      expect(share?.title).toBe('Cover II')
    })
    await endPartnership(ada, globex)
    expect((await keyed(max, '/v1/shares', { ...body, title: 'Cover II' }, two)).body).toEqual(changed.body)
  })

  it('a refusal is not remembered', async () => {
    const key = randomUUID()
    const standing = await invite(ada, bo)
    expect(answered(await keyed(ada, '/v1/invitations', { email: bo }, key))).toBe('409 invitation-pending')
    await remove(ada, standing)
    expect(answered(await keyed(ada, '/v1/invitations', { email: gun }, key))).toBe('201')
  })

  it('a repetition does not count against the day’s quota, and sends no second invitation', async () => {
    const key = randomUUID()
    const first = await keyed<Invitation>(ada, '/v1/invitations', { email: bo }, key)
    for (let n = 0; n < 3; n += 1) await keyed(ada, '/v1/invitations', { email: bo }, key)
    const received = await all<Invitation>(bo, '/v1/invitations?direction=received')
    expect(received.map(({ id }) => id)).toEqual([first.body.id])
    expect(await perform(bo, 'GET', `/v1/invitations/${first.body.id}`)).toMatchObject({ status: 'pending' })
  })

  it.each([
    ['of 256 characters', 'k'.repeat(256)],
    ['with a space', 'a b'],
    ['that is empty', ''],
  ])('a key %s is malformed', async (_, key) => {
    expect(answered(await keyed(ada, '/v1/invitations', { email: bo }, key))).toBe('400 malformed-request')
    expect(await all(ada, '/v1/invitations?direction=sent')).toEqual([])
  })

  it('routes that make nothing pay a key no heed', async () => {
    const headers = { 'idempotency-key': '' }
    expect(answered(await call(ada, 'GET', '/v1/me', undefined, headers))).toBe('200')
    expect(answered(await call(ada, 'DELETE', `/v1/partners/${globex.id}`, undefined, headers))).toBe(
      '404 not-found',
    )
  })

  it('who may not, may not with a key either', async () => {
    const key = randomUUID()
    await keyed(ada, '/v1/invitations', { email: bo }, key)
    expect(answered(await keyed(max, '/v1/invitations', { email: bo }, key))).toBe('403 not-an-administrator')
  })
})
