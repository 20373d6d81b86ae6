import type { DemoAccount } from '../../demo/accounts.ts'
import type { Profile } from '../../shared/domain/profiles.ts'
import { Known, vault } from './known.ts'

/** In the names and addresses of accounts that nobody else has to do with, and that must stay as they are. */
export const secret = 'kept-secret'

export type Person = { accountId: string; userId: string; email: string }

/** One request as a person that must not be refused: what it answers, be it an item or a page. */
type Ask = (by: Person, method: string, path: string, body?: object) => Promise<Told>

type Told = { id: string; items: { id: string }[]; next: string | null }

/** What the fuzz knows, and who calls, by the names that it calls them. */
type Population = { known: Known; people: Map<string, Person> }

const profiles: Profile[] = ['administrator', 'administrator', 'manager']

function accountOf(accountId: string, word: string): DemoAccount {
  const users = profiles.map((profile, i) => {
    const userId = `${accountId}-${i}`
    const email = `${userId}@${word}.example`
    return { userId, name: `User ${i} of ${word}`, email, profile, locale: 'en' }
  })
  return { accountId, name: `The ${word}`, users }
}

/**
 * Makes the accounts that the fuzz plays with, a user of which has been removed, and two that it must not get at. Of
 * these it is told ids of every kind, but neither names nor addresses.
 *
 * @param run tells these accounts from those of other runs
 */
export async function populate(
  run: string,
  seed: (account: DemoAccount, now: string) => Promise<void>,
  ask: Ask,
): Promise<Population> {
  const open = ['north', 'south', 'west'].map((name) => accountOf(`${name}-${run}`, `${name}-${run}`))
  const closed = [vault, `${vault}-ally`].map((name) =>
    accountOf(`${name}-${run}`, `${secret}-${name}-${run}`),
  )
  for (const account of [...open, ...closed]) await seed(account, new Date().toISOString())

  const people = new Map(open.flatMap(peopleOf))
  const callers = [...people.keys()].flatMap((name) =>
    name.endsWith('(administrator)') ? [name, name] : [name],
  )
  const known = new Known(
    callers,
    [...people.values()].map(({ userId }) => userId),
  )
  for (const { accountId } of [...open, ...closed]) known.add('account', accountId)
  for (const { email } of people.values()) known.add('email', email)
  // While all of them can sign in.
  for (const person of people.values()) await ask(person, 'GET', '/v1/me')
  const [first, second] = [...people.values()] as [Person, Person]
  await ask(first, 'DELETE', `/v1/users/${second.userId}`)
  await fillVault(
    closed.map((account) => peopleOf(account)[0]?.[1] as Person) as [Person, Person],
    known,
    ask,
  )
  return { known, people }
}

const peopleOf = ({ accountId, users }: DemoAccount): [string, Person][] =>
  users.map(({ userId, email, profile }) => [`${userId} (${profile})`, { accountId, userId, email }])

/** Something of every kind that an account can have, between the two. */
async function fillVault([one, other]: [Person, Person], known: Known, ask: Ask): Promise<void> {
  const { id: accepted } = await ask(one, 'POST', '/v1/invitations', { email: other.email })
  await ask(other, 'POST', `/v1/invitations/${accepted}/accept`)
  const share = {
    kind: 'proof',
    objectId: 'x',
    title: `A proof of ${secret}`,
    url: `https://${secret}.example/`,
  }
  const { id: shared } = await ask(one, 'POST', '/v1/shares', { partnerAccountId: other.accountId, ...share })
  const { items, next } = await ask(one, 'GET', '/v1/users?limit=1')
  const { items: contacts } = await ask(one, 'GET', '/v1/contacts?limit=1')
  known.add('invitation', accepted)
  known.add('share', shared)
  known.add('user', one.userId)
  known.add('cursor', `${next}`)
  for (const { id } of items) known.add('user', id)
  for (const { id } of contacts) known.add('contact', id)
}
