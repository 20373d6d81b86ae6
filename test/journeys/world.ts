import { randomUUID } from 'node:crypto'
import { inject } from 'vitest'
import { seedingAt } from '../kit/seeding.ts'
import { type Contact, call, eventually, type Invitation, type Page, perform } from './api.ts'
import type { Account } from './host.ts'
import { addUser, endPartnership, invite, makePartners } from './relationship.ts'

interface Share {
  id: string
}

/** The accounts of who-sees-what.md's columns, and for each those that it has to do with and that are in no column. */
export interface World {
  us: Account
  partner: Account
  former: Account
  stranger: Account
  ours: Others
  partners: Others
  strangers: Others
}

interface Others {
  invited: Account
  inviter: Account
  partner: Account
  left: Account
}

type Seed = (label: string) => Promise<Account>

/** Makes accounts past the interface, each with an id that is in its name and its addresses, and in no other's. */
async function seeder(): Promise<Seed> {
  const seed = await seedingAt(inject('stack').dynamodb)
  return async (label) => {
    const id = `${label}-${randomUUID().slice(0, 8)}`
    const account = { id, name: `The ${id}`, administrator: `ada@${id}.example` }
    const ada = { userId: `ada-${id}`, name: `Ada of ${id}`, email: account.administrator, locale: 'en' }
    const users = [{ ...ada, profile: 'administrator' as const }]
    await seed({ accountId: id, name: account.name, users }, new Date().toISOString())
    return account
  }
}

async function seedOthers(seed: Seed, whose: string): Promise<Others> {
  const invited = await seed(`${whose}-invited`)
  const inviter = await seed(`${whose}-inviter`)
  return { invited, inviter, partner: await seed(`${whose}-other`), left: await seed(`${whose}-left`) }
}

/** The accounts, with all that who-sees-what.md says of its columns. */
export async function makeWorld(): Promise<World> {
  const seed = await seeder()
  const world = {
    us: await seed('us'),
    partner: await seed('partner'),
    former: await seed('former'),
    stranger: await seed('stranger'),
    ours: await seedOthers(seed, 'our'),
    partners: await seedOthers(seed, 'its'),
    strangers: await seedOthers(seed, 'their'),
  }
  const { us, partner, former, stranger, ours, partners, strangers } = world
  for (const [account, others] of [
    [us, ours],
    [partner, partners],
    [stranger, strangers],
  ] as const) {
    await invite(account.administrator, others.invited.administrator)
    await invite(others.inviter.administrator, account.administrator)
    await liveContact(account, others.partner)
    await leftContact(account, others.left)
  }
  await whilePartners(world, async () => {
    await contactOf(us, former)
    await contactOf(former, us)
    await share(us, former)
    await share(former, us)
  })
  await partnersBy(partner, us)
  await contactOf(us, partner)
  await contactOf(partner, us)
  await share(us, partner)
  await share(partner, us)
  await share(partner, partners.partner)
  await share(stranger, strangers.partner)
  return world
}

export const accountsOf = ({ ours, partners, strangers, ...four }: World): Record<string, Account> => {
  const labelled = (whose: string, { invited, inviter, partner, left }: Others) => ({
    [`${whose} invited`]: invited,
    [`${whose} inviter`]: inviter,
    [`${whose} partner`]: partner,
    [`${whose} left`]: left,
  })
  return {
    ...four,
    ...labelled('our', ours),
    ...labelled('partner’s', partners),
    ...labelled('stranger’s', strangers),
  }
}

const acceptedIds = new Map<string, string>()

/** Has the two be partners, by an invitation of the first's: its id. */
export async function partnersBy(sender: Account, recipient: Account): Promise<string> {
  const pair = `${sender.id} ${recipient.id}`
  const known = acceptedIds.get(pair)
  const there = await call(recipient.administrator, 'GET', `/v1/partners/${sender.id}`)
  if (known && there.status === 200) return known
  const invitation = await makePartners(sender.administrator, recipient.administrator)
  acceptedIds.set(pair, invitation.id)
  return invitation.id
}

/** Does something while we are partners of the former partner, by an invitation of ours: its id, and what came of it. */
export async function whilePartners<T>({ us, former }: World, work: () => Promise<T>): Promise<[string, T]> {
  const invitation = await makePartners(us.administrator, former.administrator)
  const result = await work()
  await endPartnership(former.administrator, us)
  return [invitation.id, result]
}

/** A user of the other account among the account's contacts, as soon as there is one. */
export function contactOf(account: Account, other: Account): Promise<Contact> {
  return eventually(async () => {
    const path = `/v1/contacts?accountId=${other.id}&limit=1`
    const { items } = await perform<Page<Contact>>(account.administrator, 'GET', path)
    const [contact] = items
    if (!contact) throw new Error(`${account.name} has no contact of ${other.name}`)
    return contact
  })
}

export async function liveContact(account: Account, other: Account): Promise<Contact> {
  await partnersBy(account, other)
  return contactOf(account, other)
}

export async function leftContact(account: Account, other: Account): Promise<Contact> {
  const contact = await liveContact(account, other)
  await endPartnership(account.administrator, other)
  return contact
}

/** An invitation to a user whom none has been sent before. */
export async function send(sender: Account, recipient: Account): Promise<Invitation> {
  const { email } = await addUser(recipient)
  return invite(sender.administrator, email)
}

export function share(by: Account, partner: Account): Promise<Share> {
  const object = { kind: 'proof', objectId: randomUUID(), title: 'A proof', url: 'https://proofs.example/1' }
  return perform(by.administrator, 'POST', '/v1/shares', { partnerAccountId: partner.id, ...object })
}
