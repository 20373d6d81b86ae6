/** The codes of all refusals and failures of a request. Other programs rely on them. */
export const refusalCodes = [
  'malformed-request',
  'unsupported-media-type',
  'unknown-user',
  'not-an-administrator',
  'not-the-recipient',
  'not-the-sender',
  'not-found',
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
  'invalid-email',
  'invalid-field',
  'no-account-for-email',
  'own-account',
  'idempotency-key-reused',
  'quota-exceeded',
  'internal-error',
  'unavailable',
] as const
export type RefusalCode = (typeof refusalCodes)[number]

/** The problem of one field of a request. `pointer` is a JSON pointer (RFC 6901). */
export type FieldError = { pointer: string; detail: string }

/**
 * The reason why a command is refused, as a value. A refused command changes nothing. The private field distinguishes a
 * refusal from everything that is parsed from a request, an item or an event.
 */
export class Refusal {
  readonly refusal: RefusalCode
  readonly errors: FieldError[] | undefined
  /** Seconds until it makes sense to try again. */
  readonly retryAfter: number | undefined
  readonly #brand = true

  constructor(refusal: RefusalCode, more: { errors?: FieldError[] | undefined; retryAfter?: number } = {}) {
    this.refusal = refusal
    this.errors = more.errors
    this.retryAfter = more.retryAfter
  }

  static is(value: unknown): value is Refusal {
    return typeof value === 'object' && value !== null && #brand in value
  }
}

export const refuse = (refusal: RefusalCode, errors?: FieldError[]): Refusal =>
  new Refusal(refusal, { errors })

export const isRefusal = Refusal.is
