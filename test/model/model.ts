import { domainToASCII, domainToUnicode } from 'node:url'
import { type RouteName, routes } from '../../shared/contract/actions.ts'
import type { EventType, MailKind } from '../../shared/domain/events.ts'
import type { RefusalCode } from '../../shared/domain/refusals.ts'
import { statusOf } from '../fuzz/rules.ts'
import {
  Directory,
  type HostFields,
  idOf,
  isAdministrator,
  type Ref,
  refOf,
  type UserState,
} from './directory.ts'
import { actions, type Command, isState, refusalIn, type State, sight, table } from './states.ts'

/** A request for an action, by a user; without `by`, the host's or anyone's. */
export type Request = {
  action: RouteName
  by?: Ref
  params?: Record<string, string>
  query?: Record<string, string>
  body?: Record<string, unknown>
}

/** An answer: in short, such as "409 invitation-pending", and its body, without times. */
export type Answer = { answer: string; body?: unknown }

export type Mail = { kind: MailKind | 'confirmation'; to: string }

type Side = 'sender' | 'recipient'

type Invitation = {
  id: string
  sender: string
  recipient: string
  email: string
  by: Ref
  userName: string
  state: State
}

type Share = {
  id: string
  accountId: string
  partnerId: string
  kind: string
  objectId: string
  title: string
  url: string | null
  sharedBy: string
}

type Entry = {
  id: string
  type: EventType
  by: Ref | { accountId: string } | null
  userName?: string | undefined
  invitationId?: string
  email?: string
  partner?: string | null
}

/** What an owner has of another account's users: those of a partner, or those that were left behind. */
type Members = { live: boolean; users: Map<string, UserState> }

/** How addresses are compared: trimmed, NFC, lower-cased, the domain in its ASCII form. */
export const sameAddress = (email: string): string =>
  email
    .trim()
    .normalize('NFC')
    .toLowerCase()
    .replace(/(?<=@).*$/, domainToASCII)

const shownAddress = (email: string) => email.replace(/(?<=@).*$/, domainToUnicode)

/** At most so many invitations, in any state, stand in each direction between two accounts. */
const maxStanding = 40

const refused = (code: RefusalCode): Answer => ({ answer: `${statusOf(code)} ${code}` })
const done: Answer = { answer: '204' }
const page = (items: object[]): Answer => ({ answer: '200', body: { items } })

/** The actions that do not ask for an administrator (§2, §6), and those that no user takes. */
const ofAnyUser = /^(get|list)-|^(add|remove)-share$/
const ofNoUser = /^(put-account|put-user|drop-user|confirm-address|get-openapi|get-docs)$/

/** How an account's side of each change of an invitation is entered in its log. */
const entries: Partial<Record<Command, Record<Side, EventType>>> = {
  send: { sender: 'invitation-sent', recipient: 'invitation-sent' },
  accept: { sender: 'invitation-accepted', recipient: 'invitation-accepted' },
  reject: { sender: 'invitation-rejected', recipient: 'invitation-rejected' },
  'delete-by-sender': { sender: 'invitation-deleted', recipient: 'invitation-deleted' },
  'delete-by-recipient': { sender: 'invitation-deleted', recipient: 'invitation-deleted' },
  'end-by-sender': { sender: 'partner-ended', recipient: 'partner-ended' },
  'end-by-recipient': { sender: 'partner-ended', recipient: 'partner-ended' },
}

/**
 * The service as behaviour.md tells it: slow, in memory, one request after the other, and at rest after each. It has
 * nothing of the product but names. Its ids are its own.
 */
export class Model {
  readonly directory = new Directory()
  readonly accounts = new Map<string, string>()
  invitations: Invitation[] = []
  shares: Share[] = []
  readonly mails: Mail[] = []
  readonly #table: typeof table
  readonly #members = new Map<string, Members>()
  readonly #log = new Map<string, Entry[]>()
  /** The name of the user who calls, as it was before. */
  #callerName: string | undefined
  /** All invitations that there ever were, the latest last. */
  readonly sent: Invitation[] = []
  /** How many ids it has made. */
  made = 0

  /** @param states the table of states, so that a test can change it */
  constructor(states = table) {
    this.#table = states
  }

  /** Does what a request asks for. */
  ask(request: Request): Answer {
    const { action, by } = request
    if (!ofNoUser.test(action)) {
      const user = by && this.directory.users.get(idOf(by))
      if (!user) return refused('unknown-user')
      if (!ofAnyUser.test(action) && !isAdministrator(user)) return refused('not-an-administrator')
    }
    if (routes[action].method === 'GET') return this.#answer(request)
    const before = new Map([...this.directory.users].map(([id, user]) => [id, { ...user }]))
    this.#callerName = by && before.get(idOf(by))?.name
    const answer = this.#answer(request)
    this.#logUsers(before, request)
    this.#follow()
    return answer
  }

  /** The cells of the table of states that an administrator's request is about, as `cells` has them. */
  cellsOf({ action, by, params = {}, body = {} }: Request): string[] {
    const { accountId = '' } = by ?? {}
    const sideOf = ({ sender, recipient }: Invitation) =>
      accountId === sender ? 'sender' : accountId === recipient ? 'recipient' : 'third'
    const command = /^(send|resend|accept|reject|delete)-invitation$/.exec(action)?.[1]
    if (command === 'send') {
      const { recipient, state } = this.#addressed(accountId, sameAddress(String(body.email)))
      return recipient === undefined || recipient === accountId ? [] : [`${state}: send by sender`]
    }
    if (command) {
      const found = this.sent.find(({ id }) => id === params.id)
      if (!found) return []
      const cell = `${found.state}: ${command} by ${sideOf(found)}`
      const others = this.#between(found.sender, found.recipient).filter((one) => one !== found)
      const isSettling = cell === 'pending: accept by recipient'
      return [cell, ...(isSettling ? others.map(({ state }) => `${state}: another is accepted`) : [])]
    }
    if (action !== 'delete-partner') return []
    const other = params.accountId ?? ''
    const standing = this.#between(accountId, other)
    const ever = this.#between(accountId, other, this.sent)
    return (standing.length > 0 ? standing : ever).map((one) => `${one.state}: end by ${sideOf(one)}`)
  }

  /** So many days pass that an invitation that waits for an answer expires, or each of them. */
  expire(id?: string): void {
    for (const one of this.invitations)
      if (one.state === 'pending' && (id === undefined || id === one.id)) one.state = 'expired'
  }

  /** What the recipient or sender of an invitation sees of it; undefined where there is nothing. */
  sideOf(account: string, { sender, recipient, state }: Invitation): Side | undefined {
    if (account === sender) return sight(state).sender ? 'sender' : undefined
    return account === recipient && sight(state).recipient ? 'recipient' : undefined
  }

  partnership(one: string, other: string): Invitation | undefined {
    return this.#between(one, other).find(({ state }) => state === 'accepted')
  }

  membersOf(owner: string): { id: string; user: Ref & UserState; live: boolean }[] {
    return [...this.#members].flatMap(([key, { live, users }]) =>
      key.startsWith(`${owner} `)
        ? [...users].map(([id, user]) => ({ id: contactId(id), user: { ...refOf(id), ...user }, live }))
        : [],
    )
  }

  #answer({
    action,
    by = { accountId: '', userId: '' },
    params = {},
    query = {},
    body = {},
  }: Request): Answer {
    const account = by.accountId
    const { id = '', accountId = '' } = params
    switch (action) {
      case 'get-me':
        return { answer: '200', body: this.#me(by) }
      case 'send-invitation':
        return this.#send(by, sameAddress(String(body.email)))
      case 'list-invitations':
        return page(this.#listed(account, query).map((one) => this.#invitationView(by, one)))
      case 'get-invitation': {
        const found = this.#seenBy(account, id)
        return found ? { answer: '200', body: this.#invitationView(by, found) } : refused('not-found')
      }
      case 'accept-invitation':
      case 'reject-invitation':
        return this.#respond(by, id, action === 'accept-invitation' ? 'accept' : 'reject')
      case 'resend-invitation':
        return this.#resend(by, id)
      case 'delete-invitation': {
        const found = this.#toOrFrom(account, id)
        if (!found) return refused('not-found')
        const side = found.sender === account ? 'sender' : 'recipient'
        return this.#change(found, `delete-by-${side}`, by) ?? done
      }
      case 'list-partners':
        return page(this.#partnersOf(account).map((one) => this.#partnerView(account, one)))
      case 'get-partner': {
        const found = this.partnership(account, accountId)
        return found ? { answer: '200', body: this.#partnerView(account, found) } : refused('not-found')
      }
      case 'delete-partner': {
        const found = this.partnership(account, accountId)
        if (!found) return refused('not-found')
        return (
          this.#change(found, found.sender === account ? 'end-by-sender' : 'end-by-recipient', by) ?? done
        )
      }
      case 'list-contacts':
        return page(this.#contacts(account, query))
      case 'delete-contact':
        return this.#deleteContact(by, id)
      case 'list-users':
        return page(this.directory.usersOf(account).map(userView))
      case 'add-user':
        return this.#addUser(by, body as HostFields)
      case 'change-user':
        return this.#changeUser({ accountId: account, userId: id }, body)
      case 'remove-user':
        return shortened(this.directory.remove({ accountId: account, userId: id }))
      case 'send-confirmation':
        return this.#sendConfirmation({ accountId: account, userId: id })
      case 'confirm-address':
        return shortened(this.directory.follow(String(body.token)))
      case 'add-share':
        return this.#addShare(by, body as Omit<Share, 'id'> & { partnerAccountId: string })
      case 'list-shares':
        return page(
          this.shares
            .filter(({ accountId, partnerId }) => [accountId, partnerId].includes(account))
            .map((one) => this.#shareView(account, one))
            .filter(({ direction }) => [undefined, direction].includes(query.direction))
            .filter(({ kind }) => [undefined, kind].includes(query.kind)),
        )
      case 'remove-share':
        return this.#removeShare(by, id)
      case 'list-activity':
        return page((this.#log.get(account) ?? []).map((one) => this.#entryView(account, one)))
      case 'put-account': {
        this.accounts.set(accountId, String(body.name))
        return { answer: '200' }
      }
      case 'put-user':
      case 'drop-user':
        return this.#hear(action, { accountId, userId: params.userId ?? '' }, { ...query, ...body })
      case 'get-changes':
      case 'get-openapi':
      case 'get-docs':
        return { answer: '200' }
      default:
        return action satisfies never
    }
  }

  #send(by: Ref, email: string): Answer {
    if (!email.includes('@')) return refused('invalid-email')
    const sender = by.accountId
    const { recipient, standing, earlier, state } = this.#addressed(sender, email)
    if (recipient === undefined) return refused('no-account-for-email')
    if (sender === recipient) return refused('own-account')
    const refusal = refusalIn(this.#table[state].send)
    if (refusal) return refused(refusal)
    if (!earlier && standing.length >= maxStanding) return refused('too-many-invitations')
    return { answer: '201', body: this.#sending(by, { sender, recipient, email }, earlier) }
  }

  #resend(by: Ref, id: string): Answer {
    const found = this.#toOrFrom(by.accountId, id)
    if (!found || (found.sender !== by.accountId && !this.sideOf(by.accountId, found)))
      return refused('not-found')
    if (found.sender !== by.accountId) return refused('not-the-sender')
    const refusal = refusalIn(this.#table[found.state].resend)
    if (refusal) return refused(refusal)
    const holder = this.directory.holderOf(found.email)
    if (holder === undefined || refOf(holder).accountId !== found.recipient)
      return refused('no-account-for-email')
    return { answer: '200', body: this.#sending(by, found, found) }
  }

  /** A sending of its own: nothing is left of the earlier one. */
  #sending(
    by: Ref,
    { sender, recipient, email }: Pick<Invitation, 'sender' | 'recipient' | 'email'>,
    earlier: Invitation | undefined,
  ): object {
    const what = { sender, recipient, email, by, userName: this.#callerName ?? '' }
    const sent: Invitation = { id: this.#newId('invitation'), ...what, state: 'none' }
    this.sent.push(sent)
    this.invitations = [...this.invitations.filter((one) => one !== earlier), sent]
    if (earlier) earlier.state = 'none'
    this.#change(sent, 'send', by)
    return this.#invitationView(by, sent)
  }

  /** Whose an address is, and what the sender's account has sent there. */
  #addressed(sender: string, email: string) {
    const holder = this.directory.holderOf(email)
    const recipient = holder && refOf(holder).accountId
    const standing = this.#between(sender, recipient ?? '').filter((one) => one.sender === sender)
    const earlier = standing.find((one) => one.email === email)
    const arePartners = recipient !== undefined && this.partnership(sender, recipient)
    return { recipient, standing, earlier, state: arePartners ? 'accepted' : (earlier?.state ?? 'none') }
  }

  #respond(by: Ref, id: string, command: 'accept' | 'reject'): Answer {
    const found = this.#toOrFrom(by.accountId, id)
    if (!found) return refused('not-found')
    if (found.recipient !== by.accountId) return refused('not-the-recipient')
    const refusal = this.#change(found, command, by)
    if (refusal) return refusal
    const accepted = command === 'accept'
    return {
      answer: '200',
      body: accepted ? this.#partnerView(by.accountId, found) : this.#invitationView(by, found),
    }
  }

  /** Changes the state as the table says, with all that follows. @returns the refusal, if the table refuses */
  #change(invitation: Invitation, command: Command, by: Ref): Answer | undefined {
    const cell = this.#table[invitation.state][command]
    const refusal = refusalIn(cell)
    if (refusal) return refused(refusal)
    if (!isState(cell)) return undefined
    const { sender, recipient, state: before } = invitation
    invitation.state = cell
    if (command === 'accept')
      for (const one of this.#between(sender, recipient)) if (one !== invitation) one.state = 'none'
    this.invitations = this.invitations.filter(({ state }) => state !== 'none')
    for (const [owner, source] of [
      [sender, recipient],
      [recipient, sender],
    ]) {
      const members = this.#members.get(`${owner} ${source}`)
      if (members && command.startsWith('end')) members.live = false
    }
    this.#logInvitation(invitation, command, { before, by })
    this.#mail(invitation, command)
    return undefined
  }

  #mail({ email, sender, by }: Invitation, command: Command): void {
    if (command === 'send') this.mails.push({ kind: 'invitation-sent', to: email })
    if (command !== 'accept' && command !== 'reject') return
    const whoSentIt = this.directory.users.get(idOf(by))
    const readers = whoSentIt?.emailConfirmed
      ? [whoSentIt]
      : this.directory.administratorsOf(sender).filter(({ emailConfirmed }) => emailConfirmed)
    for (const { email: to } of readers) this.mails.push({ kind: `invitation-${command}ed`, to })
  }

  #between(one: string, other: string, among = this.invitations): Invitation[] {
    return among.filter(
      ({ sender, recipient }) =>
        (sender === one && recipient === other) || (sender === other && recipient === one),
    )
  }

  #toOrFrom(account: string, id: string): Invitation | undefined {
    return this.invitations.find(
      (one) => one.id === id && (one.sender === account || one.recipient === account),
    )
  }

  #seenBy(account: string, id: string): Invitation | undefined {
    const found = this.#toOrFrom(account, id)
    return found && this.sideOf(account, found) && found
  }

  #listed(account: string, { direction, status }: Record<string, string>): Invitation[] {
    const side = direction === 'sent' ? 'sender' : 'recipient'
    return this.invitations.filter((one) => {
      const seen = this.sideOf(account, one) === side && sight(one.state)[side]
      return seen && seen !== 'accepted' && (status === undefined || seen === status)
    })
  }

  #partnersOf(account: string): Invitation[] {
    return this.invitations.filter(
      ({ sender, recipient, state }) => state === 'accepted' && [sender, recipient].includes(account),
    )
  }

  #deleteContact(by: Ref, id: string): Answer {
    const own = this.directory.usersOf(by.accountId).some((user) => contactId(idOf(user)) === id)
    const member = this.membersOf(by.accountId).find((one) => one.id === id)
    if (own || member?.live) return refused('contact-is-live')
    if (!member) return refused('not-found')
    const { accountId: partner, email } = member.user
    this.#members.get(`${by.accountId} ${partner}`)?.users.delete(idOf(member.user))
    this.#enter(by.accountId, { type: 'contact-removed', by, partner, email })
    return done
  }

  #addUser(by: Ref, { email, ...fields }: HostFields): Answer {
    const ref = { accountId: by.accountId, userId: this.#newId('user') }
    const address = sameAddress(email)
    const answer = this.directory.add(ref, { ...fields, email: address })
    if (answer.code) return shortened(answer)
    this.mails.push({ kind: 'confirmation', to: address })
    return { answer: '201', body: this.#userView(ref) }
  }

  #changeUser(ref: Ref, fields: Partial<HostFields>): Answer {
    const email = fields.email === undefined ? {} : { email: sameAddress(fields.email) }
    const { mailTo, ...answer } = this.directory.change(ref, { ...fields, ...email })
    if (mailTo) this.mails.push({ kind: 'confirmation', to: mailTo })
    return answer.code ? shortened(answer) : { answer: '200', body: this.#userView(ref) }
  }

  #sendConfirmation(ref: Ref): Answer {
    const to = this.directory.unconfirmedOf(ref)
    if (to === undefined) return refused('not-found')
    this.mails.push({ kind: 'confirmation', to })
    return { answer: '202' }
  }

  #addShare(
    { accountId, userId }: Ref,
    { partnerAccountId, kind, objectId, title, url = null }: Omit<Share, 'id'> & { partnerAccountId: string },
  ): Answer {
    if (!this.partnership(accountId, partnerAccountId)) return refused('not-partners')
    const same = (one: Share) =>
      one.accountId === accountId &&
      one.partnerId === partnerAccountId &&
      one.kind === kind &&
      one.objectId === objectId
    const earlier = this.shares.find(same)
    if (earlier) {
      Object.assign(earlier, { title, url })
      return { answer: '200', body: this.#shareView(accountId, earlier) }
    }
    const sharedBy = this.#callerName ?? ''
    const what = { kind, objectId, title, url, sharedBy }
    const share = { id: this.#newId('share'), accountId, partnerId: partnerAccountId, ...what }
    this.shares.push(share)
    this.#logShare('share-added', { accountId, userId }, partnerAccountId)
    return { answer: '201', body: this.#shareView(accountId, share) }
  }

  #removeShare(by: Ref, id: string): Answer {
    const found = this.shares.find((one) => one.id === id && one.accountId === by.accountId)
    if (!found) return refused('not-found')
    this.shares = this.shares.filter((one) => one !== found)
    this.#logShare('share-removed', by, found.partnerId)
    return done
  }

  /** What the host says of a user. */
  #hear(action: 'put-user' | 'drop-user', ref: Ref, { version, ...fields }: Record<string, unknown>): Answer {
    if (!this.accounts.has(ref.accountId)) return refused('not-found')
    if (action === 'drop-user') return shortened(this.directory.drop(ref, Number(version)))
    const word = fields as HostFields
    const answer = this.directory.put(ref, Number(version), { ...word, email: sameAddress(word.email) })
    return shortened(answer)
  }

  /** C1: while a partnership lasts, each side's members are the other's users. */
  #follow(): void {
    for (const { sender, recipient, state } of this.invitations) {
      if (state !== 'accepted') continue
      for (const [owner, source] of [
        [sender, recipient],
        [recipient, sender],
      ] as const) {
        const users = this.directory.usersOf(source).map((user) => [idOf(user), user] as const)
        this.#members.set(`${owner} ${source}`, { live: true, users: new Map(users) })
      }
    }
  }

  #enter(account: string, entry: Omit<Entry, 'id'>): void {
    const isOwn = entry.by && 'userId' in entry.by && entry.by.accountId === account
    const userName = isOwn ? this.#callerName : undefined
    this.#log.set(account, [
      { id: this.#newId('event'), ...entry, userName },
      ...(this.#log.get(account) ?? []),
    ])
  }

  /** An account that may not know the other is told neither its name nor who of it acted. */
  #logInvitation(
    { id, email, sender, recipient, state }: Invitation,
    command: Command,
    { before, by }: { before: State; by: Ref },
  ): void {
    const isKnown = sight(before).senderKnowsRecipient || sight(state).senderKnowsRecipient
    const about = { invitationId: id, email }
    const types = entries[command]
    if (!types) return
    // To the sender a request that the recipient deletes is a rejected one.
    const type =
      before === 'pending' && command === 'delete-by-recipient' ? 'invitation-rejected' : types.sender
    const mayKnow = isKnown || by.accountId === sender
    this.#enter(sender, { type, by: mayKnow ? by : null, partner: isKnown ? recipient : null, ...about })
    // The recipient who has deleted it hears no more of it.
    if (sight(before).recipient || state === 'pending')
      this.#enter(recipient, { type: types.recipient, by, partner: sender, ...about })
  }

  #logShare(type: EventType, by: Ref, partner: string): void {
    this.#enter(by.accountId, { type, by, partner })
    this.#enter(partner, { type, by, partner: by.accountId })
  }

  #logUsers(before: Map<string, UserState>, { by, params = {} }: Request): void {
    const { users } = this.directory
    for (const id of new Set([...before.keys(), ...users.keys()])) {
      const [was, is] = [before.get(id), users.get(id)]
      if (JSON.stringify(was) === JSON.stringify(is)) continue
      const { accountId } = refOf(id)
      const type = !was ? 'user-added' : is ? 'user-changed' : 'user-removed'
      const email = (is ?? was)?.email ?? ''
      // Who is given an address back because its holder left it was changed by nobody.
      const isActor = by?.accountId === accountId && (!was || refOf(id).userId === params.id)
      this.#enter(accountId, { type, by: isActor ? by : { accountId }, email })
    }
  }

  #named(accountId: string) {
    return { accountId, accountName: this.accounts.get(accountId) ?? accountId }
  }

  #me(by: Ref): object {
    const user = this.#userView(by)
    const account = { id: by.accountId, name: this.accounts.get(by.accountId) }
    return { user, account, administrator: isAdministrator(user) }
  }

  #userView(ref: Ref) {
    return userView({ ...ref, ...(this.directory.users.get(idOf(ref)) as UserState) })
  }

  #invitationView(
    { accountId, userId }: Ref,
    { id, email, sender, recipient, by, userName, state }: Invitation,
  ) {
    const inviter = this.directory.users.get(idOf(by))
    const side = accountId === sender ? 'sender' : 'recipient'
    const user = this.directory.users.get(idOf({ accountId, userId }))
    const offered = Object.entries(actions(state, side, this.#table)).map(([action, code]) => [
      action,
      user && isAdministrator(user) ? code : 'not-an-administrator',
    ])
    return {
      id,
      direction: side === 'sender' ? 'sent' : 'received',
      status: sight(state)[side],
      email: shownAddress(email),
      sender: {
        ...this.#named(sender),
        userName,
        userEmail: inviter?.emailConfirmed ? shownAddress(inviter.email) : null,
      },
      recipient: side === 'recipient' || sight(state).senderKnowsRecipient ? this.#named(recipient) : null,
      actions: Object.fromEntries(offered),
    }
  }

  #partnerView(account: string, { sender, recipient }: Invitation) {
    return account === sender
      ? { ...this.#named(recipient), initiatedBy: 'us' }
      : { ...this.#named(sender), initiatedBy: 'them' }
  }

  #contacts(owner: string, { kind, accountId }: Record<string, string>): object[] {
    const own = this.directory.usersOf(owner).map((user) => ({ kind: 'user', user, live: true }))
    const members = this.membersOf(owner).map((one) => ({ ...one, kind: 'member' }))
    return [...own, ...members]
      .filter((one) => kind === undefined || one.kind === kind)
      .filter(({ user }) => accountId === undefined || user.accountId === accountId)
      .map(({ kind: shownKind, user: { name, email, profile, emailConfirmed, ...ref }, live }) => ({
        id: contactId(idOf(ref)),
        kind: shownKind,
        ...{ name, email: shownAddress(email), profile, ...this.#named(ref.accountId), live, emailConfirmed },
      }))
  }

  #shareView(account: string, { id, accountId, partnerId, kind, objectId, title, url, sharedBy }: Share) {
    const isOwn = account === accountId
    const { accountId: partnerAccountId, accountName } = this.#named(isOwn ? partnerId : accountId)
    const partner = { partnerAccountId, partnerAccountName: accountName }
    return {
      id,
      direction: isOwn ? 'outgoing' : 'incoming',
      ...partner,
      kind,
      objectId,
      title,
      url,
      sharedBy,
    }
  }

  #entryView(account: string, { id, type, by, userName, invitationId, email, partner }: Entry): object {
    return {
      id,
      type,
      by: by && {
        ...this.#named(by.accountId),
        userName: by.accountId === account ? (userName ?? null) : null,
      },
      invitationId: invitationId ?? null,
      email: email === undefined ? null : shownAddress(email),
      partner: partner ? this.#named(partner) : null,
    }
  }

  #newId(kind: string): string {
    this.made += 1
    return `${kind} ${this.made}`
  }
}

/** The same for every owner: whose contact it is, the caller says. */
const contactId = (id: string) => `contact ${id}`

const shortened = ({ status, code }: { status: number; code?: string }): Answer => ({
  answer: code ? `${status} ${code}` : `${status}`,
})

function userView({
  userId,
  email,
  emailConfirmed,
  pendingEmail,
  name,
  profile,
  locale = 'en',
}: Ref & UserState) {
  const pending = pendingEmail === null ? null : shownAddress(pendingEmail)
  return {
    id: userId,
    email: shownAddress(email),
    emailConfirmed,
    pendingEmail: pending,
    name,
    profile,
    locale,
  }
}
