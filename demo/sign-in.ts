import { OAuth2Server } from 'oauth2-mock-server'
import { normalizeEmail } from '../shared/domain/users.ts'
import { keys } from '../shared/table/keys.ts'
import { readOne } from '../shared/table/read.ts'

/** What the API's authorizer asks of an access token. */
type TokenRules = { issuer: string; audience: string }

const tokenSeconds = 3600
const host = '127.0.0.1'

/**
 * Serves an OAuth 2 token endpoint whose password grant takes a user's e-mail address for the name, and any password:
 * the address is looked up in the table each time, so that users added later can sign in too. An address that no
 * user has is refused with 400 `invalid_grant`, another grant with 400 `unsupported_grant_type`. With the access token
 * comes an ID token, which has no scope. To try what the API refuses, `audience` and `expires_in` (in seconds, less than
 * none for a token of the past) may be asked for.
 *
 * @returns where the endpoint is, and the keys that its tokens are signed with
 */
export async function startSignIn(port: number, { issuer, audience }: TokenRules) {
  // The library's own token endpoint would sign anybody in.
  const server = new OAuth2Server(undefined, undefined, { endpoints: { token: '/token-for-anybody' } })
  server.service.addRoute('POST', '/token', async ({ body }, response) => {
    const answer = (status: number, content: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content))
    const {
      grant_type,
      username,
      audience: aud = audience,
      expires_in = tokenSeconds,
    } = body as Record<string, unknown>
    if (grant_type !== 'password') return void answer(400, { error: 'unsupported_grant_type' })
    const user = await userWith(String(username))
    if (!user)
      return void answer(400, { error: 'invalid_grant', error_description: 'No user has this address.' })
    const who = { sub: user.userId, user_id: user.userId, account_id: user.accountId, aud }
    const expiresIn = Number(expires_in)
    const sign = (claims: object) =>
      server.issuer.buildToken({
        expiresIn,
        scopesOrTransform: (_, payload) => void Object.assign(payload, claims),
      })
    const access_token = await sign({ ...who, scope: 'partners' })
    const id_token = await sign({ ...who, email: user.email })
    answer(200, { access_token, id_token, token_type: 'Bearer', expires_in: expiresIn })
  })
  await server.issuer.keys.generate('RS256')
  await server.start(port, host)
  server.issuer.url = issuer
  const url = `http://${host}:${server.address().port}`
  return { token: `${url}/token`, jwks: `${url}/jwks` }
}

async function userWith(address: string) {
  const email = normalizeEmail(address)
  return email === undefined ? undefined : readOne(keys.email(email))
}
