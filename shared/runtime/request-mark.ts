import { createHash } from 'node:crypto'
import type { RouteName } from '../contract/routes.ts'
import type { RequestMark } from '../table/requests.ts'
import type { Caller } from './caller.ts'

const digest = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('base64url')

/** A key belongs to a user and a route. What was asked is compared as it was understood, not as it was spelled. */
export const requestMark = (caller: Caller, route: RouteName, key: string, body: unknown): RequestMark => ({
  request: digest([caller.accountId, caller.userId, route, key]),
  asked: digest(body),
})
