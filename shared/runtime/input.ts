import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type * as z from 'zod'
import type { Contract } from '../contract/contract.ts'
import { type FieldError, isRefusal, type Refusal, refuse } from '../domain/refusals.ts'

/** The parts of an event that hold input. */
type InputEvent = Pick<
  APIGatewayProxyEventV2,
  'headers' | 'body' | 'isBase64Encoded' | 'pathParameters' | 'queryStringParameters'
>

const maxBodyBytes = 16 * 1024

const malformed = (detail: string, pointer = ''): Refusal =>
  refuse('malformed-request', [{ pointer, detail }])

/** A body that is one JSON object; `malformed-request` or `unsupported-media-type` for anything else. */
function jsonOf({ headers, body = '', isBase64Encoded }: InputEvent): object | Refusal {
  const mediaType = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (mediaType !== undefined && mediaType !== 'application/json') return refuse('unsupported-media-type')
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')
  if (bytes.length > maxBodyBytes) return malformed(`The body has more than ${maxBodyBytes} bytes.`)
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? value
      : malformed('The body is not a JSON object.')
  } catch {
    return malformed('The body is not JSON.')
  }
}

const pointerOf = (path: PropertyKey[]) =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

const errorsOf = (issues: z.core.$ZodIssue[]): FieldError[] =>
  issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ pointer: pointerOf([key]), detail: 'This field does not exist.' }))
      : [{ pointer: pointerOf(issue.path), detail: issue.message }],
  )

/** A body as its schema reads it; 400 for unknown fields, 422 for invalid fields. */
export function bodyOf<T>(event: InputEvent, schema: z.ZodType<T>): { value: T } | Refusal {
  const json = jsonOf(event)
  if (isRefusal(json)) return json
  const parsed = schema.safeParse(json)
  if (parsed.success) return { value: parsed.data }
  const { issues } = parsed.error
  const unknown = issues.filter(({ code }) => code === 'unrecognized_keys')
  if (unknown.length > 0) return refuse('malformed-request', errorsOf(unknown))
  const onlyEmail = issues.every(({ path }) => path[0] === 'email')
  return refuse(onlyEmail ? 'invalid-email' : 'invalid-field', errorsOf(issues))
}

/** The query parameters that hold ids of the host product. */
const hostIds: PropertyKey[] = ['accountId', 'partnerAccountId', 'objectId']

/** A query as its schema reads it; 422 for a text that can't be an id of the host product, 400 for any other fault. */
function queryOf<T>(event: InputEvent, schema: z.ZodType<T>): { value: T } | Refusal {
  const parsed = schema.safeParse(event.queryStringParameters ?? {})
  if (parsed.success) return { value: parsed.data }
  const { issues } = parsed.error
  const onlyIds = issues.every(({ path: [name = ''] }) => hostIds.includes(name))
  return refuse(onlyIds ? 'invalid-field' : 'malformed-request', errorsOf(issues))
}

const badKey = malformed('An Idempotency-Key has from 1 to 255 visible ASCII characters.', '/Idempotency-Key')

/** The header Idempotency-Key, undefined without it; `malformed-request` for an invalid key. */
export function idempotencyKeyOf({ headers }: InputEvent): { value: string | undefined } | Refusal {
  const value = headers['idempotency-key']
  return value === undefined || /^[\x21-\x7e]{1,255}$/.test(value) ? { value } : badKey
}

/** The path parameters as their schema reads them; 422 for a text that can't be an id. Without a schema, as they are. */
function paramsOf(event: InputEvent, schema: z.ZodType | undefined): { value: unknown } | Refusal {
  const params = event.pathParameters ?? {}
  if (!schema) return { value: params }
  const parsed = schema.safeParse(params)
  return parsed.success ? { value: parsed.data } : refuse('invalid-field', errorsOf(parsed.error.issues))
}

/** Whether a refusal is about a field. Only callers who may call the action are told about fields. */
export const isOfField = ({ refusal }: Refusal): boolean =>
  refusal === 'invalid-email' || refusal === 'invalid-field'

/** The input of a request, each part as its schema reads it or the refusal of it. */
export const inputOf = (event: InputEvent, { params, query, body }: Contract) => ({
  params: paramsOf(event, params),
  query: query ? queryOf(event, query) : { value: undefined },
  body: body ? bodyOf(event, body) : { value: undefined },
})
