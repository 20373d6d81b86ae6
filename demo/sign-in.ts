import { createHash, randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { OAuth2Server } from 'oauth2-mock-server'
import { normalizeEmail } from '../shared/domain/addresses.ts'
import { keys } from '../shared/table/keys.ts'
import { readOne } from '../shared/table/read.ts'
import type { DemoAccount } from './accounts.ts'
import { signInPage } from './sign-in-page.ts'

/** The claims that the API's authorizer requires. The audience is also the client id. */
type TokenRules = { issuer: string; audience: string }

type User = { accountId: string; userId: string; email: string }
type Fields = Record<string, string | undefined>
/** The sign-in that an authorization code stands for. */
type Grant = { user: User; redirectUri: string; challenge: string; nonce: string | undefined }
/** Claims that a token can have different. */
type Claims = { aud?: string | undefined; expires_in?: number | undefined; nonce?: string | undefined }
type Answer = { status: number; content: object }

const tokenSeconds = 3600
const sessionCookie = 'demo-sign-in'
const host = '127.0.0.1'

const noUser =
  'No user has confirmed this address. Follow the link in the confirmation e-mail in the inbox first.'

/**
 * Serves an OpenID provider for the users in the table. It reads the user each time, so that users added later can sign in.
 * Nobody has a password.
 *
 * - `GET /authorize`: authorization code with PKCE (S256), for pages on this machine. It shows the sign-in page, or, with the
 *   cookie of an earlier sign-in, redirects at once. The pages depend on that when they are reloaded.
 * - `POST /token`: takes a code; a refresh token, which is valid while this program runs and the user exists; or a password
 *   grant with the user's e-mail address as the name. Answers 400 `invalid_grant` for an address that no user has confirmed,
 *   and 400 `unsupported_grant_type` for another grant. A password grant can have `audience` and `expires_in` (seconds;
 *   negative for an expired token), to try tokens that the API refuses.
 * - `GET /logout`: redirects to `logout_uri` (Cognito) or `post_logout_redirect_uri` (OpenID Connect).
 *
 * @returns the URLs of the token endpoint and of the keys that sign tokens
 */
export async function startSignIn(port: number, { issuer, audience }: TokenRules, accounts: DemoAccount[]) {
  const codes = new Map<string, Grant>()
  const refreshTokens = new Map<string, User>()
  const sessions = new Map<string, User>()

  // The library's own endpoints would sign in anybody.
  const endpoints = { token: '/token-for-anybody', authorize: '/authorize-anybody' }
  const server = new OAuth2Server(undefined, undefined, { endpoints })

  const sign = (claims: object, expiresIn: number) =>
    server.issuer.buildToken({
      expiresIn,
      scopesOrTransform: (_, payload) => void Object.assign(payload, claims),
    })

  async function tokens(user: User, { aud, expires_in, nonce }: Claims = {}) {
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
      return invalidGrant('The code is not known, or belongs to another client.')
    const { user, nonce } = grant
    const refresh_token = randomUUID()
    refreshTokens.set(refresh_token, user)
    return { status: 200, content: { ...(await tokens(user, { nonce })), refresh_token } }
  }

  async function byRefreshToken({ refresh_token = '' }: Fields): Promise<Answer> {
    const user = await ifExists(refreshTokens.get(refresh_token))
    if (!user) return invalidGrant('The refresh token is not known, or the user was removed.')
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

  function redirectWithCode(response: ServerResponse, parameters: Fields, user: User): void {
    const { redirect_uri: redirectUri = '', code_challenge: challenge = '', nonce, state } = parameters
    const code = randomUUID()
    codes.set(code, { user, redirectUri, challenge, nonce })
    redirect(response, redirectUri, { code, state })
  }

  server.service.addRoute('GET', '/authorize', async ({ query, headers }, response) => {
    const parameters = query as Fields
    const problem = problemWith(parameters, audience)
    if (problem) return showPage(response, 400, problem)
    const user = await ifExists(sessions.get(sessionIn(headers.cookie)))
    if (user) return redirectWithCode(response, parameters, user)
    const { prompt, redirect_uri, state } = parameters
    if (prompt === 'none') return redirect(response, redirect_uri, { error: 'login_required', state })
    showPage(response, 200, signInPage(accounts))
  })

  server.service.addRoute('POST', '/authorize', async ({ query, body }, response) => {
    const parameters = query as Fields
    const problem = problemWith(parameters, audience)
    if (problem) return showPage(response, 400, problem)
    const user = await userWith(String((body as Fields).email))
    if (!user) return showPage(response, 400, signInPage(accounts, noUser))
    const session = randomUUID()
    sessions.set(session, user)
    response.setHeader('set-cookie', `${sessionCookie}=${session}; Path=/; HttpOnly; SameSite=Lax`)
    redirectWithCode(response, parameters, user)
  })

  server.service.addRoute('GET', '/logout', ({ query, headers }, response) => {
    const { logout_uri, post_logout_redirect_uri, state } = query as Fields
    const back = logout_uri ?? post_logout_redirect_uri
    if (!isLocal(back)) return showPage(response, 400, 'There is no logout_uri on this machine.')
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

async function ifExists(user: User | undefined): Promise<User | undefined> {
  const found = user && (await readOne(keys.user(user.accountId, user.userId)))
  return found && !found.removed ? user : undefined
}

function sessionIn(cookies = ''): string {
  return new RegExp(`(?:^|; )${sessionCookie}=([^;]*)`).exec(cookies)?.[1] ?? ''
}

function invalidGrant(error_description: string): Answer {
  return { status: 400, content: { error: 'invalid_grant', error_description } }
}

/** Why a request to sign in is refused. Redirects go to addresses on this machine only. */
function problemWith(parameters: Fields, clientId: string): string | undefined {
  if (!isLocal(parameters.redirect_uri)) return 'redirect_uri is not an address on this machine.'
  if (parameters.client_id !== clientId) return `client_id is not ${clientId}.`
  if (parameters.response_type !== 'code') return 'response_type is not code.'
  if (!parameters.code_challenge || parameters.code_challenge_method !== 'S256')
    return 'There is no code_challenge with S256.'
  return undefined
}

function isLocal(address = ''): boolean {
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
