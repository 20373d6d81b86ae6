import { decodeJwt } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { keys } from '../../shared/table/keys.ts'
import { readOne } from '../../shared/table/read.ts'
import { removeUser } from '../../shared/table/users.ts'
import { confirm, unconfirmed } from '../kit/accounts.ts'
import { freshTable } from '../kit/fresh-table.ts'
import { signInAt } from '../kit/tokens.ts'
import { audience, claimsIn, clock, type Demo, end, issuer, start, user } from './demo.ts'

const claims = async (demo: Demo, username: string) =>
  claimsIn(demo, (await signInAt(demo.token, username)).access_token)

describe('the demo accounts', () => {
  beforeEach(freshTable)
  afterEach(end)

  it('have these users, who are found by address', async () => {
    await start()
    for (const [accountId, userId, email, profile, locale] of [
      ['acme', 'ada', 'ada@acme.example', 'administrator', 'en'],
      ['acme', 'bill', 'bill@acme.example', 'billing-administrator', 'en'],
      ['acme', 'max', 'max@acme.example', 'manager', 'en'],
      ['globex', 'bo', 'bo@globex.example', 'administrator', 'en'],
      ['globex', 'gun', 'gun@globex.example', 'administrator', 'sv'],
      ['globex', 'olle', 'olle@globex.example', 'observer', 'en'],
      ['initech', 'ines', 'ines@initech.example', 'administrator', 'en'],
    ] as const) {
      expect(await user(accountId, userId)).toMatchObject({ email, profile, locale })
      expect(await readOne(keys.email(email))).toMatchObject({ accountId, userId })
    }
  })

  it('know their administrators', async () => {
    await start()
    const administrators = async (account: string) => (await readOne(keys.account(account)))?.administrators
    expect(await administrators('acme')).toEqual(new Set(['ada', 'bill']))
    expect(await administrators('globex')).toEqual(new Set(['bo', 'gun']))
    expect(await administrators('initech')).toEqual(new Set(['ines']))
  })

  it('keep changes when they are seeded again', async () => {
    await start()
    await end()
    expect(
      await removeUser(await user('acme', 'max'), { ...clock, by: await user('acme', 'ada') }),
    ).toBeUndefined()
    await start()
    expect(await readOne(keys.user('acme', 'max'))).toMatchObject({ removed: true })
    expect(await readOne(keys.email('max@acme.example'))).toBeUndefined()
  })

  it('do not exist with --seed none', async () => {
    await start('none')
    expect(await readOne(keys.account('acme'))).toBeUndefined()
  })
})

describe('sign-in by e-mail address', () => {
  let demo: Demo
  beforeAll(async () => {
    await freshTable()
    demo = await start()
  })
  afterAll(end)

  it("gives an access token for one hour with the user's ids and the scope partners", async () => {
    const { iat = 0, exp, ...payload } = await claims(demo, ' Gun@Globex.example')
    expect(payload).toMatchObject({
      sub: 'gun',
      user_id: 'gun',
      account_id: 'globex',
      aud: audience,
      iss: issuer,
      scope: 'partners',
    })
    expect(exp).toBe(iat + 3600)
  })

  it('gives an ID token without a scope', async () => {
    const { id_token = '' } = await signInAt(demo.token, 'gun@globex.example')
    const payload = decodeJwt(id_token)
    expect(payload).toMatchObject({ sub: 'gun', aud: audience, email: 'gun@globex.example' })
    expect(payload).not.toHaveProperty('scope')
  })

  it('gives an expired token, or one for another audience, on request', async () => {
    const { access_token: past = '' } = await signInAt(demo.token, 'gun@globex.example', {
      expires_in: '-60',
    })
    const { iat = 0, exp } = decodeJwt(past)
    expect(exp).toBe(iat - 60)
    const { access_token: other = '' } = await signInAt(demo.token, 'gun@globex.example', {
      audience: 'another',
    })
    expect(decodeJwt(other).aud).toBe('another')
  })

  it('works for users added later, once their addresses are confirmed', async () => {
    const { user: added, token } = await unconfirmed(await user('acme', 'ada'), 'new')
    expect(await signInAt(demo.token, added.email)).toMatchObject({ status: 400, error: 'invalid_grant' })
    await confirm(token)
    expect(await claims(demo, added.email)).toMatchObject({ user_id: added.userId, account_id: 'acme' })
  })

  it.each(['nobody@acme.example', 'no address', ''])('refuses %j, which no user has', async (username) => {
    expect(await signInAt(demo.token, username)).toMatchObject({ status: 400, error: 'invalid_grant' })
  })

  it('refuses other grants', async () => {
    const answer = await signInAt(demo.token, 'ada@acme.example', { grant_type: 'client_credentials' })
    expect(answer).toMatchObject({ status: 400, error: 'unsupported_grant_type' })
  })
})
