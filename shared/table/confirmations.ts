import { decideSendConfirmation } from '../domain/confirmations.ts'
import type { Clock } from '../domain/context.ts'
import { isRefusal, type Refusal } from '../domain/refusals.ts'
import { userState } from '../domain/user.ts'
import { commit, latest } from './commit.ts'
import { updateIf } from './conditional-write.ts'
import { countConfirmation, newConfirmation } from './confirmation-items.ts'
import { assign } from './expressions.ts'
import type { ConfirmationItem, UserItem } from './items.ts'
import { keys, tokenDigest } from './keys.ts'
import { asRead, commitUser } from './users.ts'

/** Sends a user's confirmation e-mail again. Undefined when done. Refusals: `conflict`, `decideSendConfirmation`'s. */
export async function sendConfirmation(read: UserItem | undefined, clock: Clock) {
  const done = await commit(
    { user: read, mayConfirm: true },
    {
      decide: (state) => decideSendConfirmation(state, clock),
      transaction: ({ user, sendTo }) => ({
        conditional: {
          user: { ConditionCheck: { Key: keys.user(user.accountId, user.userId), ...asRead(user) } },
          quota: countConfirmation(user.accountId, sendTo, clock),
        },
        unconditional: [newConfirmation(user, sendTo, clock)],
      }),
      learn: ({ user }, failed) => ({
        user: latest(failed, 'user', user),
        mayConfirm: failed.has('user') || !failed.has('quota'),
      }),
    },
  )
  return isRefusal(done) ? done : undefined
}

/** Makes a token a confirmation's valid one. False if the confirmation was replaced, used or withdrawn meanwhile. */
export async function putToken({ accountId, userId, confirmationId }: ConfirmationItem, token: string) {
  const update = assign({ digest: tokenDigest(token) })
  const { written } = await updateIf({
    Key: keys.confirmation(accountId, userId),
    ...update,
    ConditionExpression: 'confirmationId = :this',
    ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ':this': confirmationId },
  })
  return written
}

/**
 * Confirms the address that a token was sent to, from the user and the confirmation as they were read. Undefined when
 * done. Refusals: `not-found` for a token that is unknown, used or too old, `email-taken`, `conflict`.
 */
export async function confirmAddress(
  { user, confirmation }: { user: UserItem | undefined; confirmation: ConfirmationItem | undefined },
  token: string,
  clock: Clock,
): Promise<Refusal | undefined> {
  const state = { ...userState(user), confirmation }
  const confirmed = await commitUser(state, { type: 'confirm', digest: tokenDigest(token) }, clock)
  return isRefusal(confirmed) ? confirmed : undefined
}
