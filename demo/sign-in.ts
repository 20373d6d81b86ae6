import { createHash, randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { OAuth2Server } from 'oauth2-mock-server'
import { normalizeEmail } from '../shared/domain/addresses.ts'
import { keys } from '../shared/table/keys.ts'
import { readOne } from '../shared/table/read.ts'
import type { DemoAccount } from './accounts.ts'
import { signInPage } from './sign-in-page.ts'

/** What the API's authorizer asks of an access token. The audience is the one client, too. */
type TokenRules = { issuer: string; audience: string }

type User = { accountId: string; userId: string; email: string }
type Fields = Record<string, string | undefined>
/** What a code was given for. */
type Grant = { user: User; redirectUri: string; challenge: string; nonce: string | undefined }
/** What a token may have otherwise. */
type Wishes = { aud?: string | undefined; expires_in?: number | undefined; nonce?: string | undefined }
type Answer = { status: number; content: object }

const tokenSeconds = 3600
const sessionCookie = 'demo-sign-in'
const host = '127.0.0.1'

const noUser =
  'No user has confirmed this address. Follow the link in the confirmation e-mail in the inbox first.'

/**
 * Serves an OpenID provider whose users are those of the table, looked up each time, so that users added later can sign in
 * too. Nobody has a password.
 *
 * - `GET /authorize`: authorization code with PKCE (S256), for pages on this machine. It shows the page with a button per
 *   demo user, unless somebody is signed in already: a page that is loaded anew asks again, and as with Cognito a cookie answers.
 * - `POST /token`: the code; a refresh token, for as long as this runs and the user is there; or a password grant with a user's
 *   e-mail address for the name. An address that no user has confirmed is refused with 400 `invalid_grant`, another grant with 400
 *   `unsupported_grant_type`. To try what the API refuses, the password grant may ask for `audience` and `expires_in` (in
 *   seconds, less than none for a token of the past).
 * - `GET /logout`: goes back to `logout_uri`, as Cognito has it, or `post_logout_redirect_uri`, as OpenID Connect has it.
 *
 * @returns where the token endpoint is, and the keys that its tokens are signed with
 */
export async function startSignIn(port: number, { issuer, audience }: TokenRules, accounts: DemoAccount[]) {
  const codes = new Map<string, Grant>()
  const refreshTokens = new Map<string, User>()
  const sessions = new Map<string, User>()

  // The library's own endpoints would sign anybody in.
  const endpoints = { token: '/token-for-anybody', authorize: '/authorize-anybody' }
  const server = new OAuth2Server(undefined, undefined, { endpoints })

  const sign = (claims: object, expiresIn: number) =>
    server.issuer.buildToken({
      expiresIn,
      scopesOrTransform: (_, payload) => void Object.assign(payload, claims),
    })

  async function tokens(
    user: User,
    { aud, expires_in, nonce }: Wishes = {},
  ): Promise<Record<string, unknown>> {
    const { userId, accountId, email } = user
    const who = { sub: userId, user_id: userId, account_id: accountId, aud: aud ?? audience }
    const seconds = expires_in ?? tokenSeconds
    const access_token = await sign({ ...who, scope: 'partners' }, seconds)
    const id_token = await sign({ ...who, email, ...(nonce && { nonce }) }, seconds)
    return { access_token, id_token, token_type: 'Bearer', expires_in: seconds }
  }

  async function byPassword({ username, audience: aud, expires_in }: Fields): Promise<Answer> {
    const user = await userWith(String(username))
    if (!user) return invalidGrant(noUser)
    const seconds = expires_in === undefined ? undefined : Number(expires_in)
    return { status: 200, content: await tokens(user, { aud, expires_in: seconds }) }
  }

  async function byCode({ code = '', code_verifier = '', redirect_uri, client_id }: Fields): Promise<Answer> {
    const grant = codes.get(code)
    codes.delete(code)
    const challenge = createHash('sha256').update(code_verifier).digest('base64url')
    if (grant?.challenge !== challenge || grant.redirectUri !== redirect_uri || client_id !== audience)
      return invalidGrant('The code is not known, or was given to somebody else.')
    const { user, nonce } = grant
    const refresh_token = randomUUID()
    refreshTokens.set(refresh_token, user)
    return { status: 200, content: { ...(await tokens(user, { nonce })), refresh_token } }
  }

  async function byRefreshToken({ refresh_token = '' }: Fields): Promise<Answer> {
    const user = await stillThere(refreshTokens.get(refresh_token))
    if (!user) return invalidGrant('The refresh token is not known, or its user is gone.')
    return { status: 200, content: await tokens(user) }
  }

  const grants: Record<string, (fields: Fields) => Promise<Answer>> = {
    password: byPassword,
    authorization_code: byCode,
    refresh_token: byRefreshToken,
  }

  server.service.addRoute('POST', '/token', async ({ body }, response) => {
    const fields = body as Fields
    const grant = Object.hasOwn(grants, fields.grant_type ?? '') && grants[fields.grant_type ?? '']
    const { status, content } = grant
      ? await grant(fields)
      : { status: 400, content: { error: 'unsupported_grant_type' } }
    const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
    response.writeHead(status, headers).end(JSON.stringify(content))
  })

  function giveCode(response: ServerResponse, asked: Fields, user: User): void {
    const { redirect_uri: redirectUri = '', code_challenge: challenge = '', nonce, state } = asked
    const code = randomUUID()
    codes.set(code, { user, redirectUri, challenge, nonce })
    redirect(response, redirectUri, { code, state })
  }

  server.service.addRoute('GET', '/authorize', async ({ query, headers }, response) => {
    const asked = query as Fields
    const trouble = troubleWith(asked, audience)
    if (trouble) return showPage(response, 400, trouble)
    const user = await stillThere(sessions.get(sessionIn(headers.cookie)))
    if (user) return giveCode(response, asked, user)
    const { prompt, redirect_uri, state } = asked
    if (prompt === 'none') return redirect(response, redirect_uri, { error: 'login_required', state })
    showPage(response, 200, signInPage(accounts))
  })

  server.service.addRoute('POST', '/authorize', async ({ query, body }, response) => {
    const asked = query as Fields
    const trouble = troubleWith(asked, audience)
    if (trouble) return showPage(response, 400, trouble)
    const user = await userWith(String((body as Fields).email))
    if (!user) return showPage(response, 400, signInPage(accounts, noUser))
    const session = randomUUID()
    sessions.set(session, user)
    response.setHeader('set-cookie', `${sessionCookie}=${session}; Path=/; HttpOnly; SameSite=Lax`)
    giveCode(response, asked, user)
  })

  server.service.addRoute('GET', '/logout', ({ query, headers }, response) => {
    const { logout_uri, post_logout_redirect_uri, state } = query as Fields
    const back = logout_uri ?? post_logout_redirect_uri
    if (!isHere(back)) return showPage(response, 400, 'There is no address on this machine to go back to.')
    sessions.delete(sessionIn(headers.cookie))
    redirect(response, back, { state })
  })

  server.service.on('beforeWellKnownOpenIdConfiguration', (discovery) => {
    discovery.body = {
      issuer,
      authorization_endpoint: `${url()}/authorize`,
      token_endpoint: `${url()}/token`,
      end_session_endpoint: `${url()}/logout`,
      jwks_uri: `${url()}/jwks`,
      response_types_supported: ['code'],
      grant_types_supported: Object.keys(grants),
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['none'],
      code_challenge_methods_supported: ['S256'],
    }
  })

  await server.issuer.keys.generate('RS256')
  await server.start(port, host)
  server.issuer.url = issuer
  const url = () => `http://${host}:${server.address().port}`
  return { token: `${url()}/token`, jwks: `${url()}/jwks` }
}

async function userWith(address: string): Promise<User | undefined> {
  const email = normalizeEmail(address)
  return email === undefined ? undefined : readOne(keys.email(email))
}

async function stillThere(user: User | undefined): Promise<User | undefined> {
  const found = user && (await readOne(keys.user(user.accountId, user.userId)))
  return found && !found.removed ? user : undefined
}

function sessionIn(cookies = ''): string {
  return new RegExp(`(?:^|; )${sessionCookie}=([^;]*)`).exec(cookies)?.[1] ?? ''
}

function invalidGrant(error_description: string): Answer {
  return { status: 400, content: { error: 'invalid_grant', error_description } }
}

/** Why a request to sign in is not answered; nothing goes back to an address that isn't here. */
function troubleWith(asked: Fields, clientId: string): string | undefined {
  if (!isHere(asked.redirect_uri)) return 'redirect_uri is no address on this machine.'
  if (asked.client_id !== clientId) return `client_id is not ${clientId}.`
  if (asked.response_type !== 'code') return 'response_type is not code.'
  if (!asked.code_challenge || asked.code_challenge_method !== 'S256')
    return 'There is no code_challenge by S256.'
  return undefined
}

function isHere(address = ''): boolean {
  return URL.canParse(address) && ['127.0.0.1', 'localhost'].includes(new URL(address).hostname)
}

function redirect(response: ServerResponse, to = '', parameters: Fields): void {
  const location = new URL(to)
  for (const [name, value] of Object.entries(parameters)) if (value) location.searchParams.set(name, value)
  response.writeHead(303, { location: location.href, 'cache-control': 'no-store' }).end()
}

function showPage(response: ServerResponse, status: number, page: string): void {
  response
    .writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
    .end(page)
}
