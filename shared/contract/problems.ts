import type { Refusal, RefusalCode } from '../domain/refusals.ts'
import type { Problem } from './shapes.ts'

const problems: Record<RefusalCode, { status: number; title: string; detail: string }> = {
  'malformed-request': {
    status: 400,
    title: 'The request can’t be read',
    detail:
      'Send what the description of this route asks for: one JSON object with known fields, known query parameters.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body is not JSON',
    detail: 'Send the body as JSON, with the header Content-Type: application/json.',
  },
  'unknown-user': {
    status: 403,
    title: 'You are not in the directory',
    detail:
      'Your sign-in is valid, but your account has no such user any more. Ask an administrator to add you.',
  },
  'not-an-administrator': {
    status: 403,
    title: 'Only an administrator may do this',
    detail: 'Ask an administrator of your account to do it, or to make you one.',
  },
  'not-the-recipient': {
    status: 403,
    title: 'The invited account answers an invitation',
    detail:
      'Your account sent this invitation. Wait for an administrator of the invited account to answer it.',
  },
  'not-found': {
    status: 404,
    title: 'There is no such thing here',
    detail: 'It does not exist, or no longer, or is not your account’s. Read the list again.',
  },
  'invitation-pending': {
    status: 409,
    title: 'This address is invited already',
    detail: 'The invitation waits for an answer. Delete it first if you want to send it again.',
  },
  'invitation-rejected': {
    status: 409,
    title: 'This address has rejected an invitation',
    detail:
      'The invited account has to delete the rejected invitation first, then you yours; after that you can invite again.',
  },
  'invitation-not-pending': {
    status: 409,
    title: 'This invitation has been answered',
    detail: 'Someone of your account has accepted or rejected it. Read it again to see what it is now.',
  },
  'recipient-must-delete-first': {
    status: 409,
    title: 'The invited account has to delete it first',
    detail: 'A rejected invitation is deleted by the invited account first and by the sender then.',
  },
  'already-partners': {
    status: 409,
    title: 'You are partners',
    detail: 'The accounts are partners already. To undo that, delete the partner.',
  },
  'too-many-invitations': {
    status: 409,
    title: 'Too many invitations stand between the two accounts',
    detail: 'Delete some that were rejected, or wait for an answer, before you send another.',
  },
  'not-partners': {
    status: 409,
    title: 'The two accounts are not partners',
    detail: 'Only partners can be shared with. Become partners first, by an invitation that is accepted.',
  },
  'contact-is-live': {
    status: 409,
    title: 'This contact is a partner’s user',
    detail: 'Only what a former partner left behind can be removed. End the partnership first.',
  },
  'email-taken': {
    status: 409,
    title: 'This address is in use',
    detail: 'Another user has it. Use another address, or remove the user that has this one.',
  },
  'last-administrator': {
    status: 409,
    title: 'An account needs an administrator',
    detail: 'Make someone else an administrator before you remove or demote the last one.',
  },
  'version-reused': {
    status: 409,
    title: 'This version has said something else',
    detail: 'Send each change with a version higher than the one before.',
  },
  conflict: {
    status: 409,
    title: 'Others changed the same thing at the same time',
    detail: 'Nothing was changed by this request. Try again.',
  },
  'invalid-email': {
    status: 422,
    title: 'This is not an e-mail address',
    detail: 'Write it as name@example.com.',
  },
  'invalid-field': {
    status: 422,
    title: 'A field is not right',
    detail: 'See errors for what is wrong with which field.',
  },
  'no-account-for-email': {
    status: 422,
    title: 'Nobody here has this address',
    detail:
      'The address belongs to no user of any account. Check how it is spelled, or ask for the one they sign in with.',
  },
  'own-account': {
    status: 422,
    title: 'This is a user of your own account',
    detail: 'Invite somebody of another account.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'This Idempotency-Key belongs to another request',
    detail: 'Use a new key for a new request; the same key only to repeat one, with the same body.',
  },
  'quota-exceeded': {
    status: 429,
    title: 'No more e-mails today',
    detail: 'Your account has sent as many of these as it may in one day (UTC). Try again tomorrow.',
  },
  'internal-error': {
    status: 500,
    title: 'Something went wrong on our side',
    detail: 'Try again; if it stays, tell us the requestId.',
  },
  unavailable: {
    status: 503,
    title: 'Not available at the moment',
    detail: 'Try again in a few seconds.',
  },
}

/** The problem document for a refusal: `title` and `detail` are for people and say what to do next. */
export function problemFor({ refusal, errors }: Refusal, requestId: string): Problem {
  return {
    type: `/problems/${refusal}`,
    ...problems[refusal],
    code: refusal,
    requestId,
    ...(errors && { errors }),
  }
}
