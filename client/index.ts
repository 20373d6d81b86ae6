import createClient, { type Client, type MaybeOptionalInit, type ParseAsResponse } from 'openapi-fetch'
import type {
  ErrorResponse,
  HttpMethod,
  PathsWithMethod,
  RequiredKeysOf,
  ResponseObjectMap,
  SuccessResponse,
} from 'openapi-typescript-helpers'
import type { components, paths } from './schema.d.ts'

/** The schemas of the interface by name, such as `Schemas['Invitation']`. */
export type Schemas = components['schemas']

/** The media types of `data` and `error`. `parseAs: 'text'` returns other representations, such as contacts as CSV. */
type Json = 'application/json' | 'application/problem+json'

type Answers<Operation> = Extract<ResponseObjectMap<Operation>, Record<string | number, unknown>>

type Fetched<Operation, Init> =
  | {
      data: ParseAsResponse<SuccessResponse<Answers<Operation>, Json>, Init>
      error?: never
      response: Response
    }
  | { data?: never; error: ErrorResponse<Answers<Operation>, Json>; response: Response }

/** Like openapi-fetch's type, which would break up `string & {}`, with which open strings list known values. */
type Call<Method extends HttpMethod> = <
  Path extends PathsWithMethod<paths, Method>,
  Init extends MaybeOptionalInit<paths[Path], Method>,
>(
  path: Path,
  ...init: RequiredKeysOf<Init> extends never
    ? [(Init & { [key: string]: unknown })?]
    : [Init & { [key: string]: unknown }]
) => Promise<Fetched<paths[Path][Method], Init>>

export type PartnerAccounts = Pick<Client<paths>, 'use' | 'eject'> & {
  GET: Call<'get'>
  POST: Call<'post'>
  PUT: Call<'put'>
  PATCH: Call<'patch'>
  DELETE: Call<'delete'>
}

/**
 * The interface at `baseUrl`, without `/v1` at its end. `METHOD(path, { params, body })` returns `data`, or `error`
 * after a refusal. It throws only without an answer. `token` returns each request's access token.
 */
export function partnerAccounts(options: {
  baseUrl: string
  token: () => string | undefined | Promise<string | undefined>
}): PartnerAccounts {
  const client = createClient<paths>({ baseUrl: options.baseUrl })
  client.use({
    async onRequest({ request }) {
      const token = await options.token()
      if (token !== undefined) request.headers.set('authorization', `Bearer ${token}`)
      return request
    },
  })
  return client as PartnerAccounts
}

/** Whether an error is a problem with a `code`. A refusal of the gateway itself has only a `message`. */
export const isProblem = <E>(error: E): error is Extract<E, { code: string }> =>
  typeof error === 'object' && error !== null && 'code' in error

/** The error that `dataOf` and `itemsOf` throw for a refused request. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly status: number
  /** Undefined for a refusal of the gateway itself. */
  readonly problem: Schemas['Problem'] | undefined
  /** Seconds to wait before a retry, if the answer has `Retry-After`. */
  readonly retryAfter: number | undefined

  constructor(status: number, error: unknown, retryAfter?: number) {
    const problem = isProblem(error as Schemas['Problem'] | undefined)
      ? (error as Schemas['Problem'])
      : undefined
    super(problem ? `${problem.title}. ${problem.detail}` : `Refused with status ${status}`)
    this.status = status
    this.problem = problem
    this.retryAfter = retryAfter
  }
}

type Answer<Data> = { data?: Data; error?: unknown; response: Response }

/** The data of an answer. Throws `Refused` if there is an error instead. */
export function dataOf<Data>({ data, error, response }: Answer<Data>): Data {
  if (!response.ok) {
    const seconds = Number.parseInt(response.headers.get('retry-after') ?? '', 10)
    throw new Refused(response.status, error, Number.isNaN(seconds) ? undefined : seconds)
  }
  return data as Data
}

/** The items of a whole list. `read` requests the page at a cursor (undefined: the first). Throws `Refused`. */
export async function* itemsOf<Item>(
  read: (cursor: string | undefined) => Promise<Answer<{ items: Item[]; next: string | null }>>,
): AsyncGenerator<Item, void, undefined> {
  let cursor: string | undefined
  do {
    const { items, next } = dataOf(await read(cursor))
    yield* items
    cursor = next ?? undefined
  } while (cursor !== undefined)
}

/** A header with a new key, which makes a request safe to repeat. Send the same header with every try. */
export const once = (): { 'Idempotency-Key': string } => ({ 'Idempotency-Key': crypto.randomUUID() })
