import { randomUUID } from 'node:crypto'
import { type Page, perform } from './api.ts'
import type { Account } from './host.ts'
import { addUnconfirmed, addUser, confirmationToken, newAddress, remove } from './relationship.ts'
import {
  contactOf,
  leftContact,
  liveContact,
  partnersBy,
  send,
  share,
  type World,
  whilePartners,
} from './world.ts'

type Objects = Record<string, () => Promise<string> | string>

/**
 * Makes the objects that the rows of who-sees-what.md speak of, by the request and the row's words: what to put in the
 * places of the request's parameters, or into its body. Each time a new one, so that no cell sees what another did.
 */
export function objectsOf(world: World): (request: string, words: string) => Promise<string[]> {
  const { us, partner, former, stranger, ours, partners, strangers } = world
  const idOf = async (made: Promise<{ id: string }>) => (await made).id
  const newUser = (account: Account) => idOf(addUser(account))
  const newUsersEmail = async (account: Account) => (await addUser(account)).email

  const invitations: Objects = {
    'sent by us': () => idOf(send(us, ours.invited)),
    'sent to us': () => idOf(send(ours.inviter, us)),
    'accepted by us, of the partner’s': () => partnersBy(partner, us),
    'of the former partnership': async () => (await whilePartners(world, async () => {}))[0],
    'sent by the partner': () => idOf(send(partner, partners.invited)),
    'sent to the partner': () => idOf(send(partners.inviter, partner)),
    'sent by the stranger': () => idOf(send(stranger, strangers.invited)),
    'sent to the stranger': () => idOf(send(strangers.inviter, stranger)),
    'deleted by us': async () => {
      const invitation = await send(us, ours.invited)
      await remove(us.administrator, invitation)
      return invitation.id
    },
    'of nobody': () => 'nobody',
  }

  const invited: Objects = {
    'to a user of ours': () => newUsersEmail(us),
    'to a user of the partner’s': () => newUsersEmail(partner),
    'to a user of the former partner’s': () => newUsersEmail(former),
    'to a user of the stranger’s': () => newUsersEmail(stranger),
    'to nobody’s address': () => newAddress(stranger),
    'to no address': () => 'nobody',
    'with an unknown field': () => newUsersEmail(stranger),
  }

  const accounts: Objects = {
    'our own account': () => withPartner(partner, us, () => us.id),
    'the partner': () => withPartner(partner, us, () => partner.id),
    'the former partner': () => former.id,
    'the stranger': () => stranger.id,
    'the partner’s partner': () => withPartner(partner, partners.partner, () => partners.partner.id),
    'the stranger’s partner': () => withPartner(stranger, strangers.partner, () => strangers.partner.id),
    'no account': () => 'nobody',
    'a new account': () => randomUUID(),
    'with an unknown field': () => us.id,
  }

  const contacts: Objects = {
    'a user of ours': () => idOf(contactOf(us, us)),
    'our partner’s user': () => idOf(liveContact(us, ours.partner)),
    'left with us': () => idOf(leftContact(us, ours.left)),
    'the partner’s partner’s user': () => idOf(liveContact(partner, partners.partner)),
    'left with the partner': () => idOf(leftContact(partner, partners.left)),
    'left with the stranger': () => idOf(leftContact(stranger, strangers.left)),
    'no contact': () => 'nobody',
  }

  const users: Objects = {
    'a user of ours': () => newUser(us),
    'a user of the partner’s': () => newUser(partner),
    'a user of the former partner’s': () => newUser(former),
    'a user of the stranger’s': () => newUser(stranger),
    'an unconfirmed user of ours': () => idOf(addUnconfirmed(us)),
    'an unconfirmed user of the partner’s': () => idOf(addUnconfirmed(partner)),
    'an unconfirmed user of the stranger’s': () => idOf(addUnconfirmed(stranger)),
    'no user': () => 'nobody',
    'no user, with a profile that is none': () => 'nobody',
    'no user, with an unknown field': () => 'nobody',
  }

  const addresses: Objects = {
    'with a new address': () => newAddress(us),
    'with an address of ours': () => us.administrator,
    'with an address of the partner’s': () => partner.administrator,
    'with an address of the stranger’s': () => stranger.administrator,
    'with a profile that is none': () => newAddress(us),
    'with an unknown field': () => newAddress(us),
  }

  const tokens: Objects = {
    'a token of ours': async () => confirmationToken((await addUnconfirmed(us)).email),
    'no token': () => 'nothing',
    'with an unknown field': () => 'nothing',
  }

  const shares: Objects = {
    'ours with the partner': () => withPartner(partner, us, () => idOf(share(us, partner))),
    'ours with the former partner': async () =>
      (await whilePartners(world, () => idOf(share(us, former))))[1],
    'the partner’s with us': () => withPartner(partner, us, () => idOf(share(partner, us))),
    'the former partner’s with us': async () =>
      (await whilePartners(world, () => idOf(share(former, us))))[1],
    'the partner’s with its partner': () =>
      withPartner(partner, partners.partner, () => idOf(share(partner, partners.partner))),
    'the stranger’s with its partner': () =>
      withPartner(stranger, strangers.partner, () => idOf(share(stranger, strangers.partner))),
    'no share': () => 'nobody',
  }

  const sharedWith: Objects = {
    'with our own account': () => withPartner(partner, us, () => us.id),
    'with the partner': () => withPartner(partner, us, () => partner.id),
    'with the former partner': () => former.id,
    'with the stranger': () => stranger.id,
    'with no account': () => 'nobody',
    'of a kind that is none': () => partner.id,
    'with an unknown field': () => partner.id,
  }

  const cursorOf = async (path: string, account: Account) => {
    await addUser(account)
    const { next } = await perform<Page<object>>(account.administrator, 'GET', path)
    return `${next}`
  }
  const cursors = (path: string): Objects => ({
    'a cursor of ours': () => cursorOf(path, us),
    'a cursor of the partner’s': () => cursorOf(path, partner),
    'a cursor of the stranger’s': () => cursorOf(path, stranger),
    'a cursor of another list of ours': () => cursorOf('/v1/contacts?kind=user&limit=1', us),
    'a cursor of the same list, asked for otherwise': () =>
      cursorOf(`/v1/contacts?accountId=${us.id}&limit=1`, us),
    'a made-up cursor': () => 'bm93aGVyZQ',
  })

  const directoryUsers: Objects = {
    'a user of ours': async () => `${us.id}/${await newUser(us)}`,
    'a new user of ours': () => `${us.id}/${randomUUID()}`,
    'a new user of no account': () => `nobody/${randomUUID()}`,
    'with an address of the stranger’s': () => `${us.id}/${randomUUID()}`,
    'with a profile that is none': () => `${us.id}/${randomUUID()}`,
  }

  const kinds: [RegExp, Objects][] = [
    [/^POST \/v1\/invitations$/, invited],
    [/^POST \/v1\/users$/, addresses],
    [/^POST \/v1\/confirmations$/, tokens],
    [/^POST \/v1\/shares$/, sharedWith],
    [/\{userId\}/, directoryUsers],
    [/\{accountId\}/, accounts],
    [/\/invitations\/\{id\}/, invitations],
    [/\/contacts\/\{id\}/, contacts],
    [/\/users\/\{id\}/, users],
    [/\/shares\/\{id\}/, shares],
  ]

  return async (request, words) => {
    if (words === '') return []
    const [, path = '', list] = /^\S+ ((.*)&cursor=.*|.*)$/.exec(request) ?? []
    const objects = list ? cursors(list) : kinds.find(([pattern]) => pattern.test(request))?.[1]
    const make = objects?.[words]
    if (!make) throw new Error(`Nobody knows what “${words}” is for ${path}`)
    return (await make()).split('/')
  }
}

async function withPartner<T>(sender: Account, recipient: Account, make: () => T): Promise<Awaited<T>> {
  await partnersBy(sender, recipient)
  return await make()
}
