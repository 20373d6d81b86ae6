import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda'
import type { UserRef } from '../domain/context.ts'
import { isHostId } from '../domain/ids.ts'
import { isAdministrator } from '../domain/profiles.ts'
import { type Refusal, refuse } from '../domain/refusals.ts'
import type { ActiveUser, UserItem } from '../table/items.ts'

const idOf = (claim: unknown): string | undefined =>
  typeof claim === 'string' && isHostId(claim) ? claim : undefined

/** The caller from the token's claims: the account `account_id`, and the user `user_id` or else `sub`. */
export function callerOf(event: APIGatewayProxyEventV2WithJWTAuthorizer): UserRef | Refusal {
  const { claims } = event.requestContext.authorizer.jwt
  const accountId = idOf(claims.account_id)
  const userId = idOf(claims.user_id ?? claims.sub)
  return accountId && userId ? { accountId, userId } : refuse('unknown-user')
}

/** The caller's user, if the user exists and may call an action with this access. */
export function admit(found: UserItem | undefined, access: 'user' | 'administrator'): ActiveUser | Refusal {
  if (!found || found.removed) return refuse('unknown-user')
  if (access === 'administrator' && !isAdministrator(found.profile)) return refuse('not-an-administrator')
  return found
}
