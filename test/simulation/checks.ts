import { livePartnership } from '../../shared/domain/contacts.ts'
import type { UserRef } from '../../shared/domain/context.ts'
import { isAdministrator } from '../../shared/domain/profiles.ts'
import type {
  AccountItem,
  ContactItem,
  EmailItem,
  EventItem,
  PairItem,
  PartnershipItem,
  UserItem,
} from '../../shared/table/items.ts'
import { type Key, keys, lists } from '../../shared/table/keys.ts'
import type { Store } from '../kit/store.ts'
import {
  type End,
  type History,
  type MailEvent,
  type MailSent,
  sameState,
  type UserState,
} from './history.ts'
import { invitationDays } from './host.ts'

/** C2: clocks differ, so within five seconds of the end either is right. */
const allowance = 5_000

/** What a mail's record is tried for until: with less left of an invocation, in milliseconds, it is given up. */
const lastTry = 10_000

type VisibleContact = Extract<ContactItem, { name: string }>

/** What behaviour.md promises and is not so, when no event is under way. */
export function violationsAtRest(store: Store, history: History): string[] {
  const items = [...store.items()] as { type: string }[]
  const accounts = (items.filter(({ type }) => type === 'account') as AccountItem[]).map(
    (item) => item.accountId,
  )
  const contacts = items.filter(({ type }) => type === 'contact') as ContactItem[]
  const pairs = accounts.flatMap((owner) =>
    accounts.filter((source) => source !== owner).map((source) => [owner, source] as const),
  )
  return [
    ...history.violations,
    ...pairs.flatMap(([owner, source]) => {
      const between = contacts.filter((one) => one.owner === owner && one.accountId === source)
      return violationsBetween(store, history, owner, source, between)
    }),
    ...[...history.events.values()].flatMap((event) => mailViolations(history, event)),
    ...addressViolations(items),
    ...expiryViolations(items),
  ]
}

/** §2: nobody answers an invitation that has expired. Its id begins with the time at which it was sent. */
function expiryViolations(items: { type: string }[]): string[] {
  const events = items.filter(({ type }) => type === 'event') as EventItem[]
  return events.flatMap(({ event, at, invitationId }) => {
    if (event !== 'invitation-accepted' && event !== 'invitation-rejected') return []
    const sentAt = Buffer.from(invitationId ?? '', 'base64url').readUIntBE(0, 6)
    const age = Date.parse(at) - sentAt
    return age < invitationDays * 86_400_000 ? [] : [`expiry: ${event}, ${age} ms after it was sent`]
  })
}

/** §5: whoever has an address confirmed holds its claim, and nobody else; nobody is forgotten whom the host has put with it. */
function addressViolations(items: { type: string }[]): string[] {
  const ofType = <Item>(type: string) => items.filter((item) => item.type === type) as Item[]
  const users = ofType<UserItem>('user').flatMap((user) => (user.removed ? [] : [user]))
  const claims = new Map(ofType<EmailItem>('email').map((claim) => [claim.email, claim]))
  const is = (one: UserRef, other: UserRef) =>
    one.accountId === other.accountId && one.userId === other.userId
  return [
    ...users.flatMap(({ email, emailConfirmed, named, ...user }) => {
      const claim = claims.get(email)
      const name = `${user.accountId}/${user.userId}`
      if (emailConfirmed !== (claim !== undefined && is(claim, user)))
        return [
          `address: ${name} has ${email} ${emailConfirmed ? 'confirmed' : 'unconfirmed'}, and its claim says otherwise`,
        ]
      return named && !claim
        ? [`address: nobody has ${email} confirmed, with which the host has put ${name}`]
        : []
    }),
    ...[...claims.values()].flatMap((claim) =>
      [claim, ...(claim.named ?? [])].every((one) =>
        users.some((user) => is(one, user) && user.email === claim.email),
      )
        ? []
        : [`address: the claim of ${claim.email} is of somebody who has left it`],
    ),
  ]
}

const at = <Item>(store: Store, { pk, sk }: Key<Item>) => store.item(pk, sk) as Item | undefined

function violationsBetween(
  store: Store,
  history: History,
  owner: string,
  source: string,
  contacts: ContactItem[],
): string[] {
  const partnership = at(store, keys.partnership(owner, source))
  const mirrored = mirrorViolations(store, owner, source, partnership)
  if (mirrored.length > 0) return mirrored
  const shown = contacts.filter((contact) => isListed(contact, owner, source))
  if (!partnership)
    return shown.map(({ userId }) => `C1: ${owner} has ${source}/${userId}, and never was a partner`)
  if (livePartnership(partnership)) return livingViolations(store, history, owner, source, shown)
  const end = history.endOf(owner, source, partnership.epoch)
  if (!end) throw new Error('A partnership has ended and nobody saw it')
  return history
    .everyUserOf(source)
    .flatMap((states) => leftViolations(history, owner, states, shown, { ...end, epoch: partnership.epoch }))
}

/** What a list would show. */
function isListed(contact: ContactItem, owner: string, source: string): contact is VisibleContact {
  return (
    !contact.removed &&
    contact.list === lists.contacts(owner).name &&
    contact.listOfSide === lists.contactsFrom(owner, source).name
  )
}

function mirrorViolations(
  store: Store,
  owner: string,
  source: string,
  own: PartnershipItem | undefined,
): string[] {
  const other = at(store, keys.partnership(source, owner))
  const pair: PairItem | undefined = at(store, keys.pair(owner, source))
  const agree =
    own?.epoch === other?.epoch &&
    own?.endedAt === other?.endedAt &&
    own?.epoch === pair?.epoch &&
    (livePartnership(own) !== undefined) === (pair?.partners ?? false)
  return agree ? [] : [`C4: the records of ${owner}, ${source} and their pair differ at rest`]
}

/** C1 */
function livingViolations(
  store: Store,
  history: History,
  owner: string,
  source: string,
  shown: VisibleContact[],
): string[] {
  return history.everyUserOf(source).flatMap((states) => {
    const latest = states.at(-1)?.user
    if (!latest) return []
    const user = at(store, keys.user(source, latest.userId)) as UserItem
    const contact = shown.find(({ userId }) => userId === user.userId)
    const name = `${source}/${user.userId}`
    if (user.removed) return contact ? [`C1: ${owner} has ${name}, who was removed`] : []
    if (!contact) return [`C1: ${owner} lacks ${name}`]
    return sameState(contact, user)
      ? []
      : [`C1: ${owner} has ${name} as it was in version ${contact.version}`]
  })
}

/** C2, of one user of a former partner. */
function leftViolations(
  history: History,
  owner: string,
  states: readonly UserState[],
  shown: VisibleContact[],
  end: End & { epoch: number },
): string[] {
  const [from, to] = [end.from - allowance, end.to + allowance]
  const [first] = states
  if (!first) return []
  const { accountId, userId } = first.user
  const name = `${accountId}/${userId}`
  const contact = shown.find((one) => one.userId === userId)
  if (history.forgottenIn(owner, accountId, userId) === end.epoch)
    return contact ? [`C3: ${owner} has ${name} again, whom an administrator removed`] : []
  const then = states.filter(
    ({ decided }, index) => decided <= to && (states[index + 1]?.shown ?? Number.POSITIVE_INFINITY) >= from,
  )
  const copied = history.firstCopy(owner, accountId, userId, end.epoch)
  const underWay = copied === undefined || copied > end.from
  const changedSince = states.some(({ shown: at }) => at >= from)
  if (contact && then.some(({ user }) => !user.removed && sameState(contact, user))) return []
  if (underWay && changedSince && (!contact || contact.epoch < end.epoch)) return []
  if (contact)
    return [`C2: ${owner} kept ${name} in a state (version ${contact.version}) that was not one of the end's`]
  const wasThere = first.shown <= from && then.every(({ user }) => !user.removed)
  return wasThere ? [`C2: ${owner} lacks ${name}, who was there at the end`] : []
}

/** §7: none lost, one each, except where a crash falls between SES's answer and the record of it. */
function mailViolations(history: History, event: MailEvent): string[] {
  const sent = history.mails.filter((mail) => mail.event === event.id)
  const what = `the mail about ${event.mail} of ${event.sender} to ${event.recipient}`
  if (sent.length === 0) return mayHaveNoReader(history, event) ? [] : [`mail: ${what} was lost`]
  const readers = readersOf(history, event)
  const stray = sent.find(({ to }) => !readers.addresses.has(to))
  if (stray) return [`mail: ${what} went to ${stray.to}`]
  const groups = readers.one ? [sent] : Object.values(Object.groupBy(sent, ({ to }) => to))
  const doubled = groups.some((mails = []) => mails.length > 1 + mails.filter(isExcused).length)
  return doubled ? [`mail: ${what} was sent ${sent.length} times`] : []
}

const isExcused = ({ by, lost, recorded }: MailSent): boolean =>
  lost || (!recorded && (by.ended === 'killed' || by.deadline - by.endedAt < lastTry))

/** Who may get it, and whether it is one person. */
function readersOf(history: History, event: MailEvent): { addresses: Set<string>; one: boolean } {
  if (event.mail === 'invitation-sent') return { addresses: new Set([event.email]), one: true }
  const author = history.statesOf(event.sender, event.sentBy)
  if (author.every(isReachable)) return { addresses: addressesOf(author), one: true }
  const administrators = history
    .everyUserOf(event.sender)
    .flat()
    .filter(({ user }) => !user.removed && isAdministrator(user.profile))
  return { addresses: addressesOf([...author, ...administrators]), one: false }
}

/** An unconfirmed address gets no mail about partnerships. */
const isReachable = ({ user }: UserState): boolean => !user.removed && user.emailConfirmed

const addressesOf = (states: readonly UserState[]) =>
  new Set(states.flatMap(({ user }) => (user.removed || !user.emailConfirmed ? [] : [user.email])))

/** Whether there was a moment after the event at which nobody might get its mail. */
function mayHaveNoReader(history: History, event: MailEvent): boolean {
  const since = Date.parse(event.at) - allowance
  const from = (states: readonly UserState[]) =>
    states.filter((_, index) => (states[index + 1]?.shown ?? Number.POSITIVE_INFINITY) >= since)
  if (event.mail === 'invitation-sent')
    return from(history.statesOf(event.recipient, event.invitedUser)).some(
      ({ user }) => user.removed || !user.emailConfirmed || user.email !== event.email,
    )
  const administrates = (state: UserState) =>
    isReachable(state) && !state.user.removed && isAdministrator(state.user.profile)
  return (
    !from(history.statesOf(event.sender, event.sentBy)).every(isReachable) &&
    !history.everyUserOf(event.sender).some((states) => from(states).every(administrates))
  )
}
