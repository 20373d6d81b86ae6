import type { Refusal, RefusalCode } from '../domain/refusals.ts'
import type { Problem } from './shapes.ts'

const problems: Record<RefusalCode, { status: number; title: string; detail: string }> = {
  'malformed-request': {
    status: 400,
    title: 'The request is malformed',
    detail:
      'Send one JSON object with known fields, and known query parameters, as the documentation of this action describes.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body is not JSON',
    detail: 'Send the body as JSON, with the header Content-Type: application/json.',
  },
  'unknown-user': {
    status: 403,
    title: 'You are not a user of this account',
    detail: 'Your sign-in is valid, but you are not a user of the account. Ask an administrator to add you.',
  },
  'not-an-administrator': {
    status: 403,
    title: 'Only an administrator can do this',
    detail: 'Ask an administrator of your account to do this, or to make you an administrator.',
  },
  'not-the-recipient': {
    status: 403,
    title: 'Only the invited account can answer this invitation',
    detail:
      'Your account sent this invitation. Wait for an administrator of the invited account to answer it.',
  },
  'not-the-sender': {
    status: 403,
    title: 'Only the account that sent this invitation can send it again',
    detail: 'Your account has received this invitation. Accept it, reject it or delete it.',
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    detail: 'It does not exist, was removed, or belongs to another account. Read the list again.',
  },
  'invitation-pending': {
    status: 409,
    title: 'This address has already been invited',
    detail: 'The invitation waits for an answer. You can send that invitation again.',
  },
  'invitation-rejected': {
    status: 409,
    title: 'This address has rejected an invitation',
    detail:
      'First the invited account deletes the rejected invitation, then you delete yours. After that you can invite the address again.',
  },
  'invitation-not-pending': {
    status: 409,
    title: 'This invitation has already been answered',
    detail:
      'A user of your account has accepted or rejected it. Read the invitation again to see its status.',
  },
  'invitation-expired': {
    status: 409,
    title: 'This invitation has expired',
    detail: 'Ask the account that sent it to send it again.',
  },
  'recipient-must-delete-first': {
    status: 409,
    title: 'The invited account must delete this invitation first',
    detail: 'The invited account deletes a rejected invitation first. After that, the sender can delete it.',
  },
  'already-partners': {
    status: 409,
    title: 'The accounts are already partners',
    detail: 'To end the partnership, delete the partner.',
  },
  'too-many-invitations': {
    status: 409,
    title: 'There are too many invitations between the two accounts',
    detail:
      'Your account can have 40 invitations to one account. Before you send another, delete an invitation that is expired, or wait for an answer to one.',
  },
  'not-partners': {
    status: 409,
    title: 'The two accounts are not partners',
    detail: 'You can share only with partners. Invite the account first.',
  },
  'contact-is-live': {
    status: 409,
    title: 'This contact is a user of a partner',
    detail: 'You can remove only contacts of former partners. End the partnership first.',
  },
  'email-taken': {
    status: 409,
    title: 'This address is in use',
    detail: 'Another user has this address. Use another address, or remove that user.',
  },
  'last-administrator': {
    status: 409,
    title: 'An account needs an administrator',
    detail: 'Make another user an administrator before you remove or demote the last one.',
  },
  'version-reused': {
    status: 409,
    title: 'This version was used for another change',
    detail: 'Send each change with a version that is higher than the previous one.',
  },
  conflict: {
    status: 409,
    title: 'The same data was changed at the same time',
    detail: 'This request has changed nothing. Try again.',
  },
  'invalid-email': {
    status: 422,
    title: 'This is not an e-mail address',
    detail: 'Write it as name@example.com.',
  },
  'invalid-field': {
    status: 422,
    title: 'A field is invalid',
    detail: 'The list errors names each invalid field and what is wrong with it.',
  },
  'no-account-for-email': {
    status: 422,
    title: 'No user has this address',
    detail:
      'No user of any account has confirmed this address. Check the spelling, or ask for the address that they sign in with.',
  },
  'own-account': {
    status: 422,
    title: 'This address belongs to a user of your own account',
    detail: 'Invite a user of another account.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'This Idempotency-Key was used for another request',
    detail:
      'Use a new key for each new request. Use the same key only to repeat a request with the same body.',
  },
  'quota-exceeded': {
    status: 429,
    title: 'The daily limit of e-mails is reached',
    detail:
      'Your account has sent as many of these e-mails as it can in one day, in all or to this address. The limit ends at midnight UTC: the header Retry-After has the seconds until then.',
  },
  'internal-error': {
    status: 500,
    title: 'Internal error',
    detail: 'Try again. If the error persists, contact support with the requestId.',
  },
  unavailable: {
    status: 503,
    title: 'Temporarily unavailable',
    detail: 'Try again in a few seconds.',
  },
}

/** The problem document (RFC 9457) of a refusal. `title` and `detail` are for people and say what to do next. */
export function problemFor({ refusal, errors }: Refusal, requestId: string): Problem {
  return {
    type: `/problems/${refusal}`,
    ...problems[refusal],
    code: refusal,
    requestId,
    ...(errors && { errors }),
  }
}
