import { createHash } from 'node:crypto'
import type {
  ActiveUser,
  ConfirmationItem,
  ContactItem,
  EventItem,
  MailCause,
  PartnershipItem,
  UserItem,
} from '../../shared/table/items.ts'
import type { Change, Transaction } from '../kit/store.ts'
import type { Invocation } from './invocation.ts'

/** A state of a user: certain from `decided`, to be read from `shown` until the next one is; true time. */
export type UserState = { user: UserItem; decided: number; shown: number }

/** Who writes or mails: a function that runs, or, where one is told from the other, what it does for one event. */
export type Doer = Pick<Invocation, 'kind' | 'ended' | 'endedAt' | 'deadline'>

export type MailSent = { to: string; event: string; by: Doer; lost: boolean; recorded: boolean }

export type MailEvent = EventItem & MailCause

/** When a partnership ended: from when it was certain until both sides showed it. */
export type End = { from: number; to: number }

const userKey = (accountId: string, userId: string) => `${accountId}/${userId}`
const pairKey = (one: string, other: string) => [one, other].sort().join(' and ')

/** All that happened in a run, as nobody in the system sees it. */
export class History {
  /** What was wrong already while it happened. */
  readonly violations: string[] = []
  readonly mails: MailSent[] = []
  readonly events = new Map<string, MailEvent>()
  /** Of the links that were sent to confirm addresses, oldest first. */
  readonly tokens: string[] = []
  /** By the digest of its token, whose address a link confirms, and when it was asked for. */
  readonly #links = new Map<string, { accountId: string; userId: string; asked: number }>()
  readonly #asked = new Map<string, number>()
  readonly #users = new Map<string, UserState[]>()
  readonly #copied = new Map<string, { epoch: number; at: number }[]>()
  readonly #ends = new Map<string, End>()
  readonly #forgotten = new Map<string, number>()

  constructor(from?: History) {
    if (!from) return
    for (const [key, states] of from.#users) this.#users.set(key, [...states])
    for (const [key, copies] of from.#copied) this.#copied.set(key, [...copies])
    for (const [key, end] of from.#ends) this.#ends.set(key, end)
    for (const [key, epoch] of from.#forgotten) this.#forgotten.set(key, epoch)
  }

  statesOf(accountId: string, userId: string): readonly UserState[] {
    return this.#users.get(userKey(accountId, userId)) ?? []
  }

  /** Every user that an account ever had, each with all its states. */
  everyUserOf(accountId: string): (readonly UserState[])[] {
    const begin = `${accountId}/`
    return [...this.#users].flatMap(([key, states]) => (key.startsWith(begin) ? [states] : []))
  }

  endOf(one: string, other: string, epoch: number): End | undefined {
    return this.#ends.get(`${pairKey(one, other)} ${epoch}`)
  }

  /** The last partnership that had ended when an administrator removed an owner's contact of a user. */
  forgottenIn(owner: string, accountId: string, userId: string): number | undefined {
    return this.#forgotten.get(`${owner} ${userKey(accountId, userId)}`)
  }

  /** When an owner's contact of a user was first copied in a partnership. */
  firstCopy(owner: string, accountId: string, userId: string, epoch: number): number | undefined {
    return this.#copied.get(`${owner} ${userKey(accountId, userId)}`)?.find((copy) => copy.epoch === epoch)
      ?.at
  }

  changed({ pk, next, decided }: Change, by: Doer | undefined, now: number) {
    switch (next?.type) {
      case 'user':
        return this.#userChanged({ user: next as UserItem, decided, shown: now })
      case 'contact':
        return this.#contactChanged(next as ContactItem, { decided, by, now })
      case 'partnership':
        return this.#partnershipChanged(next as PartnershipItem, decided, now)
      case 'confirmation':
        return this.#confirmationChanged(next as ConfirmationItem, decided)
      case 'event':
        if (next.mail) this.events.set(String(next.id), next as MailEvent)
        return
      case 'mail':
        if (next.sentAt && by && !by.ended) this.#recorded(pk.slice('MAIL#'.length), by)
    }
  }

  /** Whether the host has put a user since a link was asked for; true time. */
  isReplaced(token: string, now: number): boolean {
    const link = this.#links.get(createHash('sha256').update(token).digest('hex'))
    if (!link) return false
    const states = this.statesOf(link.accountId, link.userId).filter(({ decided }) => decided <= now)
    const then = states.findLast(({ decided }) => decided <= link.asked)
    const latest = states.findLast(({ user }) => !user.removed && user.hostVersion !== undefined)
    return (latest?.user.hostVersion ?? 0) > (then?.user.hostVersion ?? 0)
  }

  #confirmationChanged({ accountId, userId, confirmationId, digest }: ConfirmationItem, decided: number) {
    if (digest === undefined) this.#asked.set(confirmationId, decided)
    else this.#links.set(digest, { accountId, userId, asked: this.#asked.get(confirmationId) ?? decided })
  }

  /** C4, whenever a transaction touches a partnership; and that each change of a user is in the log. */
  committed({ changes }: Transaction) {
    for (const { old, next } of changes) {
      if (next?.type !== 'user' || next.version === 0) continue
      const { accountId, userId, version } = next as UserItem
      const told = changes.some(
        ({ next: event }) =>
          event?.type === 'event' && event.accountId === accountId && event.userId === userId,
      )
      const isNew = version !== old?.version
      if (isNew !== told)
        this.violations.push(
          `log: ${accountId}/${userId} ${isNew ? 'changes without' : 'stays with'} an entry`,
        )
    }
    const sides = changes.flatMap(({ next }) =>
      next?.type === 'partnership' ? [next as PartnershipItem] : [],
    )
    for (const { accountId, partnerId, epoch, endedAt } of sides) {
      const other = sides.find((side) => side.accountId === partnerId && side.partnerId === accountId)
      if (other?.epoch !== epoch || other.endedAt !== endedAt)
        this.violations.push(`C4: ${accountId}'s record of ${partnerId} changes without the other side's`)
    }
  }

  #userChanged(state: UserState) {
    const { accountId, userId } = state.user
    const states = this.#users.get(userKey(accountId, userId))
    const before = states?.at(-1)?.user
    if (before && before.version >= state.user.version && !isSameUser(before, state.user))
      this.violations.push(`version: ${accountId}/${userId} changes and its version does not rise`)
    if (states) states.push(state)
    else this.#users.set(userKey(accountId, userId), [state])
  }

  #contactChanged(
    contact: ContactItem,
    { decided, by, now }: { decided: number; by: Doer | undefined; now: number },
  ) {
    const { owner, accountId, userId } = contact
    const key = `${owner} ${userKey(accountId, userId)}`
    // Effects copy; it is an administrator who removes.
    if (by?.kind === 'action')
      return void this.#forgotten.set(key, this.#lastEnded(owner, accountId, decided))
    const epoch = this.#forgotten.get(key) ?? 0
    if (!contact.removed && contact.epoch <= epoch)
      this.violations.push(`C3: ${owner} has ${accountId}/${userId} again, whom an administrator removed`)
    this.#copy(contact, now)
  }

  #lastEnded(one: string, other: string, before: number): number {
    const begin = `${pairKey(one, other)} `
    const epochs = [...this.#ends].flatMap(([key, { from }]) =>
      key.startsWith(begin) && from <= before ? [Number(key.slice(begin.length))] : [],
    )
    return Math.max(0, ...epochs)
  }

  #copy(contact: ContactItem, at: number) {
    const { owner, accountId, userId, epoch, version } = contact
    const state = this.statesOf(accountId, userId).find(({ user }) => user.version === version)
    if (!state || !shows(contact, state.user))
      this.violations.push(`C2: ${owner} shows a state that ${accountId}/${userId} never had`)
    const key = `${owner} ${userKey(accountId, userId)}`
    const copies = this.#copied.get(key)
    if (copies) copies.push({ epoch, at })
    else this.#copied.set(key, [{ epoch, at }])
  }

  #partnershipChanged(side: PartnershipItem, decided: number, now: number) {
    const { accountId, partnerId, epoch } = side
    if (side.endedAt === undefined) return
    const key = `${pairKey(accountId, partnerId)} ${epoch}`
    const end = this.#ends.get(key)
    this.#ends.set(key, { from: end?.from ?? decided, to: now })
  }

  #recorded(event: string, by: Doer) {
    for (const mail of this.mails) if (mail.event === event && mail.by === by) mail.recorded = true
  }
}

const isSameUser = (one: UserItem, other: UserItem) =>
  one.removed || other.removed ? one.removed === other.removed : sameState(one, other)

function shows(contact: ContactItem, user: UserItem): boolean {
  if (contact.removed || user.removed) return contact.removed === user.removed
  return sameState(contact, user)
}

export const sameState = (
  one: Pick<ActiveUser, 'email' | 'emailConfirmed' | 'name' | 'profile'>,
  other: Pick<ActiveUser, 'email' | 'emailConfirmed' | 'name' | 'profile'>,
) =>
  one.email === other.email &&
  one.emailConfirmed === other.emailConfirmed &&
  one.name === other.name &&
  one.profile === other.profile
