/** Header names are in lower case. */
export type Answer = { status: number; headers: Record<string, string>; body: string }

/** The codes that the interface lists for each status. */
const codes: Record<number, string[]> = {
  400: ['malformed-request'],
  403: ['not-an-administrator', 'unknown-user', 'not-the-recipient', 'not-the-sender'],
  404: ['not-found'],
  409: [
    'invitation-pending',
    'invitation-rejected',
    'invitation-not-pending',
    'invitation-expired',
    'recipient-must-delete-first',
    'already-partners',
    'too-many-invitations',
    'not-partners',
    'contact-is-live',
    'email-taken',
    'last-administrator',
    'version-reused',
    'conflict',
  ],
  415: ['unsupported-media-type'],
  422: ['invalid-email', 'no-account-for-email', 'own-account', 'invalid-field', 'idempotency-key-reused'],
  429: ['quota-exceeded'],
}

/** The status of a refusal's code. */
export const statusOf = (code: string): string =>
  Object.keys(codes).find((status) => codes[Number(status)]?.includes(code)) ?? 'no status'

/** The refusals that the gateway, or HTTP itself, gives before a function is asked. */
const gateways = [400, 401, 403, 404, 413, 414, 431]

export const isGateways = ({ status, headers, body }: Answer): boolean =>
  gateways.includes(status) && headers['x-request-id'] === undefined && isMessage(body)

/** The gateway's own body; the server says nothing where the request is none of HTTP's. */
const isMessage = (body: string) => body === '' || /^\{"message":"[^"]*"\}$/.test(body)

/** In short, such as "409 invitation-pending", or "404 (gateway)". */
export function inShort(answer: Answer): string {
  if (isGateways(answer)) return `${answer.status} (gateway)`
  const { code } = (answer.status >= 400 ? (parsed(answer.body) as { code?: string } | undefined) : {}) ?? {}
  return [answer.status, code].filter((part) => part !== undefined).join(' ')
}

/** What no answer of the interface may be, if this one to a request with this method is; undefined where all is well. */
export function faultOf(method: string, answer: Answer): string | undefined {
  const { status, headers, body } = answer
  if (status >= 500) return 'a failure'
  if (isGateways(answer)) return undefined
  const requestId = headers['x-request-id']
  if (!requestId) return 'no X-Request-Id'
  const broken = Object.entries(headers).find(([, value]) => /[\r\n\0]/.test(value))
  if (broken) return `a line break in ${broken[0]}`
  if (method === 'HEAD') return headFault(answer)
  if (status >= 400) return problemFault(answer, requestId)
  return mediaType(headers) === 'application/json' && parsed(body) === undefined ? 'not JSON' : undefined
}

/** HEAD is answered with the headers of GET and no body. */
function headFault({ status, headers, body }: Answer): string | undefined {
  if (body !== '') return 'a body in answer to HEAD'
  const isProblem = mediaType(headers) === 'application/problem+json'
  return status >= 400 && !isProblem ? `the content type ${mediaType(headers)}` : undefined
}

function problemFault({ status, headers, body }: Answer, requestId: string): string | undefined {
  if (mediaType(headers) !== 'application/problem+json') return `the content type ${mediaType(headers)}`
  const problem = parsed(body)
  if (typeof problem !== 'object' || problem === null) return 'no problem document'
  const { code, type, title, detail, errors, ...rest } = problem as Record<string, unknown>
  if (!codes[status]?.includes(String(code))) return `the code ${code} at ${status}`
  if (type !== `/problems/${code}` || rest.status !== status) return 'a type or status that is not the code’s'
  if (rest.requestId !== requestId) return 'a requestId that is not X-Request-Id'
  if (!isText(title) || !isText(detail)) return 'nothing for people to read'
  const { status: _, requestId: __, ...unknown } = rest
  if (Object.keys(unknown).length > 0) return `the field ${Object.keys(unknown)}`
  return errors === undefined || areErrors(errors) ? undefined : 'errors that are none'
}

const isText = (value: unknown) => typeof value === 'string' && value !== ''

const areErrors = (errors: unknown) =>
  Array.isArray(errors) &&
  errors.every(
    ({ pointer, detail, ...rest }) =>
      /^(\/|$)/.test(pointer) && isText(detail) && Object.keys(rest).length === 0,
  )

const mediaType = (headers: Record<string, string>) =>
  (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''

export function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
