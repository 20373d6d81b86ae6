import { domainToASCII } from 'node:url'
import type {
  AccountView,
  Caller,
  ContactView,
  Mail,
  NewUser,
  Outcome,
  ReceivedView,
  SentView,
  SystemAtRest,
  User,
  World,
} from './system.ts'

type Refusal =
  | 'unknown-user'
  | 'not-an-administrator'
  | 'invalid-email'
  | 'no-account-for-email'
  | 'own-account'
  | 'already-partners'
  | 'invitation-pending'
  | 'invitation-rejected'
  | 'too-many-invitations'
  | 'not-found'
  | 'not-the-recipient'
  | 'invitation-not-pending'
  | 'recipient-must-delete-first'
  | 'email-taken'
  | 'last-administrator'
  | 'contact-is-live'

/** One sending. What the two sides still have of it is kept for each side, not as a state. */
interface Invitation {
  handle: string
  sender: string
  recipient: string
  address: string
  sentBy: string
  senderHasIt: boolean
  recipientHasIt: boolean
  wasRejected: boolean
  wasAccepted: boolean
}

interface Partnership {
  sender: string
  recipient: string
  invitation: Invitation
}

/** The owner's copy of a user of a partner or former partner. */
interface Member {
  owner: string
  user: User
  live: boolean
}

type Person = User & { gone: boolean }

/** How addresses are compared: trimmed, NFC, lower-cased, the domain in its ASCII form. */
export function sameAddress(email: string): string {
  return email
    .trim()
    .normalize('NFC')
    .toLowerCase()
    .replace(/(?<=@).*$/, domainToASCII)
}

function refused(code: Refusal): { refused: Refusal } {
  return { refused: code }
}

/** The relationship between accounts as behaviour.md §§2–5 tell it: slow, in memory, and at rest after every command. */
export class Model implements SystemAtRest {
  readonly people: Person[]
  /** Every sending there ever was, oldest first, the ones that are gone for both included. */
  readonly invitations: Invitation[] = []
  #accounts: string[]
  #partnerships: Partnership[] = []
  #members: Member[] = []
  #mails: Mail[] = []

  constructor(world: World) {
    this.#accounts = world.accounts
    this.people = world.users.map((user) => ({ ...user, gone: false }))
  }

  get accounts(): readonly string[] {
    return this.#accounts
  }

  send(by: Caller, email: string): Outcome {
    const refusal = this.#mayNotCommand(by)
    if (refusal) return refusal
    const address = sameAddress(email)
    if (!address.includes('@')) return refused('invalid-email')
    const invited = this.#users().find((user) => user.email === address)
    if (!invited) return refused('no-account-for-email')
    const [sender, recipient] = [by.accountId, invited.accountId]
    if (sender === recipient) return refused('own-account')
    if (this.#partnershipBetween(sender, recipient)) return refused('already-partners')

    const standing = this.#standingBetween(sender, recipient)
    const earlier = standing.find((one) => one.sender === sender && one.address === address)
    // There is no partnership now, so one that was accepted is what is left of a former one: no obstacle.
    if (earlier && !earlier.wasAccepted) {
      const stillAsked = earlier.recipientHasIt && !earlier.wasRejected
      return refused(stillAsked ? 'invitation-pending' : 'invitation-rejected')
    }
    const others = standing.filter((one) => one.sender === sender && one !== earlier)
    if (others.length >= 40) return refused('too-many-invitations')

    if (earlier) vanish(earlier)
    const handle = `#${this.invitations.length + 1}`
    this.invitations.push({
      handle,
      sender,
      recipient,
      address,
      sentBy: by.id,
      senderHasIt: true,
      recipientHasIt: true,
      wasRejected: false,
      wasAccepted: false,
    })
    this.#mails.push({ kind: 'invitation-sent', to: address })
    return { ok: 'created', handle }
  }

  accept(by: Caller, handle: string): Outcome {
    const found = this.#asRecipient(by, handle)
    if ('refused' in found) return found
    const refusal = this.#whyNotAccept(found)
    if (refusal) return refused(refusal)
    const { sender, recipient } = found
    if (!this.#partnershipOf(found)) {
      for (const other of this.#standingBetween(sender, recipient)) if (other !== found) vanish(other)
      found.wasAccepted = true
      this.#partnerships.push({ sender, recipient, invitation: found })
      this.#copyUsers(sender, recipient)
      this.#copyUsers(recipient, sender)
      this.#writeToTheSender('invitation-accepted', found)
    }
    return { ok: 'accepted', partner: { accountId: sender, initiatedBy: 'them' } }
  }

  reject(by: Caller, handle: string): Outcome {
    const found = this.#asRecipient(by, handle)
    if ('refused' in found) return found
    const refusal = this.#whyNotReject(found)
    if (refusal) return refused(refusal)
    if (!found.wasRejected) {
      found.wasRejected = true
      this.#writeToTheSender('invitation-rejected', found)
    }
    return { ok: 'rejected' }
  }

  deleteInvitation(by: Caller, handle: string): Outcome {
    const refusal = this.#mayNotCommand(by)
    if (refusal) return refusal
    const found = this.#seenBy(by.accountId, handle)
    if (!found) return refused('not-found')
    const bySender = found.sender === by.accountId
    const reason = bySender ? this.#whySenderMayNotDelete(found) : this.#whyRecipientMayNotDelete(found)
    if (reason) return refused(reason)
    if (bySender) vanish(found)
    else found.recipientHasIt = false
    return { ok: 'deleted' }
  }

  deletePartner(by: Caller, accountId: string): Outcome {
    const refusal = this.#mayNotCommand(by)
    if (refusal) return refusal
    const ending = this.#partnershipBetween(by.accountId, accountId)
    if (!ending) return refused('not-found')
    this.#partnerships = this.#partnerships.filter((one) => one !== ending)
    // The sender who ends it wants to see nothing of it any more; the sender who was left sees a rejection.
    if (by.accountId === ending.sender) vanish(ending.invitation)
    else ending.invitation.recipientHasIt = false
    for (const member of this.#members) {
      const owner = member.owner
      const source = member.user.accountId
      const betweenThem =
        (owner === ending.sender && source === ending.recipient) ||
        (owner === ending.recipient && source === ending.sender)
      if (betweenThem) member.live = false
    }
    return { ok: 'ended' }
  }

  views(accountId: string): AccountView {
    return {
      sent: this.invitations
        .filter((one) => one.sender === accountId && one.senderHasIt && !this.#partnershipOf(one))
        .map((one) => this.#sentView(one)),
      received: this.invitations
        .filter((one) => one.recipient === accountId && one.recipientHasIt && !this.#partnershipOf(one))
        .map((one) => this.#receivedView(one)),
      partners: this.#partnerships
        .filter(({ sender, recipient }) => sender === accountId || recipient === accountId)
        .map(({ sender, recipient }) =>
          sender === accountId
            ? { accountId: recipient, initiatedBy: 'us' }
            : { accountId: sender, initiatedBy: 'them' },
        ),
    }
  }

  addUser(by: Caller, user: NewUser): Outcome {
    const refusal = this.#mayNotCommand(by)
    if (refusal) return refusal
    const email = sameAddress(user.email)
    if (this.#users().some((one) => one.email === email)) return refused('email-taken')
    const id = `user-${this.people.length + 1}`
    this.people.push({ ...user, email, id, accountId: by.accountId, gone: false })
    this.#partnersFollow(by.accountId)
    return { ok: 'user-added', userId: id }
  }

  changeUser(by: Caller, userId: string, change: Partial<NewUser>): Outcome {
    const refusal = this.#mayNotCommand(by)
    if (refusal) return refusal
    const person = this.#users().find((user) => user.id === userId && user.accountId === by.accountId)
    if (!person) return refused('not-found')
    const after = { ...person, ...change, email: sameAddress(change.email ?? person.email) }
    if (this.#users().some((one) => one !== person && one.email === after.email))
      return refused('email-taken')
    if (!isAdministrator(after) && this.#isLastAdministrator(person)) return refused('last-administrator')
    Object.assign(person, after)
    this.#partnersFollow(by.accountId)
    return { ok: 'user-changed' }
  }

  removeUser(by: Caller, userId: string): Outcome {
    const refusal = this.#mayNotCommand(by)
    if (refusal) return refusal
    const person = this.#users().find((user) => user.id === userId && user.accountId === by.accountId)
    if (!person) return refused('not-found')
    if (this.#isLastAdministrator(person)) return refused('last-administrator')
    person.gone = true
    this.#partnersFollow(by.accountId)
    return { ok: 'user-removed' }
  }

  removeContact(by: Caller, handle: string): Outcome {
    const refusal = this.#mayNotCommand(by)
    if (refusal) return refusal
    const member = this.#members.find(
      ({ owner, user }) => owner === by.accountId && contactHandle(owner, user) === handle,
    )
    if (!member) return refused('not-found')
    if (member.live) return refused('contact-is-live')
    this.#members = this.#members.filter((one) => one !== member)
    return { ok: 'contact-removed' }
  }

  contacts(accountId: string): ContactView[] {
    const own = this.#users().filter((user) => user.accountId === accountId)
    const members = this.#members.filter((member) => member.owner === accountId)
    return [
      ...own.map((user) => contactView(accountId, 'user', user, true)),
      ...members.map(({ user, live }) => contactView(accountId, 'member', user, live)),
    ]
  }

  mails(): Mail[] {
    return [...this.#mails]
  }

  #users(): Person[] {
    return this.people.filter((person) => !person.gone)
  }

  #mayNotCommand(by: Caller): { refused: Refusal } | undefined {
    const user = this.#users().find((one) => one.id === by.id && one.accountId === by.accountId)
    if (!user) return refused('unknown-user')
    if (!isAdministrator(user)) return refused('not-an-administrator')
    return undefined
  }

  #isLastAdministrator(person: Person): boolean {
    const administrators = this.#administrators(person.accountId)
    return administrators.length === 1 && administrators[0] === person
  }

  #administrators(accountId: string): Person[] {
    return this.#users().filter((user) => user.accountId === accountId && isAdministrator(user))
  }

  #seenBy(accountId: string, handle: string): Invitation | undefined {
    return this.invitations.find(
      (one) =>
        one.handle === handle &&
        ((one.sender === accountId && one.senderHasIt) ||
          (one.recipient === accountId && one.recipientHasIt)),
    )
  }

  #asRecipient(by: Caller, handle: string): Invitation | { refused: Refusal } {
    const refusal = this.#mayNotCommand(by)
    if (refusal) return refusal
    const found = this.#seenBy(by.accountId, handle)
    if (!found) return refused('not-found')
    if (found.recipient !== by.accountId) return refused('not-the-recipient')
    return found
  }

  #standingBetween(one: string, other: string): Invitation[] {
    return this.invitations.filter(
      ({ sender, recipient, senderHasIt, recipientHasIt }) =>
        (senderHasIt || recipientHasIt) &&
        ((sender === one && recipient === other) || (sender === other && recipient === one)),
    )
  }

  #partnershipBetween(one: string, other: string): Partnership | undefined {
    return this.#partnerships.find(
      ({ sender, recipient }) =>
        (sender === one && recipient === other) || (sender === other && recipient === one),
    )
  }

  #partnershipOf(invitation: Invitation): Partnership | undefined {
    return this.#partnerships.find((one) => one.invitation === invitation)
  }

  #whyNotAccept(invitation: Invitation): Refusal | null {
    return invitation.wasRejected ? 'invitation-not-pending' : null
  }

  #whyNotReject(invitation: Invitation): Refusal | null {
    return this.#partnershipOf(invitation) ? 'invitation-not-pending' : null
  }

  #whySenderMayNotDelete(invitation: Invitation): Refusal | null {
    if (this.#partnershipOf(invitation)) return 'already-partners'
    if (invitation.wasRejected && invitation.recipientHasIt) return 'recipient-must-delete-first'
    return null
  }

  #whyRecipientMayNotDelete(invitation: Invitation): Refusal | null {
    return this.#partnershipOf(invitation) ? 'already-partners' : null
  }

  #sentView(invitation: Invitation): SentView {
    const { handle, address, recipient, recipientHasIt, wasRejected, wasAccepted } = invitation
    return {
      handle,
      email: address,
      status: wasRejected || !recipientHasIt ? 'rejected' : 'pending',
      actions: { delete: this.#whySenderMayNotDelete(invitation) },
      recipient: wasAccepted ? recipient : null,
    }
  }

  #receivedView(invitation: Invitation): ReceivedView {
    return {
      handle: invitation.handle,
      senderAccountId: invitation.sender,
      email: invitation.address,
      status: invitation.wasRejected ? 'rejected' : 'pending',
      actions: {
        accept: this.#whyNotAccept(invitation),
        reject: this.#whyNotReject(invitation),
        delete: this.#whyRecipientMayNotDelete(invitation),
      },
    }
  }

  #writeToTheSender(kind: Mail['kind'], invitation: Invitation): void {
    const whoSentIt = this.#users().find((user) => user.id === invitation.sentBy)
    const readers = whoSentIt ? [whoSentIt] : this.#administrators(invitation.sender)
    for (const reader of readers) this.#mails.push({ kind, to: reader.email })
  }

  #partnersFollow(source: string): void {
    for (const account of this.#accounts) {
      if (this.#partnershipBetween(account, source)) this.#copyUsers(account, source)
    }
  }

  #copyUsers(owner: string, source: string): void {
    this.#members = [
      ...this.#members.filter((member) => member.owner !== owner || member.user.accountId !== source),
      ...this.#users()
        .filter((user) => user.accountId === source)
        .map(({ gone: _, ...user }) => ({ owner, user, live: true })),
    ]
  }
}

function vanish(invitation: Invitation): void {
  invitation.senderHasIt = false
  invitation.recipientHasIt = false
}

function isAdministrator(user: User): boolean {
  return user.profile === 'administrator' || user.profile === 'billing-administrator'
}

function contactHandle(owner: string, user: User): string {
  return `${owner}'s contact ${user.id}`
}

function contactView(owner: string, kind: ContactView['kind'], user: User, live: boolean): ContactView {
  const { accountId, email, name, profile } = user
  return { handle: contactHandle(owner, user), kind, accountId, email, name, profile, live }
}
