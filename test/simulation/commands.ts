import { stateAt } from '../../shared/domain/invitation.ts'
import type {
  AccountItem,
  ActiveUser,
  ContactItem,
  InvitationItem,
  PairItem,
  UserItem,
} from '../../shared/table/items.ts'
import { contactId, invitationId, keys } from '../../shared/table/keys.ts'
import type { Random } from '../kit/random.ts'
import type { Store } from '../kit/store.ts'
import { invitationDays } from './host.ts'

/** What people do with an invitation but accept it. */
const answers = ['reject-invitation', 'delete-invitation', 'resend-invitation'] as const

/** What people do, said in relation to what there is when they do it: numbers count round. */
export type Command =
  | { do: 'add'; account: number; address: number; administrator: boolean }
  | { do: 'rename' | 'remove' | 'promote'; account: number; user: number }
  /** Of any user, or of one of the host's. */
  | { do: 'move'; account: number; user: number; address: number; hosts?: true }
  /** Towards a partnership, and then to its end: whatever comes next between the two. */
  | { do: 'go-on'; account: number; with: number; user: number }
  | { do: 'refuse'; account: number; with: number; how: (typeof answers)[number] }
  /** A contact that a former partner left behind is removed. */
  | { do: 'forget'; account: number; user: number }
  | { do: 'invite-nobody'; account: number }
  /** What the host product says of one of its users, in its version: late, if it has said something newer. */
  | { do: 'host-put'; account: number; user: number; address: number; version: number }
  | { do: 'host-drop'; account: number; user: number; version: number }
  /** Somebody follows a link that was sent to confirm an address: the newest, or an older one. */
  | { do: 'follow'; account: number; link: number }
  | { do: 'send-link'; account: number; user: number }

export const actions = [
  'add-user',
  'change-user',
  'remove-user',
  'send-invitation',
  'accept-invitation',
  'reject-invitation',
  'delete-invitation',
  'resend-invitation',
  'delete-partner',
  'delete-contact',
  'send-confirmation',
  'confirm-address',
  'put-user',
  'drop-user',
] as const

export type Action = (typeof actions)[number]

/** A request as somebody makes it; without `by`, the host product, or whoever has read a mail. */
export type Request = {
  action: Action
  by?: { accountId: string; userId: string }
  params?: Record<string, string>
  query?: Record<string, string>
  body?: object
}

export function tellRequest({ action, by, params, query, body }: Request): string {
  const who = by ? `${by.accountId}/${by.userId}` : action === 'confirm-address' ? 'a reader' : 'the host'
  return `${action} by ${who} ${JSON.stringify({ ...params, ...query, ...body })}`
}

const kinds: [Command['do'], number][] = [
  ['add', 5],
  ['rename', 7],
  ['remove', 5],
  ['promote', 2],
  ['move', 3],
  ['go-on', 17],
  ['refuse', 2],
  ['forget', 4],
  ['invite-nobody', 1],
  ['host-put', 4],
  ['host-drop', 2],
  ['follow', 4],
  ['send-link', 1],
]

/** Few, so that addresses come back, to other accounts too. */
const addresses = 4
/** Few, so that the host's word on a user is often overtaken by another. */
const hostUsers = 2
const hostVersions = 6

/** Some eight, or so many: most of them about the same person and the same two accounts; in some runs, all of them. */
export function someCommands(random: Random, accounts: number, many?: number): Command[] {
  const user = random.below(6)
  const length = many ?? 5 + random.below(7)
  if (random.chance(0.2)) return Array.from({ length }, () => backAndForth(random, user))
  if (random.chance(0.2)) return changesAfterEnd(user, many)
  if (random.chance(0.2)) return Array.from({ length: length + 4 }, () => overAddresses(random, user))
  return Array.from({ length }, () =>
    someCommand(random, random.chance(0.7) ? 2 : accounts, random.chance(0.6) ? user : random.below(6)),
  )
}

/** Two accounts become partners and part, while one user of one of them is changed. */
function backAndForth(random: Random, user: number): Command {
  const kind = random.pick(['go-on', 'go-on', 'rename', 'rename', 'remove', 'add', 'forget'] as const)
  if (kind === 'go-on') return { do: kind, account: 0, with: 1, user }
  if (kind === 'add') return { do: kind, account: 1, address: random.below(addresses), administrator: false }
  return { do: kind, account: kind === 'forget' ? 0 : 1, user }
}

/** Two accounts' people, the host's and others, want the same two addresses. */
function overAddresses(random: Random, user: number): Command {
  const kind = random.pick([
    'host-put',
    'host-put',
    'host-put',
    'host-drop',
    'add',
    'move',
    'move',
    'follow',
    'follow',
    'go-on',
  ] as const)
  const [account, address] = [random.below(2), random.below(2)]
  const said = { account, user: random.below(hostUsers), version: 1 + random.below(hostVersions) }
  switch (kind) {
    case 'host-put':
      return { do: kind, ...said, address }
    case 'host-drop':
      return { do: kind, ...said }
    case 'add':
      return { do: kind, account, address, administrator: false }
    case 'move':
      return { do: kind, account, user: said.user, address: random.below(3), hosts: true }
    case 'follow':
      return { do: kind, account, link: random.below(3) }
    default:
      return { do: kind, account: 0, with: 1, user }
  }
}

/** Whoever they were, two accounts become partners and part, and then a user of one of them is changed. */
function changesAfterEnd(user: number, length = 8): Command[] {
  const goOn: Command = { do: 'go-on', account: 0, with: 1, user }
  const change: Command = { do: 'rename', account: 1, user }
  return Array.from({ length }, (_, nth) => (nth % 8 < 4 ? goOn : change))
}

function someCommand(random: Random, accounts: number, user: number): Command {
  const [kind] = random.weighted(kinds, ([, weight]) => weight)
  const account = random.below(accounts)
  const other = (account + 1 + random.below(accounts - 1)) % accounts
  switch (kind) {
    case 'add':
      return { do: kind, account, address: random.below(addresses), administrator: random.chance(0.3) }
    case 'move':
      return { do: kind, account, user, address: random.below(addresses) }
    case 'go-on':
      return { do: kind, account, with: other, user }
    case 'refuse':
      return { do: kind, account, with: other, how: random.pick(answers) }
    case 'invite-nobody':
      return { do: kind, account }
    case 'host-put':
    case 'host-drop': {
      const said = { account, user: random.below(hostUsers), version: 1 + random.below(hostVersions) }
      return kind === 'host-put'
        ? { do: kind, ...said, address: random.below(addresses) }
        : { do: kind, ...said }
    }
    case 'follow':
      return { do: kind, account, link: random.below(3) }
    default:
      return { do: kind, account, user }
  }
}

/**
 * Whom commands are about: accounts, the domain of the addresses that come and go, and the tokens of the links that were
 * sent to confirm addresses, oldest first.
 */
export type World = { accounts: string[]; domain: string; tokens: readonly string[] }

/** The token of the link in a mail that is sent to confirm an address. */
export const tokenIn = (text: string): string | undefined => /\/confirm#([\w-]+)/.exec(text)?.[1]

const hostUser = 'h'

const isTheHosts = ({ userId }: ActiveUser) => userId.startsWith(hostUser)

const addressOf = (nth: number, { domain }: World) => `person-${nth}@${domain}`

/** What is asked for, as things stand; undefined where there is nothing that it could be. `nth` makes names differ. */
export function requestFor(command: Command, nth: number, store: Store, world: World): Request | undefined {
  const { accounts } = world
  const account = accounts[command.account % accounts.length] ?? ''
  if (command.do === 'host-put' || command.do === 'host-drop') return hostRequest(command, account, world)
  if (command.do === 'follow') {
    const token = world.tokens.at(-1 - (command.link % Math.max(1, world.tokens.length)))
    return token === undefined ? undefined : { action: 'confirm-address', body: { token } }
  }
  const by = administratorOf(store, account, nth)
  if (!by) return undefined
  switch (command.do) {
    case 'add': {
      const profile = command.administrator ? 'administrator' : 'manager'
      const body = { email: addressOf(command.address, world), name: `Name ${nth}`, profile }
      return { action: 'add-user', by, body }
    }
    case 'invite-nobody':
      return { action: 'send-invitation', by, body: { email: 'nobody@nowhere.example' } }
    case 'go-on':
      return goOn(store, account, accounts[command.with % accounts.length] ?? '', command.user)
    case 'forget': {
      const contact = leftBehind(store, account, command.user)
      return contact && { action: 'delete-contact', by, params: { id: contactId(contact) } }
    }
    case 'refuse': {
      const invitation = standing(store, account, accounts[command.with % accounts.length] ?? '')
      return invitation && { action: command.how, by, params: { id: invitationId(invitation) } }
    }
    default: {
      const hosts = command.do === 'move' && command.hosts
      const user = userOf(store, account, command.user, hosts ? isTheHosts : undefined)
      if (!user) return undefined
      const params = { id: user.userId }
      if (command.do === 'send-link') return { action: 'send-confirmation', by, params }
      if (command.do === 'remove') return { action: 'remove-user', by, params }
      return { action: 'change-user', by, params, body: changeOf(command, user, nth, world) }
    }
  }
}

function hostRequest(
  command: Extract<Command, { do: 'host-put' | 'host-drop' }>,
  accountId: string,
  world: World,
): Request {
  const params = { accountId, userId: `${hostUser}${command.user}` }
  const { version } = command
  if (command.do === 'host-drop') return { action: 'drop-user', params, query: { version: String(version) } }
  const body = {
    email: addressOf(command.address, world),
    name: `Version ${version}`,
    profile: 'manager',
    version,
  }
  return { action: 'put-user', params, body }
}

function changeOf(command: Command, user: ActiveUser, nth: number, world: World): object {
  if (command.do === 'move') return { email: addressOf(command.address, world) }
  // The host may take the last administrator away, and then nobody could be written to.
  if (command.do === 'promote' && !isTheHosts(user))
    return { profile: user.profile === 'manager' ? 'administrator' : 'manager' }
  return { name: `Name ${nth}` }
}

function goOn(store: Store, account: string, other: string, user: number): Request | undefined {
  const [by, there] = [administratorOf(store, account, user), administratorOf(store, other, user)]
  if (!by || !there) return undefined
  const { pk, sk } = keys.pair(account, other)
  const pair = store.item(pk, sk) as PairItem | undefined
  if (pair?.partners) return { action: 'delete-partner', by, params: { accountId: other } }
  const invitation = standing(store, account, other)
  if (!invitation || invitation.state === 'dismissed-partnership') {
    const email = userOf(store, other, user, (one) => one.emailConfirmed)?.email
    return email === undefined ? undefined : { action: 'send-invitation', by, body: { email } }
  }
  const isSender = invitation.sender === account
  const [sender, recipient] = isSender ? [by, there] : [there, by]
  const params = { id: invitationId(invitation) }
  if (invitation.state === 'pending') {
    const expired = stateAt(invitation, { now: new Date().toISOString(), invitationDays }) === 'expired'
    return expired
      ? { action: 'resend-invitation', by: sender, params }
      : { action: 'accept-invitation', by: recipient, params }
  }
  return { action: 'delete-invitation', by: invitation.state === 'rejected' ? recipient : sender, params }
}

function standing(store: Store, one: string, other: string): InvitationItem | undefined {
  const invitations = ofType<InvitationItem>(store, 'invitation').filter(
    ({ sender, recipient }) =>
      (sender === one && recipient === other) || (sender === other && recipient === one),
  )
  return invitations.find(({ state }) => state === 'pending') ?? invitations[0]
}

function leftBehind(store: Store, owner: string, nth: number): ContactItem | undefined {
  const contacts = ofType<ContactItem>(store, 'contact').filter((contact) => {
    const { pk, sk } = keys.pair(owner, contact.accountId)
    const pair = store.item(pk, sk) as PairItem | undefined
    return contact.owner === owner && !contact.removed && !pair?.partners
  })
  return contacts[nth % contacts.length]
}

function administratorOf(store: Store, accountId: string, nth: number) {
  const { pk, sk } = keys.account(accountId)
  const { administrators = [] } = (store.item(pk, sk) ?? {}) as Partial<AccountItem>
  const ids = [...administrators]
  const userId = ids[nth % ids.length]
  return userId === undefined ? undefined : { accountId, userId }
}

function userOf(
  store: Store,
  account: string,
  nth: number,
  suits: (user: ActiveUser) => boolean = () => true,
): ActiveUser | undefined {
  const users = ofType<UserItem>(store, 'user').filter(
    (user): user is ActiveUser => user.accountId === account && !user.removed && suits(user),
  )
  return users[nth % users.length]
}

function ofType<Item>(store: Store, type: string): Item[] {
  const found: object[] = []
  for (const item of store.items()) if (item.type === type) found.push(item)
  return found as Item[]
}
