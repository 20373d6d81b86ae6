import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freshTable } from '../kit/fresh-table.ts'
import { MemoryTable } from '../kit/memory-table.ts'
import { type Answered, Directory, type HostFields, idOf, type Ref } from '../model/directory.ts'
import { HostTruth, hostSteps, type Word } from '../model/host-truth.ts'
import type { Snapshot } from './directory-on-table.ts'
import { DirectoryOnTable, flaws } from './directory-on-table.ts'

const accounts = ['acme', 'globex']
const emails = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}@somewhere.example`)

const memory = new MemoryTable()

/** Histories in memory are cheap, so most of them run there, and some on DynamoDB Local. */
const tables = [
  { name: 'in memory', share: 4, begin: () => memory.use(), clear: async () => memory.clear() },
  { name: 'DynamoDB Local', share: 0.2, begin: () => {}, clear: freshTable },
]

/** `npm run histories` draws other histories each time. */
const parameters = { seed: Number(process.env.SEED ?? 9), endOnFailure: true }

/** What may arrive twice, in any order: the words, some of them again. */
const arrivals = (words: Word[]) =>
  fc
    .tuple(
      fc.shuffledSubarray(words, { minLength: words.length, maxLength: words.length }),
      fc.shuffledSubarray(words, { maxLength: Math.min(3, words.length) }),
    )
    .map(([once, again]) => [...once, ...again])

const deliver = (table: InstanceType<typeof DirectoryOnTable>, { ref, version, fields }: Word) =>
  fields === 'removed' ? table.drop(ref, version) : table.put(ref, version, fields)

const present = ({ users }: Snapshot) =>
  [...users.values()]
    .flatMap((user) => (user.removed || user.userId === 'boss' ? [] : [user]))
    .map(({ email, emailConfirmed, name, profile, ...ref }) => ({
      id: idOf(ref),
      ...{ email, emailConfirmed, name, profile },
    }))
    .sort((one, other) => (one.id < other.id ? -1 : 1))

/** Whoever is at the host in the end has its address, confirmed, whatever came before what. */
function expectTruth(truth: HostTruth, snapshot: Snapshot): void {
  const expected = truth.people
    .flatMap(({ ref, fields }) => (fields ? [{ id: idOf(ref), emailConfirmed: true, ...fields }] : []))
    .sort((one, other) => (one.id < other.id ? -1 : 1))
  expect(present(snapshot)).toEqual(expected)
  expect(flaws(snapshot)).toEqual([])
}

const truths = hostSteps.map((steps) => {
  const truth = new HostTruth(accounts, emails, 4)
  for (const step of steps) truth.take(step)
  return truth
})
const truthsAndArrivals = truths.chain((truth) =>
  fc.record({ truth: fc.constant(truth), order: arrivals(truth.words) }),
)

type Step =
  | { do: 'host'; user: number; version: number; other: boolean }
  | { do: 'add'; account: number; email: number }
  | { do: 'change'; user: number; email: number }
  | { do: 'remove'; user: number }
  | { do: 'send'; user: number }
  | { do: 'deliver'; nth: number }
  | { do: 'follow'; nth: number }

const nth = fc.nat(11)
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('host' as const),
        user: fc.nat(4),
        version: fc.integer({ min: 1, max: 6 }),
        other: fc.integer({ min: 0, max: 7 }).map((one) => one === 0),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('add' as const), account: nth, email: nth }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('change' as const), user: nth, email: nth }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), user: nth }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('send' as const), user: nth }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('deliver' as const), nth: fc.nat(3) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('follow' as const), nth: fc.nat(3) }) },
  ),
  { minLength: 3, maxLength: 24 },
)

/** What the host says of a user in a version: mostly the same, whenever it says it. */
function wordOf({ user, version, other }: Extract<Step, { do: 'host' }>, salt: number): Word {
  const ref = { accountId: accounts[user % accounts.length] ?? '', userId: `h${user}` }
  if ((user + version * 2 + salt) % 6 === 0 && !other) return { ref, version, fields: 'removed' }
  const email = emails[(user + version * (1 + (salt % 3))) % 3] ?? ''
  return { ref, version, fields: { email, name: other ? 'Other' : `Version ${version}`, profile: 'manager' } }
}

/** What the histories came across. */
const seen = new Set<string>()

/** A history of the table beside the model's: each step is done to both. */
class History {
  readonly model = new Directory()
  readonly table = new DirectoryOnTable()
  readonly #salt: number
  /** Confirmations whose records have not been delivered, oldest first, and the tokens of all links. */
  readonly #undelivered: { ref: Ref; confirmationId: string; email: string }[] = []
  readonly #tokens: string[] = []
  readonly #newest = new Map<string, string>()
  #before: Snapshot | undefined

  constructor(salt: number) {
    this.#salt = salt
  }

  async begin(): Promise<void> {
    await this.table.open(accounts)
    this.#before = await this.table.look()
  }

  async take(step: Step): Promise<void> {
    const before = this.#before as Snapshot
    const [got, expected] = await this.#do(step, before)
    expect(got).toEqual(expected)
    seen.add([step.do, got.status, got.code, got.removedVersion && 'removed'].filter(Boolean).join(' '))
    const after = await this.table.look()
    this.#note(after)
    this.#compare(before, after)
    this.#before = after
  }

  async #do(step: Step, before: Snapshot): Promise<[Answered, Answered]> {
    switch (step.do) {
      case 'host': {
        const word = wordOf(step, this.#salt)
        const { ref, version, fields } = word
        const expected =
          fields === 'removed' ? this.model.drop(ref, version) : this.model.put(ref, version, fields)
        return [await deliver(this.table, word), expected]
      }
      case 'add': {
        const accountId = accounts[step.account % accounts.length] ?? ''
        const email = emails[step.email % emails.length] ?? ''
        const fields: HostFields = { email, name: 'Typed', profile: 'manager' }
        const { userId, ...got } = await this.table.add(accountId, fields)
        return [got, this.model.add({ accountId, userId }, fields)]
      }
      case 'change': {
        const ref = this.#someone(step.user)
        const email = emails[step.email % emails.length] ?? ''
        const { mailTo, ...expected } = this.model.change(ref, { email })
        return [await this.table.change(ref, email), expected]
      }
      case 'remove': {
        const ref = this.#someone(step.user)
        return [await this.table.remove(ref), this.model.remove(ref)]
      }
      case 'send': {
        const ref = this.#someone(step.user)
        const hasOne = this.model.unconfirmedOf(ref) !== undefined
        return [
          await this.table.sendConfirmation(ref),
          hasOne ? { status: 202 } : { status: 404, code: 'not-found' },
        ]
      }
      case 'deliver':
        return this.#deliver(step.nth, before)
      case 'follow': {
        const token = this.#tokens.at(-1 - (step.nth % Math.max(1, this.#tokens.length)))
        if (token === undefined) return [{ status: 0 }, { status: 0 }]
        return [await this.table.follow(token), this.model.follow(token)]
      }
    }
  }

  /** The e-mail goes out if it is about the newest link, and there still is something to confirm. */
  async #deliver(nth: number, before: Snapshot): Promise<[Answered, Answered]> {
    const [record] = this.#undelivered.splice(nth % Math.max(1, this.#undelivered.length), 1)
    if (!record) return [{ status: 0 }, { status: 0 }]
    const { ref, confirmationId, email } = record
    const id = idOf(ref)
    const there = before.confirmations.get(id)
    const image = {
      ...there,
      type: 'confirmation' as const,
      ...ref,
      confirmationId,
      email,
      digest: undefined,
    }
    const mail = await this.table.deliver({ expires: 4_000_000_000, until: '9', ...strip(image) } as never)
    const isDue = this.#newest.get(id) === confirmationId && this.model.unconfirmedOf(ref) === email
    if (mail) this.#tokens.push(mail.token)
    if (mail) this.model.linked(ref, mail.token)
    return [
      { status: mail ? 1 : 0, code: mail?.to },
      { status: isDue ? 1 : 0, code: isDue ? email : undefined },
    ] as [Answered, Answered]
  }

  /** New confirmations. */
  #note({ confirmations }: Snapshot): void {
    for (const [id, { accountId, userId, confirmationId, email }] of confirmations) {
      if (this.#newest.get(id) === confirmationId) continue
      this.#newest.set(id, confirmationId)
      this.#undelivered.push({ ref: { accountId, userId }, confirmationId, email })
      this.model.linked({ accountId, userId }, 'not sent yet')
    }
  }

  #someone(nth: number): Ref {
    const ids = [...this.model.users.keys()]
    const [accountId = accounts[0] ?? '', userId = 'nobody'] = ids[nth % ids.length]?.split('/') ?? []
    return { accountId, userId }
  }

  #compare(before: Snapshot, after: Snapshot): void {
    const expected = [...this.model.users].map(([id, { email, emailConfirmed, name, profile }]) => ({
      ...{ id, email, emailConfirmed, name, profile },
    }))
    expect(present(after)).toEqual(expected.sort((one, other) => (one.id < other.id ? -1 : 1)))
    for (const [id, { pendingEmail }] of this.model.users) {
      const user = after.users.get(id)
      expect(user && !user.removed && (user.pendingEmail ?? null)).toBe(pendingEmail)
    }
    for (const email of emails) {
      const claim = after.claims.get(email)
      expect(claim && idOf(claim), email).toBe(this.model.holderOf(email))
    }
    expect(flaws(after)).toEqual([])
    for (const [id, user] of after.users) {
      const was = before.users.get(id)
      if (confirmedAs(was) === confirmedAs(user)) continue
      expect(user.version, `the version of ${id}`).toBeGreaterThan(was?.version ?? -1)
      expect(after.entries.get(id) ?? 0, `the log about ${id}`).toBe((before.entries.get(id) ?? 0) + 1)
    }
  }
}

const strip = (item: object) =>
  Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined))

const confirmedAs = (user: Snapshot['users'] extends Map<string, infer User> ? User | undefined : never) =>
  !user || user.removed ? 'none' : `${user.email} ${user.emailConfirmed}`

describe.each(tables)('$name', ({ share, begin, clear }) => {
  beforeAll(begin)
  afterAll(() => memory.leave())
  beforeEach(clear)

  test('swaps, rings, moves and removals end as they are at the host, in whatever order its calls arrive', async () => {
    await fc.assert(
      fc
        .asyncProperty(truthsAndArrivals, async ({ truth, order }) => {
          const table = new DirectoryOnTable()
          await table.open(accounts)
          for (const word of order) expect((await deliver(table, word)).code).toBeUndefined()
          expectTruth(truth, await table.look())
        })
        .beforeEach(clear),
      { ...parameters, numRuns: 40 * share },
    )
  }, 600_000)

  test('the same, when several calls arrive at once', async () => {
    await fc.assert(
      fc
        .asyncProperty(truthsAndArrivals, fc.integer({ min: 2, max: 4 }), async ({ truth, order }, width) => {
          const table = new DirectoryOnTable()
          await table.open(accounts)
          const deliverAgain = async (word: Word): Promise<void> => {
            const { code } = await deliver(table, word)
            if (code === 'conflict') return deliverAgain(word)
            expect(code).toBeUndefined()
          }
          for (let left = order; left.length > 0; left = left.slice(width))
            await Promise.all(left.slice(0, width).map(deliverAgain))
          expectTruth(truth, await table.look())
        })
        .beforeEach(clear),
      { ...parameters, numRuns: 25 * share },
    )
  }, 600_000)

  test('an address remembers the ten users that were put with it last, and is handed back to them', async () => {
    const table = new DirectoryOnTable()
    await table.open(accounts)
    const [email = ''] = emails
    const crowd = Array.from({ length: 12 }, (_, nth) => ({
      accountId: accounts[nth % 2] ?? '',
      userId: `h${nth}`,
    }))
    for (const ref of crowd) await table.put(ref, 1, { email, name: ref.userId, profile: 'manager' })
    const holders: (string | undefined)[] = []
    for (const ref of crowd.slice(2).toReversed()) {
      await table.drop(ref, 2)
      const snapshot = await table.look()
      expect(flaws(snapshot)).toEqual([])
      holders.push(snapshot.claims.get(email)?.userId)
    }
    expect(holders).toEqual(['h10', 'h9', 'h8', 'h7', 'h6', 'h5', 'h4', 'h3', 'h2', undefined])
    expect(present(await table.look()).map(({ emailConfirmed }) => emailConfirmed)).toEqual([false, false])
  })

  test('whose address is whose is as the specification has it, after every step of any history', async () => {
    await fc.assert(
      fc
        .asyncProperty(steps, fc.nat(23), async (history, salt) => {
          const both = new History(salt)
          await both.begin()
          for (const step of history) await both.take(step)
        })
        .beforeEach(clear),
      { ...parameters, numRuns: 50 * share },
    )
    const wanted = [
      'host 200',
      'host 200 removed',
      'host 204',
      'host 409 version-reused',
      'add 201',
      'add 409 email-taken',
      'change 200',
      'change 409 email-taken',
      'send 202',
      'send 404 not-found',
      'follow 204',
      'follow 404 not-found',
      'follow 409 email-taken',
    ]
    if (share > 1) expect(wanted.filter((one) => !seen.has(one))).toEqual([])
  }, 600_000)
})
