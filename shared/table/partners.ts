import type { Context } from '../domain/context.ts'
import { decideEnd } from '../domain/invitation.ts'
import { isRefusal, refuse } from '../domain/refusals.ts'
import { invitationEvents } from './events.ts'
import { expiryAfter, lateRecordDays } from './expiry.ts'
import { assign } from './expressions.ts'
import { invitationWrite } from './invitations.ts'
import type { InvitationFacts, PartnershipItem } from './items.ts'
import { inNoList, keys, sentBy } from './keys.ts'
import { transact, type Write } from './transact.ts'

/**
 * Ends a partnership of the user's account, as it was read. One transaction changes the invitation, the pair, both
 * sides' records and both logs. Undefined when done. Refusal: `not-found`, also after a lost race, because only another
 * end takes an accepted invitation out of its state.
 */
export async function endPartnership(read: PartnershipItem | undefined, context: Context) {
  const decision = decideEnd(read)
  if (isRefusal(decision)) return decision
  const { partnership, transition } = decision
  const { accountId, partnerId, sender, hash, sendingId, email } = partnership
  const recipient = accountId === sender ? partnerId : accountId
  const invitation = { sender, recipient, hash, sendingId, email, state: 'accepted' as const }
  const outcome = await transact({ invitation: invitationWrite(invitation, transition.next, context) }, [
    pairApart(invitation, { removeInvitation: transition.next === 'none' }),
    ...endedPartnerships(accountId, partnerId, context),
    ...invitationEvents(invitation, transition, context),
  ])
  if (isRefusal(outcome)) return outcome
  return outcome.committed ? undefined : refuse('not-found')
}

/** The pair are no longer partners. It loses the invitation if that is gone. */
function pairApart(invitation: InvitationFacts, { removeInvitation }: { removeInvitation: boolean }): Write {
  return {
    Update: {
      Key: keys.pair(invitation.sender, invitation.recipient),
      UpdateExpression: `REMOVE partners${removeInvitation ? ' DELETE #sent :gone' : ''}`,
      ...(removeInvitation && {
        ExpressionAttributeNames: { '#sent': sentBy(invitation.sender, invitation.recipient) },
        ExpressionAttributeValues: { ':gone': new Set([invitation.hash]) },
      }),
    },
  }
}

/** Both sides' records after the end: in no list, and kept for a while because late records are compared with them. */
export function endedPartnerships(accountId: string, partnerId: string, { now }: Context): Write[] {
  const end = assign({
    endedAt: now,
    expires: expiryAfter(lateRecordDays, Date.parse(now)),
    position: undefined,
    ...inNoList,
  })
  return [keys.partnership(accountId, partnerId), keys.partnership(partnerId, accountId)].map((Key) => ({
    Update: { Key, ...end },
  }))
}
