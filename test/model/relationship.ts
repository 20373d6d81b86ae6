import assert from 'node:assert/strict'
import fc, { type Arbitrary } from 'fast-check'
import {
  atTheLimit,
  type RelationshipCommand,
  relationshipScenarios,
  type Scenario,
  scenariosAtRest,
} from './commands.ts'
import { Model, sameAddress } from './model.ts'
import { relationshipStep, type Step, stepOf, take, takeAtRest, tell, tellOutcome } from './steps.ts'
import type { AccountView, ContactView, Mail, Outcome, System, SystemAtRest, World } from './system.ts'

/** How many histories, drawn from which seed, of at most how many commands each: three or more. */
interface Extent {
  runs: number
  seed: number
  maxCommands: number
}

/**
 * Holds a system against the model: after every command of every history, the outcome and what each account sees are the
 * model's. The last history is always the one that meets the limit of forty. `makeSystem` is called once for each history.
 *
 * @throws Error with the shortest history found that differs, one command a line, and the difference
 */
export async function checkAgainstModel(
  makeSystem: (world: World) => System | Promise<System>,
  extent: Extent,
): Promise<void> {
  const holds = async ({ world, commands }: Scenario<RelationshipCommand>) => {
    const system = await makeSystem(world)
    const history = new History(world)
    for (const command of commands) {
      await history.hold(relationshipStep(command, history.model), (step) => take(step, system))
      await history.compareViews(system)
    }
  }
  await check(relationshipScenarios(extent.maxCommands), extent, holds)
  await check(fc.constant(atTheLimit()), { ...extent, runs: 1 }, holds)
}

/**
 * As `checkAgainstModel`, while users come, change and go: compares the contacts of every account and the e-mails too,
 * each with no event under way (C1 to C3).
 */
export async function checkAtRestAgainstModel(
  makeSystem: (world: World) => SystemAtRest | Promise<SystemAtRest>,
  extent: Extent,
): Promise<void> {
  await check(scenariosAtRest(extent.maxCommands), extent, async ({ world, commands }) => {
    const system = await makeSystem(world)
    const history = new History(world)
    for (const command of commands) {
      await history.hold(stepOf(command, history.model), (step) => takeAtRest(step, system))
      await history.compareViews(system)
      await history.compareContacts(system)
      await history.compareMails(system)
    }
  })
}

async function check<T>(scenarios: Arbitrary<T>, extent: Extent, holds: (scenario: T) => Promise<void>) {
  const { runs: numRuns, seed } = extent
  const details = await fc.check(fc.asyncProperty(scenarios, holds), { numRuns, seed })
  if (!details.failed) return
  const { errorInstance, numRuns: ran, numShrinks } = details
  const reason = errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
  const found = `seed ${seed}, history ${ran} of ${numRuns}, shrunk ${numShrinks} times`
  throw new Error(`The system differs from the model (${found}):\n\n${reason}`, { cause: errorInstance })
}

/** One history as the model and the system live it, and the names that each has for the same things. */
class History {
  readonly model: Model
  #told: string[] = []
  #theirs = new Map<string, string>()
  #ours = new Map<string, string>()

  constructor(world: World) {
    this.model = new Model(world)
  }

  /** Takes one step in the model and in the system; both must answer the same. */
  async hold<S extends Step>(step: S, takeInSystem: (step: S) => Outcome | Promise<Outcome>): Promise<void> {
    const told = tell(step, this.model)
    const expected = await takeAtRest(step, this.model)
    this.#told.push(`${told} → ${tellOutcome(expected)}`)
    const actual = await this.#blaming(async () => takeInSystem(this.#inTheirWords(step)))
    this.#same(withoutNames(actual), withoutNames(expected), 'The last command answered')
    if ('handle' in expected && 'handle' in actual) this.#learn(expected.handle, actual.handle)
    if ('userId' in expected && 'userId' in actual) this.#learn(expected.userId, actual.userId)
  }

  async compareViews(system: System): Promise<void> {
    for (const account of this.model.accounts) {
      const actual = await this.#blaming(async () => system.views(account))
      const expected = this.model.views(account)
      this.#same(
        comparable(actual, (handle) => this.#inOurWords(handle)),
        comparable(expected, (handle) => handle),
        `Then ${account} sees`,
      )
    }
  }

  async compareContacts(system: SystemAtRest): Promise<void> {
    for (const account of this.model.accounts) {
      const actual = sortedBy(await this.#blaming(async () => system.contacts(account)), contactKey)
      const expected = sortedBy(this.model.contacts(account), contactKey)
      this.#same(
        actual.map(comparableContact),
        expected.map(comparableContact),
        `Then the contacts of ${account} are`,
      )
      expected.forEach(({ handle }, nth) => {
        this.#theirs.set(handle, actual[nth]?.handle ?? handle)
      })
    }
  }

  async compareMails(system: SystemAtRest): Promise<void> {
    const actual = await this.#blaming(async () => system.mails())
    this.#same(comparableMails(actual), comparableMails(this.model.mails()), 'The e-mails sent so far are')
  }

  #learn(ours: string, theirs: string): void {
    assert.ok(
      !this.#ours.has(theirs),
      this.#after(`The last command gave the id ${theirs} for the second time.`),
    )
    this.#theirs.set(ours, theirs)
    this.#ours.set(theirs, ours)
  }

  #inTheirWords<S extends Step>(step: S): S {
    const theirs = (ours: string) => this.#theirs.get(ours) ?? ours
    return {
      ...step,
      by: { ...step.by, id: theirs(step.by.id) },
      ...('handle' in step && { handle: theirs(step.handle) }),
      ...('userId' in step && { userId: theirs(step.userId) }),
    }
  }

  #inOurWords(theirs: string): string {
    return this.#ours.get(theirs) ?? `an id that no sending gave: ${theirs}`
  }

  async #blaming<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call()
    } catch (error) {
      throw new Error(this.#after(`Then the system threw ${error}`), { cause: error })
    }
  }

  #same(actual: unknown, expected: unknown, what: string): void {
    try {
      assert.deepEqual(actual, expected)
    } catch (difference) {
      throw new Error(
        this.#after(`${what}: ${difference instanceof Error ? difference.message : difference}`),
      )
    }
  }

  #after(difference: string): string {
    return `${this.#told.map((line) => `  ${line}`).join('\n')}\n\n${difference}`
  }
}

function withoutNames(outcome: Outcome): object {
  if ('handle' in outcome || 'userId' in outcome) return { ok: outcome.ok }
  return outcome
}

function comparable(view: AccountView, name: (handle: string) => string): AccountView {
  const rows = <T extends { handle: string; email: string }>(unnamed: T[]) =>
    sortedBy(
      unnamed.map((row) => ({ ...row, handle: name(row.handle), email: sameAddress(row.email) })),
      (row) => row.handle,
    )
  return {
    sent: rows(view.sent),
    received: rows(view.received),
    partners: sortedBy(view.partners, (partner) => partner.accountId),
  }
}

/** No two contacts of one owner and source account have the same address, live or left behind. */
function contactKey(contact: ContactView): string {
  return `${contact.accountId} ${sameAddress(contact.email)}`
}

function comparableContact({ handle: _, ...contact }: ContactView): Omit<ContactView, 'handle'> {
  return { ...contact, email: sameAddress(contact.email) }
}

function comparableMails(mails: Mail[]): string[] {
  return mails.map(({ kind, to }) => `${kind} to ${sameAddress(to)}`).sort()
}

function sortedBy<T>(rows: T[], key: (row: T) => string): T[] {
  return rows.toSorted((one, other) => (key(one) < key(other) ? -1 : 1))
}
