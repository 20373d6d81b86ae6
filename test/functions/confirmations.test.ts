import { describe, expect, it } from 'vitest'
import { maxDailyConfirmations } from '../../shared/domain/confirmed-addresses.ts'
import { keys } from '../../shared/table/keys.ts'
import { readOne } from '../../shared/table/read.ts'
import { account, addUser, confirm, done, type Person, tokenOf, unconfirmed } from '../kit/accounts.ts'
import { call, inShort } from '../kit/call.ts'
import { measure } from '../kit/measure.ts'

const fields = { name: 'New', profile: 'observer' }
const userOf = ({ accountId, userId }: Pick<Person, 'accountId' | 'userId'>) =>
  readOne(keys.user(accountId, userId))
const change = (by: Person, userId: string, body: object) =>
  call('change-user', { by, params: { id: userId }, body })
const invite = (by: Person, email: string) => call('send-invitation', { by, body: { email } })
const confirmation = ({ accountId, userId }: Person) => readOne(keys.confirmation(accountId, userId))

describe('whether another account has an address', () => {
  const comparisons = [
    ['POST /v1/users', 'add-user', (by: Person, email: string) => ({ by, body: { ...fields, email } })],
    [
      'PATCH /v1/users',
      'change-user',
      (by: Person, email: string) => ({ by, params: { id: 'max' }, body: { email } }),
    ],
  ] as const

  it.each(comparisons)(
    'can’t be told from the answer of %s, nor from what it costs',
    async (_, action, request) => {
      const outcomes = []
      for (const existing of [true, false]) {
        const [acme, globex] = [await account(), await account()]
        const nobody = globex.ada.email.replace('ada', 'eva')
        const { result, cost } = await measure(() =>
          call(action, request(acme.ada, existing ? globex.ada.email : nobody)),
        )
        const { email, pendingEmail } = result.body
        expect(pendingEmail ?? email).toBe(existing ? globex.ada.email : nobody)
        const { id, createdAt, ...answer } = JSON.parse(
          result.text
            .replaceAll(nobody, globex.ada.email)
            .replaceAll(acme.id, 'acme')
            .replaceAll(globex.id, 'globex'),
        )
        outcomes.push({ status: result.status, headers: { ...result.headers }, answer, cost })
      }
      const [existing, unknown] = outcomes
      expect(existing).toEqual(unknown)
    },
  )

  it('does not keep it from being confirmed elsewhere first, and shows only to its reader', async () => {
    const [acme, globex] = [await account(), await account()]
    const { user, token } = await unconfirmed(acme.ada, 'new')
    const other = (await done(call('add-user', { by: globex.ada, body: { ...fields, email: user.email } })))
      .body
    await confirm(await tokenOf({ accountId: globex.id, userId: String(other.id) }))
    expect(inShort(await call('confirm-address', { body: { token } }))).toBe('409 email-taken')
    expect(await userOf(user)).toMatchObject({ emailConfirmed: false })
    expect(inShort(await invite(acme.ada, user.email))).toBe('201')
  })
})

describe('an address that an administrator typed', () => {
  it('can’t be invited until it is confirmed, by its link, once', async () => {
    const [acme, globex] = [await account(), await account()]
    const { user, token } = await unconfirmed(acme.ada, 'new')
    expect(inShort(await invite(globex.ada, user.email))).toBe('422 no-account-for-email')
    await confirm(token)
    expect(await userOf(user)).toMatchObject({ email: user.email, emailConfirmed: true, version: 2 })
    expect(inShort(await invite(globex.ada, user.email))).toBe('201')
    expect(inShort(await call('confirm-address', { body: { token } }))).toBe('404 not-found')
  })

  it('waits beside a confirmed one, which stays in force until then', async () => {
    const [acme, globex] = [await account(), await account()]
    const next = `next@${acme.id}.example`
    const changed = await change(acme.ada, acme.max.userId, { email: next })
    expect(changed.body).toMatchObject({ email: acme.max.email, emailConfirmed: true, pendingEmail: next })
    expect(inShort(await invite(globex.ada, acme.max.email))).toBe('201')
    await confirm(await tokenOf(acme.max))
    expect(await userOf(acme.max)).toMatchObject({ email: next, emailConfirmed: true })
    expect(await userOf(acme.max)).not.toHaveProperty('pendingEmail')
    expect(inShort(await invite(globex.ada, acme.max.email))).toBe('422 no-account-for-email')
    expect(
      inShort(await call('add-user', { by: acme.ada, body: { ...fields, email: acme.max.email } })),
    ).toBe('201')
  })
})

describe('a confirmation e-mail', () => {
  it('goes to one address three times a day; beyond that a user is added and changed without', async () => {
    const acme = await account()
    const { user } = await unconfirmed(acme.ada, 'new')
    const again = { by: acme.ada, params: { id: user.userId } }
    for (let sent = 1; sent < maxDailyConfirmations; sent++) await done(call('send-confirmation', again))
    const refused = await call('send-confirmation', again)
    expect(inShort(refused)).toBe('429 quota-exceeded')
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    const before = await confirmation(user)
    await done(change(acme.ada, user.userId, { email: `other@${acme.id}.example` }))
    await done(change(acme.ada, user.userId, { email: user.email }))
    expect(await confirmation(user)).toBeUndefined()
    await done(call('remove-user', again))
    expect(before).toBeDefined()
    const added = await addUser(acme.ada, 'new')
    expect(await confirmation({ ...user, userId: String(added.body.id) })).toBeUndefined()
    expect(added.body).toMatchObject({ email: user.email, emailConfirmed: false })
  })
})
