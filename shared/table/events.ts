import type { Actor, Clock } from '../domain/context.ts'
import type { EventType } from '../domain/events.ts'
import { type Side, shown, type Transition } from '../domain/invitation.ts'
import type { ActiveUser, EventItem, InvitationFacts, MailCause } from './items.ts'
import { invitationId, keys } from './keys.ts'
import type { Write } from './transact.ts'

export type { Clock }

/** An entry in an account's log, which is never altered. */
function put(clock: Clock, happening: Omit<EventItem, 'type' | 'id' | 'at'>): Write {
  const id = clock.newId()
  return {
    Put: {
      Item: { ...keys.event(happening.accountId, id), type: 'event', id, at: clock.now, ...happening },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  }
}

const own = ({ accountId, userId, name }: Actor) => ({ accountId, userId, userName: name })

/** What a change of an invitation tells each side; the sender's side carries the e-mail, if there is one. */
export function invitationEvents(
  user: ActiveUser,
  clock: Clock,
  invitation: InvitationFacts,
  { next, events, mail }: Transition,
  mailCause?: Omit<MailCause, 'mail'>,
): Write[] {
  const { sender, recipient, email } = invitation
  const senderKnows = shown[invitation.state].senderKnowsRecipient || shown[next].senderKnowsRecipient
  const tell = (side: Side, event: EventType): Write => {
    const accountId = invitation[side]
    const known = side === 'recipient' || senderKnows
    return put(clock, {
      accountId,
      event,
      invitationId: invitationId(invitation),
      email,
      ...(accountId === user.accountId ? { by: own(user) } : known && { by: { accountId: user.accountId } }),
      ...(known && { partner: side === 'sender' ? recipient : sender }),
      ...(side === 'sender' && mail && mailCause && { mail, ...mailCause }),
    })
  }
  return (['sender', 'recipient'] as const).flatMap((side) => {
    const event = events[side]
    return event ? [tell(side, event)] : []
  })
}

/** The entry in its account's log about a user's change. Without `by`, nobody of the account made it. */
export const userEvent = (
  { by, ...clock }: Clock & { by?: Actor | undefined },
  event: EventType,
  { accountId, userId, email }: { accountId: string; userId: string; email: string },
): Write => put(clock, { accountId, event, by: by ? own(by) : { accountId }, userId, email })

/** What both sides' logs tell of a share. Of a partner's people neither side learns more than the account. */
export const shareEvents = (
  user: ActiveUser,
  clock: Clock,
  event: 'share-added' | 'share-removed',
  partnerId: string,
): Write[] => [
  put(clock, { accountId: user.accountId, event, by: own(user), partner: partnerId }),
  put(clock, {
    accountId: partnerId,
    event,
    by: { accountId: user.accountId },
    partner: user.accountId,
  }),
]

/** What an account's log tells of a contact that a former partner left behind and an administrator removed. */
export const contactEvent = (
  user: ActiveUser,
  clock: Clock,
  contact: { accountId: string; email: string },
): Write =>
  put(clock, {
    accountId: user.accountId,
    event: 'contact-removed',
    by: own(user),
    partner: contact.accountId,
    email: contact.email,
  })
