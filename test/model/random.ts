import { domainToUnicode } from 'node:url'
import fc from 'fast-check'
import { type HostFields, isAdministrator, type Ref, refOf } from './directory.ts'
import { type Model, type Request, sameAddress } from './model.ts'
import type { State } from './states.ts'

/** An account's users when a history begins. */
export type Account = { accountId: string; name: string; users: (HostFields & { userId: string })[] }

const profiles = ['administrator', 'billing-administrator', 'supervisor', 'manager', 'observer']

/** An account of five. Some names and their domains are not ASCII. */
const staffed = (accountId: string, names: string[], administrators: number): Account => ({
  accountId,
  name: `The ${accountId}`,
  users: names.map((name, nth) => ({
    userId: `${accountId}-${nth}`,
    email: sameAddress(`u${nth}@${nth === 4 ? `${name}.` : ''}${accountId}.example`),
    name,
    profile: profiles[nth < administrators ? nth : Math.max(nth, 2)] ?? 'observer',
  })),
})

export const someAccounts = [
  staffed('acme', ['Ada', 'Bill', 'Sue', 'Max', 'Åke'], 2),
  staffed('globex', ['Bo', 'Gun', 'Pia', 'Mia', 'Zoë'], 2),
  staffed('initech', ['Ines', 'Ivo', 'Sol', 'Mo', 'René'], 1),
]

/** The requests with which the host puts accounts and their users. */
export const puts = (accounts: Account[]): Request[] =>
  accounts.flatMap(({ accountId, name, users }) => [
    { action: 'put-account', params: { accountId }, body: { name, version: 1 } },
    ...users.map(
      ({ userId, ...fields }): Request => ({
        action: 'put-user',
        params: { accountId, userId },
        body: { ...fields, version: 1 },
      }),
    ),
  ])

/** Addresses that nobody has when a history begins. */
const spareAddresses = ['new@somewhere.example', 'kim@somewhere.example', sameAddress('tonu@tõnu.example')]

const spellings = [
  (email: string) => email,
  (email: string) => email.toUpperCase(),
  (email: string) => `  ${email}\t`,
  (email: string) => email.replace(/(?<=@).*$/, domainToUnicode).normalize('NFD'),
]

/** The kinds of requests and how often they come. */
const relationship = { send: 6, 'send-again': 4, resend: 4, accept: 4, reject: 4, delete: 5, end: 4, wait: 2 }
const others = { host: 5, add: 2, change: 6, remove: 3, forget: 7, share: 5, 'take-back': 3, confirm: 3 }
const all = { ...relationship, ...others }
type Kind = keyof typeof all

/** A request, or a wait in which invitations expire, in relation to the history that it comes to stand in: numbers count round. */
export type Draw = { do: Kind; who: number; about: number; other: number; chance: number }

const drawn = (kinds: Partial<Record<Kind, number>>): fc.Arbitrary<Draw> =>
  fc.noBias(
    fc.record({
      do: fc.oneof(
        ...Object.entries(kinds).map(([kind, weight]) => ({ weight, arbitrary: fc.constant(kind as Kind) })),
      ),
      ...{ who: fc.nat(59), about: fc.nat(59), other: fc.nat(59), chance: fc.nat(99) },
    }),
  )

const first = (kind: Kind): Draw => ({
  do: kind,
  who: kind === 'send' ? 0 : 1,
  about: 5,
  other: 0,
  chance: 99,
})

/** Histories that begin in each state of an invitation, so that more of them come far enough. */
const openings: Draw[][] = [
  [],
  [first('send')],
  [first('send'), first('wait')],
  [first('send'), first('reject')],
  [first('send'), first('delete')],
  [first('send'), first('accept')],
  [first('send'), first('accept'), first('end')],
]

export const histories = (maxLength: number): fc.Arbitrary<{ accounts: number; draws: Draw[] }> =>
  fc
    .tuple(
      fc.constantFrom(2, 3),
      fc.constantFrom(...openings),
      fc.oneof(
        ...[relationship, all, all].map((kinds) =>
          fc.array(drawn(kinds), { minLength: maxLength - 3, maxLength: maxLength - 3, size: 'max' }),
        ),
      ),
    )
    .map(([accounts, opening, draws]) => ({ accounts, draws: [...opening, ...draws] }))

const nth = <T>(list: readonly T[], number: number): T | undefined => list[number % list.length]

export const isRequest = (draw: Draw): draw is Draw & { do: Exclude<Kind, 'wait'> } => draw.do !== 'wait'

/** The request that a draw means as things stand in the model. */
export function requestOf(
  { do: kind, who, about, other, chance }: Draw & { do: Exclude<Kind, 'wait'> },
  model: Model,
): Request {
  const accounts = [...model.accounts.keys()]
  const user = nth([...model.directory.users.keys()], about) ?? ''
  const spelt = (email: string) => (nth(spellings, other) ?? String)(email)
  const account = nth(accounts, who) ?? ''
  /** An administrator of the account, now and then somebody else, or nobody whom the directory knows. */
  const by = (accountId: string): Ref => {
    const users = model.directory.usersOf(accountId)
    const some = chance % 10 === 0 ? users : users.filter(isAdministrator)
    const one = chance % 20 === 1 ? undefined : nth(some, who)
    return { accountId, userId: one?.userId ?? 'nobody' }
  }
  /** Somebody of one of the sides, of the first one mostly, or of a third account. */
  const oneOf = (first: string, second: string): Ref => {
    const third = accounts.find((one) => one !== first && one !== second) ?? second
    return by(chance >= 45 ? first : chance >= 20 ? second : third)
  }
  /** An invitation in a state that is preferred, now and then, or in any state: each state is drawn as often. */
  const invitation = (preferred: State) => {
    const drawn = nth([...new Set(model.sent.map(({ state }) => state))], Math.floor(other / 3))
    const ofState = (state = drawn) => model.sent.filter((one) => one.state === state)
    return nth(other % 3 === 0 && ofState(preferred).length > 0 ? ofState(preferred) : ofState(), about)
  }
  switch (kind) {
    case 'send': {
      const addresses = [...model.directory.users.values()].map(({ email }) => email)
      const unusual = nth([...spareAddresses, 'not-an-address', ''], about) ?? ''
      const email = chance % 20 === 2 ? unusual : (nth(addresses, about) ?? '')
      return { action: 'send-invitation', by: by(account), body: { email: spelt(email) } }
    }
    case 'send-again': {
      const sent = nth(model.invitations, about)
      return {
        action: 'send-invitation',
        by: by(sent?.sender ?? account),
        body: { email: spelt(sent?.email ?? '') },
      }
    }
    case 'resend': {
      const found = invitation('expired')
      const side = oneOf(found?.sender ?? account, found?.recipient ?? account)
      return { action: 'resend-invitation', by: side, params: { id: found?.id ?? 'none' } }
    }
    case 'accept':
    case 'reject': {
      const found = invitation('pending')
      const side = found ? oneOf(found.recipient, found.sender) : by(account)
      return {
        action: `${kind}-invitation`,
        by: side,
        params: { id: found?.id ?? 'none' },
      }
    }
    case 'delete': {
      const found = invitation('rejected')
      const sides = [found?.recipient ?? account, found?.sender ?? account]
      const side = oneOf(...((who % 2 ? sides : sides.toReversed()) as [string, string]))
      return {
        action: 'delete-invitation',
        by: side,
        params: { id: found?.id ?? 'none' },
      }
    }
    case 'end': {
      const found = invitation('accepted')
      const sides = [found?.recipient ?? account, found?.sender ?? 'nowhere']
      const [one = '', another = ''] = who % 2 ? sides : sides.toReversed()
      return { action: 'delete-partner', by: oneOf(one, another), params: { accountId: another } }
    }
    case 'host': {
      const ref =
        other % 3 > 0
          ? refOf(user)
          : {
              accountId: chance % 8 === 0 || chance % 8 === 1 ? 'nowhere' : account,
              userId: `host-${other % 2}`,
            }
      const params: Record<string, string> = ref
      const version = chance % 5 === 4 ? 1 : 2 + model.made
      if (chance % 4 === 0) return { action: 'drop-user', params, query: { version: `${version}` } }
      const address = nth(
        [...spareAddresses, ...[...model.directory.users.values()].map(({ email }) => email)],
        other,
      )
      const body = {
        email: spelt(address ?? ''),
        name: `Name ${other}`,
        profile: nth(profiles, about),
        version,
      }
      return { action: 'put-user', params, body }
    }
    case 'add': {
      const email = spelt(nth([...spareAddresses, model.directory.users.get(user)?.email ?? ''], about) ?? '')
      const body = { email, name: 'Added', profile: nth(profiles, other) }
      return { action: 'add-user', by: by(account), body }
    }
    case 'change': {
      const fields = [
        { name: `Name ${who}` },
        { profile: nth(profiles, who) },
        { email: nth(spareAddresses, who) },
        { email: model.directory.users.get(nth([...model.directory.users.keys()], other) ?? '')?.email },
      ]
      return { ...ofUser(), action: 'change-user', body: nth(fields, other) ?? {} }
    }
    case 'remove':
      return { ...ofUser(), action: 'remove-user' }
    case 'confirm':
      return { ...ofUser(), action: 'send-confirmation' }
    case 'forget': {
      const having = accounts.filter((one) =>
        model.membersOf(one).some(({ live }) => live === (other % 2 === 0)),
      )
      const owner = nth(having, who) ?? account
      const members = model.membersOf(owner).filter(({ live }) => !live || other % 2 === 0)
      const id = chance % 10 === 5 ? `contact ${user}` : (nth(members, about)?.id ?? 'none')
      return { action: 'delete-contact', by: by(owner), params: { id } }
    }
    case 'share': {
      const partners = nth(
        model.invitations.filter(({ state }) => state === 'accepted'),
        about,
      )
      const sides = [partners?.sender ?? account, partners?.recipient ?? nth(accounts, other) ?? '']
      const [owner = '', partnerAccountId = ''] = who % 2 ? sides : sides.toReversed()
      const object = {
        kind: nth(['proof', 'file'], other),
        objectId: 'object',
        title: `Title ${about % 2}`,
        ...(chance % 2 === 0 && { url: `https://objects.example/${who}` }),
      }
      return { action: 'add-share', by: by(owner), body: { partnerAccountId, ...object } }
    }
    case 'take-back': {
      const share = nth(model.shares, about)
      const side = share ? oneOf(share.accountId, share.partnerId) : by(account)
      return { action: 'remove-share', by: side, params: { id: share?.id ?? 'none' } }
    }
  }

  /** An administrator about a user of the account, an administrator mostly, or about one of another account. */
  function ofUser(): Pick<Request, 'by' | 'params'> {
    const administrators = [...model.directory.users].flatMap(([id, one]) =>
      isAdministrator(one) ? [id] : [],
    )
    const { accountId, userId } = refOf(chance % 3 > 0 ? (nth(administrators, about) ?? user) : user)
    return { by: by(chance % 5 === 1 ? account : accountId), params: { id: userId } }
  }
}
