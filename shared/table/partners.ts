import { livePartnership } from '../domain/contacts.ts'
import type { Context } from '../domain/context.ts'
import { type Command, moves, transitions } from '../domain/invitation.ts'
import { isRefusal, type Refusal, refuse } from '../domain/refusals.ts'
import { invitationEvents } from './events.ts'
import { expiryAfter, lateRecordDays } from './expiry.ts'
import { assign } from './expressions.ts'
import { invitationWrite } from './invitations.ts'
import type { PartnershipItem } from './items.ts'
import { inNoList, keys, sentBy } from './keys.ts'
import { transact, type Write } from './transact.ts'

/**
 * Ends a partnership of the user's account, as it was read, in one transaction: the invitation that it came from, as the
 * table of states says, the pair, both sides' records, both logs. Undefined when done. The condition is the
 * invitation's: only an end takes an accepted one out of that state, so a lost race is another's end.
 */
export async function endPartnership(
  read: PartnershipItem | undefined,
  context: Context,
): Promise<Refusal | undefined> {
  const partnership = livePartnership(read)
  if (!partnership) return refuse('not-found')
  const { accountId, partnerId, sender, hash, sendingId, email } = partnership
  const command: Command = accountId === sender ? 'end-by-sender' : 'end-by-recipient'
  const cell = transitions.accepted[command]
  if (!moves(cell)) return refuse('not-found')
  const recipient = accountId === sender ? partnerId : accountId
  const invitation = { sender, recipient, hash, sendingId, email, state: 'accepted' as const }
  const outcome = await transact({ invitation: invitationWrite(invitation, cell.next, context) }, [
    apart(invitation, cell.next === 'none'),
    ended(accountId, partnerId, context),
    ended(partnerId, accountId, context),
    ...invitationEvents(invitation, cell, context),
  ])
  if (isRefusal(outcome)) return outcome
  return outcome.committed ? undefined : refuse('not-found')
}

/** The pair are partners no longer; the invitation stands on between them unless it is gone. */
function apart(invitation: { sender: string; recipient: string; hash: string }, gone: boolean): Write {
  return {
    Update: {
      Key: keys.pair(invitation.sender, invitation.recipient),
      UpdateExpression: `REMOVE partners${gone ? ' DELETE #sent :gone' : ''}`,
      ...(gone && {
        ExpressionAttributeNames: { '#sent': sentBy(invitation.sender, invitation.recipient) },
        ExpressionAttributeValues: { ':gone': new Set([invitation.hash]) },
      }),
    },
  }
}

/** One side's record after the end: in no list, and kept for a while to judge late records by. */
function ended(accountId: string, partnerId: string, { now }: Context): Write {
  return {
    Update: {
      Key: keys.partnership(accountId, partnerId),
      ...assign({
        endedAt: now,
        expires: expiryAfter(lateRecordDays, Date.parse(now)),
        position: undefined,
        ...inNoList,
      }),
    },
  }
}
