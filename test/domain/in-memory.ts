import { randomUUID } from 'node:crypto'
import { normalizeEmail } from '../../shared/domain/addresses.ts'
import {
  actionsFor,
  decide,
  type InvitationAction,
  maxStandingInvitations,
  moves,
  type Side,
  type State,
  shown,
  transitions,
} from '../../shared/domain/invitation.ts'
import { isAdministrator } from '../../shared/domain/profiles.ts'
import { isRefusal } from '../../shared/domain/refusals.ts'
import type { AccountView, Caller, Outcome, System, World } from '../model/system.ts'

type Invitation = { handle: string; sender: string; recipient: string; email: string; state: State }

/** Nothing depends on the time. */
const now = '2026-11-23T09:00:00.000Z'

const refused = (code: string): Outcome => ({ refused: code })

/** The domain's own decisions, kept in a list instead of a table: what is under test is shared/domain. */
export class InMemory implements System {
  #world: World
  #invitations: Invitation[] = []

  constructor(world: World) {
    this.#world = world
  }

  send(by: Caller, text: string): Outcome {
    const refusal = this.#mayNotCommand(by)
    if (refusal) return refusal
    const email = normalizeEmail(text)
    if (email === undefined) return refused('invalid-email')
    const invited = this.#world.users.find((user) => normalizeEmail(user.email) === email)
    if (!invited) return refused('no-account-for-email')
    const [sender, recipient] = [by.accountId, invited.accountId]
    if (sender === recipient) return refused('own-account')
    if (this.#partnership(sender, recipient)) return refused('already-partners')
    const between = this.#between(sender, recipient)
    const earlier = between.find((one) => one.sender === sender && one.email === email)
    const cell = transitions[earlier?.state ?? 'none'].send
    if (isRefusal(cell)) return refused(cell.refusal)
    const sent = between.filter((one) => one.sender === sender)
    if (!earlier && sent.length >= maxStandingInvitations) return refused('too-many-invitations')
    if (!moves(cell)) throw new Error('A sending that changes nothing')
    this.#invitations = this.#invitations.filter((one) => one !== earlier)
    const handle = randomUUID()
    this.#invitations.push({ handle, sender, recipient, email, state: cell.next })
    return { ok: 'created', handle }
  }

  accept(by: Caller, handle: string): Outcome {
    const invitation = this.#change(by, handle, 'accept')
    if ('refused' in invitation) return invitation
    const { sender, recipient } = invitation
    const others = this.#between(sender, recipient).filter((one) => one !== invitation)
    this.#invitations = this.#invitations.filter((one) => !others.includes(one))
    return { ok: 'accepted', partner: { accountId: sender, initiatedBy: 'them' } }
  }

  reject(by: Caller, handle: string): Outcome {
    const invitation = this.#change(by, handle, 'reject')
    return 'refused' in invitation ? invitation : { ok: 'rejected' }
  }

  deleteInvitation(by: Caller, handle: string): Outcome {
    const invitation = this.#change(by, handle, 'delete')
    return 'refused' in invitation ? invitation : { ok: 'deleted' }
  }

  deletePartner(by: Caller, accountId: string): Outcome {
    const refusal = this.#mayNotCommand(by)
    if (refusal) return refusal
    const partnership = this.#partnership(by.accountId, accountId)
    if (!partnership) return refused('not-found')
    const side: Side = by.accountId === partnership.sender ? 'sender' : 'recipient'
    const cell = transitions[partnership.state][`end-by-${side}`]
    if (!moves(cell)) throw new Error('An end that ends nothing')
    partnership.state = cell.next
    return { ok: 'ended' }
  }

  views(accountId: string): AccountView {
    const view: AccountView = { sent: [], received: [], partners: [] }
    for (const invitation of this.#invitations) {
      const { handle, sender, recipient, email, state } = invitation
      const { senderKnowsRecipient, ...status } = shown[state]
      const actions = actionsFor(invitation, { accountId, administrator: true, now })
      const refusalOf = (action: InvitationAction) => actions[action] ?? null
      if (state === 'accepted' && [sender, recipient].includes(accountId))
        view.partners.push(
          accountId === sender
            ? { accountId: recipient, initiatedBy: 'us' }
            : { accountId: sender, initiatedBy: 'them' },
        )
      if (accountId === sender && status.sender && status.sender !== 'accepted')
        view.sent.push({
          handle,
          email,
          status: status.sender,
          actions: { delete: refusalOf('delete') },
          recipient: senderKnowsRecipient ? recipient : null,
        })
      if (accountId === recipient && status.recipient && status.recipient !== 'accepted')
        view.received.push({
          handle,
          senderAccountId: sender,
          email,
          status: status.recipient,
          actions: {
            accept: refusalOf('accept'),
            reject: refusalOf('reject'),
            delete: refusalOf('delete'),
          },
        })
    }
    return view
  }

  #change(by: Caller, handle: string, action: InvitationAction): Invitation | { refused: string } {
    const refusal = this.#mayNotCommand(by)
    if (refusal) return refusal
    const invitation = this.#invitations.find((one) => one.handle === handle)
    const cell = decide(invitation, action, { accountId: by.accountId, now })
    if (isRefusal(cell)) return { refused: cell.refusal }
    if (!invitation) throw new Error('Something happened to what does not exist')
    if (moves(cell)) invitation.state = cell.next
    this.#invitations = this.#invitations.filter(({ state }) => state !== 'none')
    return invitation
  }

  #mayNotCommand(by: Caller): { refused: string } | undefined {
    const user = this.#world.users.find(({ id, accountId }) => id === by.id && accountId === by.accountId)
    if (!user) return { refused: 'unknown-user' }
    return isAdministrator(user.profile) ? undefined : { refused: 'not-an-administrator' }
  }

  #between(one: string, other: string): Invitation[] {
    return this.#invitations.filter(
      ({ sender, recipient, state }) =>
        state !== 'none' &&
        ((sender === one && recipient === other) || (sender === other && recipient === one)),
    )
  }

  #partnership(one: string, other: string): Invitation | undefined {
    return this.#between(one, other).find(({ state }) => state === 'accepted')
  }
}
