import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { removeUser } from '../../shared/table/users.ts'
import { audience, claimsIn, clock, type Demo, end, issuer, start, user } from './demo.ts'

const home = 'http://127.0.0.1:8706/'
const verifier = randomBytes(32).toString('base64url')

/** What the pages ask of `/authorize`. */
const asked = {
  client_id: audience,
  redirect_uri: home,
  response_type: 'code',
  scope: 'openid',
  state: 'the state',
  nonce: 'the nonce',
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
}

let demo: Demo
beforeAll(async () => {
  demo = await start()
})
afterAll(end)

const authorizeUrl = (changed: Record<string, string> = {}) =>
  `${new URL('/authorize', demo.token)}?${new URLSearchParams({ ...asked, ...changed })}`

const visit = (url: string, init: RequestInit = {}) => fetch(url, { redirect: 'manual', ...init })

const click = (email: string) =>
  visit(authorizeUrl(), { method: 'POST', body: new URLSearchParams({ email }) })

async function codeFor(email: string): Promise<string> {
  const response = await click(email)
  expect(response.status).toBe(303)
  const back = new URL(response.headers.get('location') ?? '')
  expect(back.href.startsWith(`${home}?`)).toBe(true)
  expect(back.searchParams.get('state')).toBe('the state')
  return back.searchParams.get('code') ?? ''
}

type Answer = { status: number; error?: string } & Partial<
  Record<'access_token' | 'id_token' | 'refresh_token' | 'token_type', string>
>

async function redeem(fields: Record<string, string>): Promise<Answer> {
  const response = await fetch(demo.token, { method: 'POST', body: new URLSearchParams(fields) })
  return { status: response.status, ...((await response.json()) as object) }
}

const byCode = (code: string, changed: Record<string, string> = {}) =>
  redeem({
    grant_type: 'authorization_code',
    client_id: audience,
    redirect_uri: home,
    code,
    code_verifier: verifier,
    ...changed,
  })

const claims = (token: string | undefined) => claimsIn(demo, token)

describe('the page to sign in', () => {
  it('has one button per demo user, named by the e-mail address', async () => {
    const page = await (await visit(authorizeUrl())).text()
    const buttons = [...page.matchAll(/<button name="email" value="([^"]+)">([^<]+)<\/button>/g)]
    expect(buttons.map(([, value]) => value)).toEqual([
      'ada@acme.example',
      'bill@acme.example',
      'max@acme.example',
      'bo@globex.example',
      'gun@globex.example',
      'olle@globex.example',
      'ines@initech.example',
    ])
    for (const [, value, name] of buttons) expect(name).toBe(value)
  })

  it('accepts any address that a user has confirmed, and shows an error for others', async () => {
    const response = await click('nobody@acme.example')
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('No user has confirmed this address.')
  })

  it.each([
    ['client_id', 'another'],
    ['redirect_uri', 'https://elsewhere.example/'],
    ['response_type', 'token'],
    ['code_challenge_method', 'plain'],
    ['code_challenge', ''],
  ])('is not shown if %s is %j', async (name, value) => {
    const response = await visit(authorizeUrl({ [name]: value }))
    expect(response.status).toBe(400)
    expect(await response.text()).not.toContain('<button')
  })
})

describe('the code', () => {
  it('is exchanged for an access token for the API, an ID token and a refresh token', async () => {
    const { status, access_token, id_token, refresh_token, token_type } = await byCode(
      await codeFor('gun@globex.example'),
    )
    expect({ status, token_type }).toEqual({ status: 200, token_type: 'Bearer' })
    expect(refresh_token).toBeTruthy()
    expect(await claims(access_token)).toMatchObject({
      user_id: 'gun',
      account_id: 'globex',
      scope: 'partners',
    })
    const identity = await claims(id_token)
    expect(identity).toMatchObject({ sub: 'gun', nonce: 'the nonce', email: 'gun@globex.example' })
    expect(identity).not.toHaveProperty('scope')
  })

  it('is refused without the verifier, for another page, or a second time', async () => {
    const invalid = { status: 400, error: 'invalid_grant' }
    const code = () => codeFor('ada@acme.example')
    expect(await byCode(await code(), { code_verifier: 'x'.repeat(43) })).toMatchObject(invalid)
    expect(await byCode(await code(), { redirect_uri: `${home}other` })).toMatchObject(invalid)
    expect(await byCode(await code(), { client_id: 'another' })).toMatchObject(invalid)
    expect(await byCode('made-up')).toMatchObject(invalid)
    const once = await code()
    expect(await byCode(once)).toMatchObject({ status: 200 })
    expect(await byCode(once)).toMatchObject(invalid)
  })
})

describe('the refresh token', () => {
  const renewed = (refresh_token = '') =>
    redeem({ grant_type: 'refresh_token', client_id: audience, refresh_token })

  it('gives new tokens for the same user', async () => {
    const { refresh_token } = await byCode(await codeFor('max@acme.example'))
    const { access_token, id_token } = await renewed(refresh_token)
    expect(await claims(access_token)).toMatchObject({
      user_id: 'max',
      account_id: 'acme',
      scope: 'partners',
    })
    expect(await claims(id_token)).toMatchObject({ sub: 'max' })
  })

  it('is refused after the user was removed', async () => {
    const { refresh_token } = await byCode(await codeFor('olle@globex.example'))
    expect(
      await removeUser(await user('globex', 'olle'), { ...clock, by: await user('globex', 'bo') }),
    ).toBeUndefined()
    expect(await renewed(refresh_token)).toMatchObject({ status: 400, error: 'invalid_grant' })
    expect(await renewed('made-up')).toMatchObject({ status: 400, error: 'invalid_grant' })
  })
})

describe('a signed-in user', () => {
  const cookieOf = (response: Response) => ({
    cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '',
  })

  it('is not asked to sign in again until signing out', async () => {
    const headers = cookieOf(await click('ada@acme.example'))
    const again = await visit(authorizeUrl(), { headers })
    const code = new URL(again.headers.get('location') ?? '').searchParams.get('code') ?? ''
    expect(await claims((await byCode(code)).access_token)).toMatchObject({ user_id: 'ada' })

    const leaving = new URLSearchParams({ post_logout_redirect_uri: home, state: 'left' })
    const left = await visit(`${new URL('/logout', demo.token)}?${leaving}`, { headers })
    expect(left.headers.get('location')).toBe(`${home}?state=left`)
    expect((await visit(authorizeUrl(), { headers })).status).toBe(200)
  })

  it('is reported to a page that asks with prompt=none', async () => {
    const silent = authorizeUrl({ prompt: 'none' })
    const refused = await visit(silent)
    expect(refused.headers.get('location')).toBe(`${home}?error=login_required&state=the+state`)
    const known = await visit(silent, { headers: cookieOf(await click('ada@acme.example')) })
    expect(known.headers.get('location')).toContain('code=')
  })

  it('is not redirected to another machine when signing out', async () => {
    const leaving = new URLSearchParams({ logout_uri: 'https://elsewhere.example/' })
    expect((await visit(`${new URL('/logout', demo.token)}?${leaving}`)).status).toBe(400)
  })
})

it('describes its endpoints, also to pages of another origin', async () => {
  const response = await fetch(new URL('/.well-known/openid-configuration', demo.token))
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
  const at = (path: string) => new URL(path, demo.token).href
  expect(await response.json()).toMatchObject({
    issuer,
    authorization_endpoint: at('/authorize'),
    token_endpoint: at('/token'),
    end_session_endpoint: at('/logout'),
    jwks_uri: at('/jwks'),
    code_challenge_methods_supported: ['S256'],
  })
})
