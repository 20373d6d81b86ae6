/** Every reason for which a request can be refused or fail, by the code that other programs rely on. */
export const refusalCodes = [
  'malformed-request',
  'unsupported-media-type',
  'unknown-user',
  'not-an-administrator',
  'not-the-recipient',
  'not-found',
  'invitation-pending',
  'invitation-rejected',
  'invitation-not-pending',
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

/** What is wrong with one field of a request; `pointer` is a JSON pointer (RFC 6901) into it. */
export type FieldError = { pointer: string; detail: string }

/** A refusal is a value: what asked for it decides how it is told. It has changed nothing. */
export type Refusal = {
  refusal: RefusalCode
  errors?: FieldError[]
  /** Seconds until it makes sense to try again. */
  retryAfter?: number
}

export const refuse = (refusal: RefusalCode, errors?: FieldError[]): Refusal =>
  errors ? { refusal, errors } : { refusal }

export const isRefusal = (value: object | undefined): value is Refusal =>
  value !== undefined && 'refusal' in value
