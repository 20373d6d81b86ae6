import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { dataOf } from '../../client/index.ts'
import { actions, type State, sight } from '../model/states.ts'
import {
  all,
  answered,
  as,
  type Contact,
  call,
  changed,
  eventually,
  type Invitation,
  mails,
  type Partner,
  perform,
  type User,
} from './api.ts'
import { type Account, putUser } from './host.ts'

/** Tells the accounts of own-accounts.ts apart; without these, the demo's are meant. */
export const tag = process.env.ACCOUNTS_TAG ?? ''
const at = (account: string, user: string) => `${user}@${account}${tag}.example`

export const ada = at('acme', 'ada')
export const bill = at('acme', 'bill')
export const max = at('acme', 'max')
export const bo = at('globex', 'bo')
export const gun = at('globex', 'gun')
export const olle = at('globex', 'olle')
export const ines = at('initech', 'ines')
const demoUsers = [ada, bill, max, bo, gun, olle, ines]

export const acme: Account = { id: `acme${tag}`, name: 'Acme', administrator: ada }
export const globex: Account = { id: `globex${tag}`, name: 'Globex', administrator: bo }
export const initech: Account = { id: `initech${tag}`, name: 'Initech', administrator: ines }
const accounts = [acme, globex, initech]

/** Milliseconds after a partnership's end by which it counts for all: within five seconds either is right, clocks differ. */
export const clockDifference = 6_000

/** Back to the accounts as they were: no partners, no invitations, no users but those of the demo. Kept contacts stay. */
export async function reset(): Promise<void> {
  if (changed.has('invitations') || changed.has('partners')) await separate(accounts)
  if (changed.has('users')) await Promise.all(accounts.map(removeNewUsers))
  changed.clear()
}

async function removeNewUsers({ administrator }: Account): Promise<void> {
  for (const user of await all<User>(administrator, '/v1/users')) {
    if (!demoUsers.includes(user.email)) await perform(administrator, 'DELETE', `/v1/users/${user.id}`)
  }
}

/** Ends the partnerships of these accounts and deletes their invitations, the recipients first. */
export async function separate(some: Account[]): Promise<void> {
  for (const { administrator } of some) {
    for (const { accountId } of await all<Partner>(administrator, '/v1/partners')) {
      await perform(administrator, 'DELETE', `/v1/partners/${accountId}`)
    }
  }
  for (const direction of ['received', 'sent']) {
    for (const { administrator } of some) {
      const standing = await all<Invitation>(administrator, `/v1/invitations?direction=${direction}`)
      for (const { id } of standing) await perform(administrator, 'DELETE', `/v1/invitations/${id}`)
    }
  }
}

export async function invite(user: string, email: string): Promise<Invitation> {
  return dataOf(await as(user).POST('/v1/invitations', { body: { email } }))
}

export async function accept(user: string, { id }: Invitation): Promise<Partner> {
  return dataOf(await as(user).POST('/v1/invitations/{id}/accept', { params: { path: { id } } }))
}

export async function reject(user: string, { id }: Invitation): Promise<Invitation> {
  return dataOf(await as(user).POST('/v1/invitations/{id}/reject', { params: { path: { id } } }))
}

export async function remove(user: string, { id }: Invitation): Promise<void> {
  dataOf(await as(user).DELETE('/v1/invitations/{id}', { params: { path: { id } } }))
}

export async function endPartnership(user: string, { id: accountId }: Account): Promise<void> {
  dataOf(await as(user).DELETE('/v1/partners/{accountId}', { params: { path: { accountId } } }))
}

/** An invitation by this user to this address, accepted by the address's account. */
export async function makePartners(sender: string, recipient: string): Promise<Invitation> {
  const invitation = await invite(sender, recipient)
  await accept(recipient, invitation)
  return invitation
}

/** An address of this account's that no user had before. */
export function newAddress(account: Account): string {
  return `u${randomUUID()}@${account.id}.example`
}

/** A new user of the account, as the host puts it, whose address is confirmed: a manager called Test User by default. */
export async function addUser(account: Account, fields: Partial<User> = {}): Promise<User> {
  changed.add('users')
  const { id, ...user } = {
    id: randomUUID(),
    email: newAddress(account),
    name: 'Test User',
    profile: 'manager',
    ...fields,
  } as User
  const { email, name, profile, locale = 'en' } = user
  const answer = await putUser(account.id, id, { email, name, profile, locale, version: 1 })
  expect(answered(answer)).toBe('200')
  const { accountId, version, ...shown } = answer.body
  return shown
}

/** Follows the link of the newest confirmation e-mail to an address, as soon as it is one that works. */
export async function confirmAddress(email: string): Promise<void> {
  await eventually(async () => {
    const token = await confirmationToken(email)
    expect(answered(await call(null, 'POST', '/v1/confirmations', { token })), email).toBe('204')
  })
}

/** The token in the newest confirmation e-mail to an address. */
export async function confirmationToken(email: string): Promise<string> {
  return eventually(async () => {
    const own = (await mails()).filter(({ destination }) => destination.to.includes(email))
    const token = own.map(({ body }) => /\/confirm#([\w-]+)/.exec(body.text ?? '')?.[1]).findLast(Boolean)
    if (!token) throw new Error(`no confirmation e-mail to ${email}`)
    return token
  })
}

/** A new user whose address waits to be confirmed. */
export async function addUnconfirmed(account: Account, fields: Partial<User> = {}): Promise<User> {
  const body = { email: newAddress(account), name: 'Test User', profile: 'manager', ...fields } as const
  return dataOf(await as(account.administrator).POST('/v1/users', { body }))
}

export async function changeUser(account: Account, { id }: User, change: Partial<User>): Promise<User> {
  const params = { path: { id } }
  return dataOf(await as(account.administrator).PATCH('/v1/users/{id}', { params, body: change }))
}

export async function removeUser(account: Account, { id }: User): Promise<void> {
  dataOf(await as(account.administrator).DELETE('/v1/users/{id}', { params: { path: { id } } }))
}

/** The demo user with this address, as its account lists it. */
export async function userOf(account: Account, email: string): Promise<User> {
  const user = (await all<User>(account.administrator, '/v1/users')).find((one) => one.email === email)
  if (!user) throw new Error(`${account.name} has no user ${email}`)
  return user
}

/** What an account's lists hold, a line for each item. */
export interface Lists {
  /** "bo@globex.example pending" */
  sent: string[]
  /** "acme bo@globex.example pending" */
  received: string[]
  /** "globex us" */
  partners: string[]
}

async function lists({ administrator }: Account): Promise<Lists> {
  const [sent, received, partners] = await Promise.all([
    all<Invitation>(administrator, '/v1/invitations?direction=sent'),
    all<Invitation>(administrator, '/v1/invitations?direction=received'),
    all<Partner>(administrator, '/v1/partners'),
  ])
  return {
    sent: sent.map((one) => `${one.email} ${one.status}`).sort(),
    received: received.map((one) => `${one.sender.accountId} ${one.email} ${one.status}`).sort(),
    partners: partners.map((one) => `${one.accountId} ${one.initiatedBy}`).sort(),
  }
}

/** The account's lists hold this and nothing else. */
export async function expectLists(account: Account, held: Partial<Lists>): Promise<void> {
  const wanted = { sent: [], received: [], partners: [], ...held }
  await eventually(async () => expect(await lists(account), account.name).toEqual(wanted))
}

/** What each side, as an administrator, is answered for an invitation of Acme's to Globex that is in this state. */
export async function expectSight(invitation: Invitation, state: State): Promise<void> {
  const seen = sight(state)
  await expectStatus(ada, invitation, seen.sender, actions(state, 'sender'))
  await expectStatus(bo, invitation, seen.recipient, actions(state, 'recipient'))
}

async function expectStatus(
  user: string,
  { id }: Invitation,
  status: string | null,
  offered: Record<string, string | null>,
): Promise<void> {
  const answer = await as(user).GET('/v1/invitations/{id}', { params: { path: { id } } })
  if (status === null) return expect(answered(answer), user).toBe('404 not-found')
  expect(answered(answer), user).toBe('200')
  expect({ status: answer.data?.status, actions: answer.data?.actions }, user).toEqual({
    status,
    actions: offered,
  })
}

/** What the lists of Acme and Globex hold when Acme's only invitation to Globex is one to this address, in this state. */
export async function expectListsFor(state: State, email: string): Promise<void> {
  const { sender, recipient } = sight(state)
  if (state === 'accepted') {
    await expectLists(acme, { partners: [`${globex.id} us`] })
    return expectLists(globex, { partners: [`${acme.id} them`] })
  }
  await expectLists(acme, { sent: sender ? [`${email} ${sender}`] : [] })
  await expectLists(globex, { received: recipient ? [`${acme.id} ${email} ${recipient}`] : [] })
}

/** The contacts that `owner` has from `source`. */
export function contactsFrom(owner: Account, source: Account): Promise<Contact[]> {
  return all(owner.administrator, `/v1/contacts?accountId=${source.id}`)
}

/** C1: the owner's contacts from the source are exactly its users as they are now, each once. */
export async function expectContacts(owner: Account, source: Account): Promise<void> {
  const kind = owner.id === source.id ? 'user' : 'member'
  await eventually(async () => {
    const users = await all<User>(source.administrator, '/v1/users')
    const contacts = await contactsFrom(owner, source)
    const wanted = users.map(({ email, emailConfirmed, name, profile }) => ({
      ...{ kind, email, emailConfirmed, name, profile },
      ...{ accountId: source.id, accountName: source.name, live: true },
    }))
    expect(byEmail(contacts.map(({ id, ...rest }) => rest))).toEqual(byEmail(wanted))
    expect(new Set(contacts.map(({ id }) => id)).size).toBe(contacts.length)
  })
}

/** C1 for both sides, and each account's own users. */
export async function expectSharedContacts(one: Account, other: Account): Promise<void> {
  for (const owner of [one, other]) {
    for (const source of [one, other]) await expectContacts(owner, source)
  }
}

/** In order of their addresses. */
export function byEmail<T extends { email: string }>(items: T[]): T[] {
  return [...items].sort((a, b) => (a.email < b.email ? -1 : 1))
}
