import { waitsFor } from '../domain/confirmations.ts'
import { isSameUser } from '../domain/confirmed-addresses.ts'
import type { ConfirmationItem, EventItem, MailCause, UserItem } from './items.ts'
import { keys } from './keys.ts'
import { read } from './read.ts'

/** The reader of an e-mail. */
export type Reader = { accountId: string; userId: string; email: string; locale: string }

const defaultLocale = 'en'

/**
 * The readers of the e-mail that an event causes, and the names of the two accounts. An invitation goes to the invited
 * address, as long as the invited user has it. The answer goes to the user who sent the invitation or, if that user is
 * gone, to the sender account's administrators. No e-mail goes to an unconfirmed address.
 */
export async function readersOf(
  event: EventItem & MailCause,
): Promise<{ readers: Reader[]; accountNames: { sender: string; recipient: string } }> {
  const invited = { accountId: event.recipient, userId: event.invitedUser }
  const sentBy = { accountId: event.sender, userId: event.sentBy }
  const about = event.mail === 'invitation-sent' ? invited : sentBy
  const [sender, recipient, user, mail, claim] = await read(
    keys.account(event.sender),
    keys.account(event.recipient),
    keys.user(about.accountId, about.userId),
    keys.mail(event.id, sentBy),
    event.mail === 'invitation-sent' ? keys.email(event.email) : undefined,
  )
  const accountNames = {
    sender: sender?.name ?? event.sender,
    recipient: recipient?.name ?? event.recipient,
  }
  if (event.mail === 'invitation-sent') {
    // Another user who has the address now was not invited.
    if (!claim || !isSameUser(claim, invited)) return { readers: [], accountNames }
    const locale = user && !user.removed ? user.locale : defaultLocale
    return { readers: [{ ...invited, email: event.email, locale }], accountNames }
  }
  // A removed user has already got the e-mail, so it goes to nobody else.
  if (mail?.sentAt) return { readers: [], accountNames }
  const [author] = readerOf(user)
  if (author) return { readers: [author], accountNames }
  const ids = [...(sender?.administrators ?? [])]
  const administrators = await read(...ids.map((id) => keys.user(event.sender, id)))
  return { readers: administrators.flatMap(readerOf), accountNames }
}

/** The reader of a confirmation e-mail, with its record. Undefined if it was sent, or if no user waits for it any more. */
export async function readerOfConfirmation(confirmation: ConfirmationItem) {
  const { accountId, userId, confirmationId, email } = confirmation
  const key = keys.mail(confirmationId, confirmation)
  const [account, user, latest, mail] = await read(
    keys.account(accountId),
    keys.user(accountId, userId),
    keys.confirmation(accountId, userId),
    key,
  )
  if (mail?.sentAt || latest?.confirmationId !== confirmationId || !waitsFor(user, latest)) return undefined
  return { key, email, locale: user.locale, accountName: account?.name ?? accountId }
}

const readerOf = (user: UserItem | undefined): Reader[] =>
  user && !user.removed && user.emailConfirmed
    ? [{ accountId: user.accountId, userId: user.userId, email: user.email, locale: user.locale }]
    : []
