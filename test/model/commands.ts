import { domainToUnicode } from 'node:url'
import fc, { type Arbitrary } from 'fast-check'
import { sameAddress } from './model.ts'
import type { NewUser, Profile, User, World } from './system.ts'

/**
 * Counted modulo their number among the account's present administrators; from 0 among all the people it ever had, and
 * beyond the last of these, somebody whom no directory knows.
 */
interface Who {
  among: 'administrators' | 'everybody'
  nth: number
}

export type Member = Who & { account: string }

/** As whom one touches an invitation or a partnership: somebody of its recipient's, its sender's or another account. */
export type Side = Who & { as: 'recipient' | 'sender' | 'bystander' }

/**
 * Counted back from the latest sending, 0: modulo their number among those that wait for an answer, were rejected, or
 * that a side still has; among all there ever were, earlier lives included, and beyond the first of these, one that was never made.
 */
export interface Which {
  among: 'pending' | 'rejected' | 'standing' | 'all'
  nth: number
}

/** Commands that say whom and what they are about only in relation to the history that they come to stand in. */
export type RelationshipCommand =
  | { do: 'send'; by: Member; email: string }
  | { do: 'send-again'; by: Side; invitation: Which; spelling: Spelling }
  | { do: 'accept' | 'reject' | 'delete'; by: Side; invitation: Which }
  | { do: 'end'; by: Side; partnership: number }
  | { do: 'delete-partner'; by: Member; accountId: string }

type DirectoryCommand =
  | { do: 'add-user'; by: Member; user: NewUser }
  | { do: 'change-user'; by: Member; whom: Member; change: Partial<NewUser> }
  | { do: 'remove-user'; by: Member; whom: Member }
  | { do: 'remove-contact'; by: Member; nthLeftBehind: number }

export type Command = RelationshipCommand | DirectoryCommand

export interface Scenario<C> {
  world: World
  commands: C[]
}

export const spellings = {
  'as it is': (email: string) => email,
  'in capitals': (email: string) => email.toUpperCase(),
  'with spaces': (email: string) => `  ${email}\t`,
  'in Unicode': inUnicode,
  decomposed: (email: string) => inUnicode(email).normalize('NFD'),
}
type Spelling = keyof typeof spellings

const profiles: Profile[] = ['administrator', 'billing-administrator', 'supervisor', 'manager', 'observer']

function inUnicode(email: string): string {
  return email.replace(/(?<=@).*$/, domainToUnicode)
}

/** An account of five, one of each profile. The observer's name and domain are not ASCII. */
function staff(accountId: string, names: string[]): User[] {
  return names.map((name, nth) => {
    const plain = withoutMarks(name).toLowerCase()
    return {
      id: `${accountId}-${plain}`,
      accountId,
      email: sameAddress(`${plain}@${plain === name.toLowerCase() ? '' : `${name}.`}${accountId}.example`),
      name,
      profile: profiles[nth] ?? 'observer',
    }
  })
}

function withoutMarks(name: string): string {
  return name.normalize('NFD').replace(/\p{M}/gu, '')
}

const acme = staff('acme', ['Ada', 'Bill', 'Sue', 'Max', 'Åke'])
const globex = staff('globex', ['Bo', 'Gun', 'Pia', 'Mia', 'Zoë'])
const initech = staff('initech', ['Ines', 'Ivo', 'Sol', 'Mo', 'René'])

const worlds: World[] = [
  { accounts: ['acme', 'globex'], users: [...acme, ...globex] },
  { accounts: ['acme', 'globex', 'initech'], users: [...acme, ...globex, ...initech] },
]

/** Addresses that nobody has to begin with; a user may get one later. */
const spareAddresses = [
  ...['new', 'other', 'kim', 'lee'].map((name) => `${name}@somewhere.example`),
  sameAddress('tonu@tõnu.example'),
]

const everybody = fc.record({ among: fc.constant('everybody' as const), nth: fc.nat(7) })
const administrator = fc.record({ among: fc.constant('administrators' as const), nth: fc.nat(2) })
const who: Arbitrary<Who> = fc.oneof(
  { weight: 9, arbitrary: administrator },
  { weight: 1, arbitrary: everybody },
)

function which(weights: Record<Which['among'], number>): Arbitrary<Which> {
  const among = (those: Which['among'], nth: Arbitrary<number>) => ({
    weight: weights[those],
    arbitrary: fc.record({ among: fc.constant(those), nth }),
  })
  return fc.oneof(
    among('pending', fc.nat(2)),
    among('rejected', fc.nat(2)),
    among('standing', fc.nat(2)),
    among('all', fc.nat(15)),
  )
}

const spelling: Arbitrary<Spelling> = fc.constantFrom('as it is', 'in capitals', 'with spaces', 'decomposed')

function side(weights: Record<Side['as'], number>): Arbitrary<Side> {
  const { recipient, sender, bystander } = weights
  const as = fc.oneof(
    { weight: recipient, arbitrary: fc.constant('recipient' as const) },
    { weight: sender, arbitrary: fc.constant('sender' as const) },
    { weight: bystander, arbitrary: fc.constant('bystander' as const) },
  )
  return fc.tuple(as, who).map(([as, someone]) => ({ as, ...someone }))
}

function memberOf(account: string, someone: Arbitrary<Who>): Arbitrary<Member> {
  return someone.map((one) => ({ account, ...one }))
}

function address(emails: string[]): Arbitrary<string> {
  return fc.tuple(fc.constantFrom(...emails), spelling).map(([email, spelt]) => spellings[spelt](email))
}

/** Any command of §2's table and of §3. */
function relationshipCommand({ accounts, users }: World): Arbitrary<RelationshipCommand> {
  const emails = (ofThem: (user: User) => boolean) => users.filter(ofThem).map((user) => user.email)
  const sendFrom = (account: string) =>
    fc.record({
      do: fc.constant('send' as const),
      by: memberOf(account, who),
      email: fc.oneof(
        { weight: 9, arbitrary: address(emails((user) => user.accountId !== account)) },
        { weight: 1, arbitrary: address(emails((user) => user.accountId === account)) },
        { weight: 1, arbitrary: address(spareAddresses) },
        { weight: 1, arbitrary: fc.constant('not-an-address') },
      ),
    })
  const sendAgain = fc.record({
    do: fc.constant('send-again' as const),
    by: side({ recipient: 0, sender: 1, bystander: 0 }),
    invitation: which({ pending: 0, rejected: 0, standing: 4, all: 1 }),
    spelling,
  })
  const end = fc.record({
    do: fc.constant('end' as const),
    by: side({ recipient: 3, sender: 2, bystander: 1 }),
    partnership: fc.nat(2),
  })
  const deletePartnerFrom = (account: string) =>
    fc.record({
      do: fc.constant('delete-partner' as const),
      by: memberOf(account, who),
      accountId: fc.constantFrom(...accounts, 'nowhere'),
    })
  const answering = side({ recipient: 10, sender: 1, bystander: 1 })
  const accept = fc.record({
    do: fc.constant('accept' as const),
    by: answering,
    invitation: which({ pending: 5, rejected: 1, standing: 2, all: 1 }),
  })
  const reject = fc.record({
    do: fc.constant('reject' as const),
    by: answering,
    invitation: which({ pending: 3, rejected: 2, standing: 2, all: 1 }),
  })
  const deletion = fc.record({
    do: fc.constant('delete' as const),
    by: side({ recipient: 5, sender: 5, bystander: 1 }),
    invitation: which({ pending: 0, rejected: 1, standing: 4, all: 1 }),
  })
  return fc.oneof<fc.WeightedArbitrary<RelationshipCommand>[]>(
    { weight: 6, arbitrary: fc.oneof(...accounts.map(sendFrom)) },
    { weight: 4, arbitrary: sendAgain },
    { weight: 3, arbitrary: accept },
    { weight: 2, arbitrary: reject },
    { weight: 4, arbitrary: deletion },
    { weight: 2, arbitrary: end },
    { weight: 1, arbitrary: fc.oneof(...accounts.map(deletePartnerFrom)) },
  )
}

/** Any command that changes users, or removes a contact. */
function directoryCommand({ accounts, users }: World): Arbitrary<DirectoryCommand> {
  const email = fc.oneof(
    { weight: 2, arbitrary: address(spareAddresses) },
    { weight: 1, arbitrary: address(users.map((user) => user.email)) },
  )
  const name = fc.constantFrom('Kim', 'Lee', 'Åsa')
  const profile = fc.constantFrom(...profiles)
  const change = fc.oneof<Arbitrary<Partial<NewUser>>[]>(
    fc.record({ email }),
    fc.record({ name }),
    fc.record({ profile }),
  )
  const inAccount = (account: string) => {
    const by = memberOf(account, who)
    const whom = fc.oneof(
      { weight: 2, arbitrary: memberOf(account, administrator) },
      { weight: 4, arbitrary: memberOf(account, everybody) },
      { weight: 1, arbitrary: fc.oneof(...accounts.map((any) => memberOf(any, everybody))) },
    )
    const user = fc.record({ email, name, profile })
    return fc.oneof<fc.WeightedArbitrary<DirectoryCommand>[]>(
      { weight: 2, arbitrary: fc.record({ do: fc.constant('add-user' as const), by, user }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('change-user' as const), by, whom, change }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('remove-user' as const), by, whom }) },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant('remove-contact' as const), by, nthLeftBehind: fc.nat(5) }),
      },
    )
  }
  return fc.oneof(...accounts.map(inAccount))
}

const first: Who = { among: 'administrators', nth: 0 }
const becomePartners: RelationshipCommand[] = [
  { do: 'send', by: { account: 'acme', ...first }, email: 'bo@globex.example' },
  { do: 'accept', by: { as: 'recipient', ...first }, invitation: { among: 'pending', nth: 0 } },
]
const part: RelationshipCommand = { do: 'end', by: { as: 'recipient', ...first }, partnership: 0 }

/** Strangers, partners or former partners to begin with, so that more histories come far enough. */
const openings: RelationshipCommand[][] = [[], becomePartners, [...becomePartners, part]]
const longestOpening = 3

function scenarios<C>(
  commandIn: (world: World) => Arbitrary<C>,
  maxCommands: number,
): Arbitrary<Scenario<C | RelationshipCommand>> {
  return fc.oneof(
    ...worlds.map((world) =>
      fc
        .tuple(
          fc.constantFrom(...openings),
          fc.array(commandIn(world), { maxLength: maxCommands - longestOpening, size: 'max' }),
        )
        .map(([opening, commands]) => ({ world, commands: [...opening, ...commands] })),
    ),
  )
}

/** Histories of two or three accounts inviting, answering, deleting and ending. */
export function relationshipScenarios(maxCommands: number): Arbitrary<Scenario<RelationshipCommand>> {
  return scenarios(relationshipCommand, maxCommands)
}

/** The same, while users come, change and go, and contacts that were left behind are removed. */
export function scenariosAtRest(maxCommands: number): Arbitrary<Scenario<Command>> {
  return scenarios(
    (world) =>
      fc.oneof<fc.WeightedArbitrary<Command>[]>(
        { weight: 3, arbitrary: relationshipCommand(world) },
        { weight: 2, arbitrary: directoryCommand(world) },
      ),
    maxCommands,
  )
}

/** What random histories are too short for: forty invitations in each direction, in several states, and what the limit lets through. */
export function atTheLimit(): Scenario<RelationshipCommand> {
  const crowd = (accountId: string): User[] =>
    Array.from({ length: 42 }, (_, nth) => ({
      id: `${accountId}-${nth}`,
      accountId,
      email: `${nth}@${accountId}.example`,
      name: `Number ${nth}`,
      profile: nth === 0 ? 'administrator' : 'observer',
    }))
  const send = (account: string, to: string, nth: number): RelationshipCommand => ({
    do: 'send',
    by: { account, ...first },
    email: `${nth}@${to}.example`,
  })
  const latest = (
    verb: 'accept' | 'reject' | 'delete',
    as: Side['as'],
    nthLatest = 0,
  ): RelationshipCommand => ({
    do: verb,
    by: { as, ...first },
    invitation: { among: 'all', nth: nthLatest },
  })
  return {
    world: { accounts: ['acme', 'globex'], users: [...crowd('acme'), ...crowd('globex')] },
    commands: [
      send('acme', 'globex', 0),
      latest('accept', 'recipient'),
      // Globex was the recipient: what is left of the partnership stands at Acme, and counts.
      { do: 'delete-partner', by: { account: 'globex', ...first }, accountId: 'acme' },
      ...Array.from({ length: 39 }, (_, nth) => send('acme', 'globex', nth + 1)),
      latest('reject', 'recipient'),
      latest('delete', 'recipient', 1),
      // However many Acme has sent, Globex may send as many.
      ...Array.from({ length: 40 }, (_, nth) => send('globex', 'acme', nth)),
      send('globex', 'acme', 40),
      send('acme', 'globex', 40),
      // Refused as it would be without the limit, and a new sending that takes the former partnership's place.
      send('globex', 'acme', 39),
      send('acme', 'globex', 0),
      send('globex', 'acme', 40),
      // One gone makes room for one.
      latest('delete', 'sender', 1),
      send('globex', 'acme', 40),
      send('globex', 'acme', 41),
      latest('accept', 'recipient'),
    ],
  }
}
