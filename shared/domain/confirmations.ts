import { type Addresses, toConfirm } from './confirmed-addresses.ts'
import type { Clock } from './context.ts'
import { quotaExceeded } from './quotas.ts'
import { type Refusal, refuse } from './refusals.ts'

/** The link that confirms an address. `digest` is of its token, and is missing until the e-mail is written. */
export type Confirmation = { email: string; digest?: string | undefined; until: string }

type Removed = { removed: true }
type Present = Addresses & { removed?: undefined }

/** Whether a user waits for this confirmation. */
export function waitsFor<U extends Present | Removed>(
  user: U | undefined,
  confirmation: { email: string } | undefined,
): user is Exclude<U, Removed> {
  const email = user && !user.removed ? toConfirm(user) : undefined
  return email !== undefined && email === confirmation?.email
}

/**
 * Sends the confirmation e-mail again. Refusals: `not-found`, also if no address waits for a confirmation;
 * `quota-exceeded` if the account has sent the address as many of these e-mails today as it can.
 */
export function decideSendConfirmation<U extends Present | Removed>(
  { user, mayConfirm }: { user: U | undefined; mayConfirm: boolean },
  { now }: Pick<Clock, 'now'>,
): { user: Exclude<U, Removed>; sendTo: string } | Refusal {
  const sendTo = user && !user.removed ? toConfirm(user) : undefined
  if (!user || user.removed || sendTo === undefined) return refuse('not-found')
  return mayConfirm ? { user: user as Exclude<U, Removed>, sendTo } : quotaExceeded(now)
}
