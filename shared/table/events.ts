import type { Actor, Clock, Context } from '../domain/context.ts'
import type { EventType } from '../domain/events.ts'
import { type Side, shown, type Transition } from '../domain/invitation.ts'
import type { EventItem, InvitationFacts, MailCause } from './items.ts'
import { invitationId, keys } from './keys.ts'
import type { Write } from './transact.ts'

/** A new entry in an account's log. */
function put(clock: Clock, entry: Omit<EventItem, 'type' | 'id' | 'at'>): Write {
  const id = clock.newId()
  return {
    Put: {
      Item: { ...keys.event(entry.accountId, id), type: 'event', id, at: clock.now, ...entry },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  }
}

const own = ({ accountId, userId, name }: Actor) => ({ accountId, userId, userName: name })

/** The entries in both sides' logs for a change of an invitation. The sender's entry has the e-mail, if there is one. */
export function invitationEvents(
  invitation: InvitationFacts & { mailCause?: Omit<MailCause, 'mail'> },
  { next, events, mail }: Transition,
  { by, ...clock }: Context,
): Write[] {
  const { sender, recipient, email, mailCause } = invitation
  const senderKnows = shown[invitation.state].senderKnowsRecipient || shown[next].senderKnowsRecipient
  const entryOf = (side: Side, event: EventType): Write => {
    const accountId = invitation[side]
    const known = side === 'recipient' || senderKnows
    return put(clock, {
      accountId,
      event,
      invitationId: invitationId(invitation),
      email,
      ...(accountId === by.accountId ? { by: own(by) } : known && { by: { accountId: by.accountId } }),
      ...(known && { partner: side === 'sender' ? recipient : sender }),
      ...(side === 'sender' && mail && mailCause && { mail, ...mailCause }),
    })
  }
  return (['sender', 'recipient'] as const).flatMap((side) => {
    const event = events[side]
    return event ? [entryOf(side, event)] : []
  })
}

/** The entry in its account's log about a user's change. Without `by`, nobody of the account made it. */
export const userEvent = (
  { accountId, userId, email }: { accountId: string; userId: string; email: string },
  event: EventType,
  { by, ...clock }: Clock & { by?: Actor | undefined },
): Write => put(clock, { accountId, event, by: by ? own(by) : { accountId }, userId, email })

/** The entries in both sides' logs for a share. Each side sees only the account of the other side, and no user. */
export const shareEvents = (
  { partnerId }: { partnerId: string },
  event: 'share-added' | 'share-removed',
  { by, ...clock }: Context,
): Write[] => [
  put(clock, { accountId: by.accountId, event, by: own(by), partner: partnerId }),
  put(clock, { accountId: partnerId, event, by: { accountId: by.accountId }, partner: by.accountId }),
]

/** The entry in an account's log for a removed contact. */
export const contactEvent = (contact: { accountId: string; email: string }, { by, ...clock }: Context) =>
  put(clock, {
    accountId: by.accountId,
    event: 'contact-removed',
    by: own(by),
    partner: contact.accountId,
    email: contact.email,
  })
