import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'
import type { Resource } from '../template/resources.ts'

/** The answer to a refused request: its status and `www-authenticate` header. */
export type Refusal = { status: 401 | 403; challenge?: string }

/** The token's claims and scopes, as the gateway passes them to the function. */
export type Verified = { claims: Record<string, string>; scopes: string[] | null }

/** Checks the header Authorization for a route. `required` are the route's scopes, of which the token needs one, if any. */
export type Check = (header: string | undefined, required: string[]) => Promise<Verified | Refusal>

/** A JWT authorizer, as the template declares it. `jwks` is the URL of the keys, which AWS finds through the issuer. */
export function jwtAuthorizer(resource: Resource, jwks: string): Check {
  const { AuthorizerType, IdentitySource, JwtConfiguration } = resource.properties as {
    AuthorizerType: string
    IdentitySource: string[]
    JwtConfiguration: { Issuer: string; Audience: string[] }
  }
  if (AuthorizerType !== 'JWT' || IdentitySource.join() !== '$request.header.Authorization') {
    throw new Error(`${resource.logicalId} is not a JWT authorizer on the header Authorization.`)
  }
  const { Issuer: issuer, Audience } = JwtConfiguration
  const keys = createRemoteJWKSet(new URL(jwks))

  /** @returns the claims, or why the token is not valid */
  async function verify(token: string): Promise<JWTPayload | string> {
    try {
      const { payload } = await jwtVerify(token, keys, { issuer, algorithms: ['RS256'] })
      if (payload.exp === undefined) return 'the token has no expiry'
      const audience = payload.aud === undefined ? [payload.client_id] : [payload.aud].flat()
      return audience.some((one) => Audience.includes(String(one)))
        ? payload
        : 'the token has an invalid audience'
    } catch (error) {
      if (error instanceof errors.JOSEError) return error.message.replaceAll('"', "'")
      throw error
    }
  }

  return async (header, required) => {
    if (!header) return { status: 401, challenge: 'Bearer' }
    const verified = await verify(header.replace(/^Bearer /i, ''))
    if (typeof verified === 'string')
      return { status: 401, challenge: challenge('', 'invalid_token', verified) }
    const scopes = scopesOf(verified)
    if (required.length > 0 && !required.some((scope) => scopes.includes(scope))) {
      const description = 'the token does not have the required scope'
      return { status: 403, challenge: challenge(required.join(' '), 'insufficient_scope', description) }
    }
    return { claims: gatewayClaims(verified), scopes: required.length > 0 ? scopes : null }
  }
}

function challenge(scope: string, error: string, description: string): string {
  return `Bearer scope="${scope}" error="${error}" error_description="${description}"`
}

function scopesOf({ scope, scp }: JWTPayload): string[] {
  const scopes = scope ?? scp ?? []
  return Array.isArray(scopes) ? scopes.map(String) : String(scopes).split(' ')
}

/** Claims in the gateway's form: without null, and all as text, lists as `[a b]`. */
function gatewayClaims(claims: JWTPayload): Record<string, string> {
  const present = Object.entries(claims).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(present.map(([name, value]) => [name, asText(value)]))
}

function asText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(asText).join(' ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const pairs = Object.entries(value).map(([key, one]) => `${key}:${asText(one)}`)
  return `map[${pairs.join(' ')}]`
}
