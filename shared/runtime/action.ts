import { createHash } from 'node:crypto'
import middy from '@middy/core'
import type {
  APIGatewayEventRequestContextV2,
  APIGatewayProxyEventV2,
  APIGatewayProxyEventV2WithIAMAuthorizer,
  APIGatewayProxyEventV2WithJWTAuthorizer,
  APIGatewayProxyEventV2WithRequestContext,
  APIGatewayProxyStructuredResultV2 as HttpResult,
} from 'aws-lambda'
import { v7 as uuid } from 'uuid'
import type * as z from 'zod'
import type { Contract, ParameterName } from '../contract/contract.ts'
import type { Clock, Context, UserRef } from '../domain/context.ts'
import type { IdempotencyRecord } from '../domain/idempotency.ts'
import { isRefusal, type Refusal } from '../domain/refusals.ts'
import type { ActiveUser } from '../table/items.ts'
import { type Key, keys } from '../table/keys.ts'
import { type ItemsOf, read } from '../table/read.ts'
import { answered } from './answered.ts'
import { admit, callerOf } from './caller.ts'
import { idempotencyKeyOf, inputOf, isOfField } from './input.ts'

type Of<C, Name extends string, Else> = C extends { [N in Name]: z.ZodType<infer Value> } ? Value : Else

/** The input of a request as the schemas of its contract read it, the request's time, and a source of ids. */
type Input<C extends Contract> = {
  params: Of<C, 'params', Record<ParameterName<C['path']>, string>>
  query: Of<C, 'query', undefined>
  body: Of<C, 'body', undefined>
  clock: Clock
}

/** The request of a user. */
export type Request<C extends Contract> = Input<C> & {
  caller: UserRef
  /** Undefined without the header Idempotency-Key, and for actions that do not accept it. */
  idempotency: IdempotencyRecord | undefined
  headers: Record<string, string | undefined>
  /** The path and query, to make the link to the next page from. */
  self: URL
}

/** An answer of the contract. A string is sent as it is, with the content type in `headers`; any other body as JSON. */
export type Answer<C extends Contract> = {
  [S in keyof C['answers']]: {
    status: S
    headers?: Record<string, string>
  } & (C['answers'][S] extends undefined ? { body?: undefined } : { body: C['answers'][S] })
}[keyof C['answers']]

type Outcome<C extends Contract> = Answer<C> | Refusal

export type UserContract = Contract & { access: 'user' | 'administrator' }

type Steps<
  C extends Contract,
  Keys extends readonly (Key<unknown> | undefined)[],
  Queried,
  Result extends Outcome<C>,
> = {
  /** The keys of items that are read in one round trip with the caller's user. */
  read?: (request: Request<C>) => Keys
  /** A query that runs at the same time. A refusal of its input is answered before the caller is checked. */
  query?: (request: Request<C>) => Promise<Queried> | Refusal
  /** Runs only for a user who may call the action. */
  perform: (
    request: Request<C> & { user: ActiveUser; context: Context; items: ItemsOf<Keys>; queried: Queried },
  ) => Promise<Result> | Result
}

/**
 * The function of an action that a user calls. It reads the input and checks the caller before `perform` runs. The
 * order of refusals is that of the interface: 400 and 415, then the caller, then the fields.
 */
export function action<
  C extends UserContract,
  const Keys extends readonly (Key<unknown> | undefined)[] = [],
  Queried = undefined,
  const Result extends Outcome<C> = Outcome<C>,
>(contract: C, steps: Steps<C, Keys, Queried, Result>) {
  const respond = async (event: APIGatewayProxyEventV2WithJWTAuthorizer): Promise<Outcome<C>> => {
    const { query, body, params } = inputOf(event, contract)
    for (const part of [query, body]) if (isRefusal(part) && !isOfField(part)) return part
    const key = contract.idempotent ? idempotencyKeyOf(event) : { value: undefined }
    if (isRefusal(key)) return key
    const caller = callerOf(event)
    if (isRefusal(caller)) return caller
    const userKey = keys.user(caller.accountId, caller.userId)
    if (isRefusal(query) || isRefusal(params) || isRefusal(body)) {
      const [found] = await read(userKey)
      return [admit(found, contract.access), query, params, body].find(isRefusal) as Refusal
    }
    const request = {
      caller,
      params: params.value,
      query: query.value,
      body: body.value,
      clock: newClock(),
      idempotency:
        key.value &&
        idempotencyOf(caller, [contract.name, ...Object.values(params.value as Record<string, string>)], {
          key: key.value,
          body: body.value,
        }),
      headers: event.headers,
      self: new URL(`${event.rawPath}?${event.rawQueryString}`, 'http://self'),
    } as Request<C>
    const querying = steps.query?.(request)
    if (isRefusal(querying)) return querying
    const [[found, ...items], queried] = await Promise.all([
      read(userKey, ...(steps.read?.(request) ?? [])),
      querying,
    ])
    const user = admit(found, contract.access)
    if (isRefusal(user)) return user
    return steps.perform({
      ...request,
      user,
      context: { ...request.clock, by: user },
      items: items as ItemsOf<Keys>,
      queried: queried as Queried,
    })
  }
  return middy<APIGatewayProxyEventV2WithJWTAuthorizer, HttpResult>()
    .use(answered(contract.name, callerOf))
    .handler((event) => respond(event) as Promise<never>)
}

const digest = (value: unknown) =>
  createHash('sha256')
    .update(JSON.stringify(value ?? null))
    .digest('base64url')

/**
 * What an item keeps of the request that made it. An idempotency key belongs to a user and a route, with the ids in its
 * path. Bodies are compared as their schema reads them, so that two spellings of one body are equal.
 */
const idempotencyOf = (
  { accountId, userId }: UserRef,
  route: string[],
  { key, body }: { key: string; body: unknown },
): IdempotencyRecord => ({ request: digest([accountId, userId, ...route, key]), bodyDigest: digest(body) })

const newClock = (): Clock => ({ now: new Date().toISOString(), newId: () => uuid() })

type Perform<C extends Contract, Result extends Outcome<C>> = (input: Input<C>) => Promise<Result>

/** The function of an action that the host product calls. API Gateway has checked its signature. */
export const hostAction = <C extends Contract & { access: 'host' }, const Result extends Outcome<C>>(
  contract: C,
  perform: Perform<C, Result>,
) =>
  withoutUser(contract, perform, ({ requestContext }: APIGatewayProxyEventV2WithIAMAuthorizer) => ({
    arn: requestContext.authorizer.iam.userArn,
  }))

/** The function of an action that anyone can call. Its input holds what it needs to check. */
export const publicAction = <C extends Contract & { access: 'anyone' }, const Result extends Outcome<C>>(
  contract: C,
  perform: Perform<C, Result>,
) => withoutUser(contract, perform, (_: APIGatewayProxyEventV2) => ({}))

function withoutUser<
  C extends Contract,
  Event extends APIGatewayProxyEventV2WithRequestContext<Context>,
  Context extends APIGatewayEventRequestContextV2,
>(contract: C, perform: Perform<C, Outcome<C>>, callerOf: (event: Event) => object) {
  const respondTo = async (event: Event): Promise<Outcome<C>> => {
    const { query, body, params } = inputOf(event, contract)
    if (isRefusal(query)) return query
    if (isRefusal(body)) return body
    if (isRefusal(params)) return params
    return perform({
      query: query.value,
      body: body.value,
      params: params.value,
      clock: newClock(),
    } as Input<C>)
  }
  return middy<Event, HttpResult>()
    .use(answered(contract.name, callerOf))
    .handler((event) => respondTo(event) as Promise<never>)
}
