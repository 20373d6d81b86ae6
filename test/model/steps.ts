import {
  type Command,
  type Member,
  type RelationshipCommand,
  type Side,
  spellings,
  type Which,
} from './commands.ts'
import type { Model } from './model.ts'
import type { Caller, NewUser, Outcome, System, SystemAtRest } from './system.ts'

/** A command once it is known who gives it and what it is about, by the model's names. */
export type RelationshipStep =
  | { do: 'send'; by: Caller; email: string }
  | { do: 'accept' | 'reject' | 'delete'; by: Caller; handle: string }
  | { do: 'delete-partner'; by: Caller; accountId: string }

export type Step =
  | RelationshipStep
  | { do: 'add-user'; by: Caller; user: NewUser }
  | { do: 'change-user'; by: Caller; userId: string; change: Partial<NewUser> }
  | { do: 'remove-user'; by: Caller; userId: string }
  | { do: 'remove-contact'; by: Caller; handle: string }

const neverMade = 'never-made'

/** Says who gives the command and what it is about, as things stand in the model. */
export function relationshipStep(command: RelationshipCommand, model: Model): RelationshipStep {
  switch (command.do) {
    case 'send':
      return { do: 'send', by: member(command.by, model), email: command.email }
    case 'send-again': {
      const sending = sendingOf(command.invitation, model)
      const email = spellings[command.spelling](sending?.address ?? model.people.at(-1)?.email ?? '')
      return { do: 'send', by: memberOfSide(command.by, sending, model), email }
    }
    case 'delete-partner':
      return { do: 'delete-partner', by: member(command.by, model), accountId: command.accountId }
    case 'end': {
      const partnerships = partnershipsOf(model)
      const partnership = partnerships[command.partnership % partnerships.length]
      const by = memberOfSide(command.by, partnership, model)
      const ended = command.by.as === 'recipient' ? partnership?.sender : partnership?.recipient
      return { do: 'delete-partner', by, accountId: ended ?? 'nowhere' }
    }
    default: {
      const sending = sendingOf(command.invitation, model)
      const by = memberOfSide(command.by, sending, model)
      return { do: command.do, by, handle: sending?.handle ?? neverMade }
    }
  }
}

/** As `relationshipStep`, for the commands that change users and contacts as well. */
export function stepOf(command: Command, model: Model): Step {
  switch (command.do) {
    case 'add-user':
      return { do: command.do, by: member(command.by, model), user: command.user }
    case 'change-user': {
      const userId = member(command.whom, model).id
      return { do: command.do, by: member(command.by, model), userId, change: command.change }
    }
    case 'remove-user': {
      const userId = member(command.whom, model).id
      return { do: command.do, by: member(command.by, model), userId }
    }
    case 'remove-contact': {
      const members = model.contacts(command.by.account).filter(({ kind }) => kind === 'member')
      // Live ones after those left behind, so that removing them is tried as well.
      const inTurn = members.toSorted((one, other) => Number(one.live) - Number(other.live))
      const handle = inTurn[command.nthLeftBehind]?.handle ?? neverMade
      return { do: command.do, by: member(command.by, model), handle }
    }
    default:
      return relationshipStep(command, model)
  }
}

function sendingOf({ among, nth }: Which, model: Model): Model['invitations'][number] | undefined {
  const latestFirst = model.invitations.toReversed()
  if (among === 'all') return latestFirst[nth]
  const candidates = latestFirst.filter((one) => {
    const answered = one.wasRejected || one.wasAccepted
    if (among === 'pending') return one.recipientHasIt && !answered
    return one.senderHasIt && (among === 'standing' || one.wasRejected)
  })
  return candidates[nth % candidates.length]
}

function partnershipsOf(model: Model): { sender: string; recipient: string }[] {
  return model.accounts.flatMap((sender) =>
    model
      .views(sender)
      .partners.filter(({ initiatedBy }) => initiatedBy === 'us')
      .map(({ accountId }) => ({ sender, recipient: accountId })),
  )
}

function member({ account, among, nth }: Member, model: Model): Caller {
  const people = model.people.filter(
    ({ accountId, gone, profile }) =>
      accountId === account && (among === 'everybody' || (!gone && profile.endsWith('administrator'))),
  )
  const person = people[among === 'everybody' ? nth : nth % people.length]
  return { id: person?.id ?? `${account}-nobody`, accountId: account }
}

function memberOfSide(
  { as, ...someone }: Side,
  between: { sender: string; recipient: string } | undefined,
  model: Model,
): Caller {
  const [first = ''] = model.accounts
  const { sender, recipient } = between ?? { sender: first, recipient: first }
  const bystander = model.accounts.find((id) => id !== sender && id !== recipient) ?? recipient
  return member({ account: { sender, recipient, bystander }[as], ...someone }, model)
}

/** Gives a step to a system. The step names invitations and users as that system does. */
export function take(step: RelationshipStep, system: System): Outcome | Promise<Outcome> {
  switch (step.do) {
    case 'send':
      return system.send(step.by, step.email)
    case 'accept':
      return system.accept(step.by, step.handle)
    case 'reject':
      return system.reject(step.by, step.handle)
    case 'delete':
      return system.deleteInvitation(step.by, step.handle)
    case 'delete-partner':
      return system.deletePartner(step.by, step.accountId)
  }
}

/** As `take`, for a system that has users and contacts as well. */
export function takeAtRest(step: Step, system: SystemAtRest): Outcome | Promise<Outcome> {
  switch (step.do) {
    case 'add-user':
      return system.addUser(step.by, step.user)
    case 'change-user':
      return system.changeUser(step.by, step.userId, step.change)
    case 'remove-user':
      return system.removeUser(step.by, step.userId)
    case 'remove-contact':
      return system.removeContact(step.by, step.handle)
    default:
      return take(step, system)
  }
}

/** The step as a line of a history, before it is taken. */
export function tell(step: Step, model: Model): string {
  const caller = model.people.find(({ id, gone }) => id === step.by.id && !gone)
  return `${step.by.id} (${caller?.profile ?? 'unknown'}) ${tellDeed(step)}`
}

function tellDeed(step: Step): string {
  switch (step.do) {
    case 'send':
      return `sends to ${JSON.stringify(step.email)}`
    case 'accept':
      return `accepts ${step.handle}`
    case 'reject':
      return `rejects ${step.handle}`
    case 'delete':
      return `deletes ${step.handle}`
    case 'delete-partner':
      return `deletes the partner ${step.accountId}`
    case 'add-user':
      return `adds ${JSON.stringify(step.user)}`
    case 'change-user':
      return `changes ${step.userId} to ${JSON.stringify(step.change)}`
    case 'remove-user':
      return `removes ${step.userId}`
    case 'remove-contact':
      return `removes ${step.handle}`
  }
}

/** The outcome as the end of that line. */
export function tellOutcome(outcome: Outcome): string {
  if ('refused' in outcome) return `refused: ${outcome.refused}`
  if (outcome.ok === 'created') return `created ${outcome.handle}`
  if (outcome.ok === 'user-added') return `user-added ${outcome.userId}`
  return outcome.ok
}
