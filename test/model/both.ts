import assert from 'node:assert/strict'
import { documentation, type RouteName } from '../../shared/contract/actions.ts'
import type { RefusalCode } from '../../shared/domain/refusals.ts'
import { statusOf } from '../fuzz/rules.ts'
import type { Answer, Model, Request } from './model.ts'

/** The system under test: answers a request, a list with all of its pages. */
export type System = (request: Request) => Promise<{ answer: string; body: unknown }>

const times = new Set(['createdAt', 'updatedAt', 'expiresAt', 'since', 'at'])

type List = Pick<Request, 'action' | 'query'>

const lists: List[] = [
  { action: 'list-invitations', query: { direction: 'sent' } },
  { action: 'list-invitations', query: { direction: 'received' } },
  { action: 'list-partners' },
  { action: 'list-contacts' },
  { action: 'list-users' },
  { action: 'list-shares' },
  { action: 'list-activity' },
]

const statuses = [{ status: 'pending' }, { status: 'rejected' }, { status: 'expired' }]
const contactKinds = [{ kind: 'user' }, { kind: 'member' }]
const shareKinds = [{}, { kind: 'proof' }, { kind: 'file' }]

/**
 * The model and the system under test, side by side: each request goes to both, and both must answer the same. Requests have
 * the model's ids, which stand for the system's own.
 */
export class Both {
  readonly model: Model
  readonly #system: System
  /** The cells of the table of states that were met, and each action with its answers, such as "add-share 201". */
  readonly met = new Set<string>()
  readonly #history: string[] = []
  #looks = 0
  readonly #theirs = new Map<string, string>()
  readonly #ours = new Map<string, string>()

  constructor(model: Model, system: System) {
    this.model = model
    this.#system = system
  }

  /** @throws Error with the history, one request a line, and the difference */
  async ask(request: Request): Promise<Answer> {
    const line = `${tellCaller(request)} ${request.action} ${JSON.stringify({ ...request.params, ...request.body })}`
    const cells = this.model.cellsOf(request)
    const expected = this.model.ask(request)
    const isAdmitted = !/unknown-user|not-an-administrator/.test(expected.answer)
    for (const one of [`${request.action} ${expected.answer}`, ...(isAdmitted ? cells : [])])
      this.met.add(one)
    this.#history.push(`${line} → ${expected.answer}`)
    await this.#compare(request, expected)
    return expected
  }

  /** Compares all that the users of an account can list, as one of them sees it, and the next one of the filters. */
  async look(reader: { accountId: string; userId: string }): Promise<void> {
    const filters = this.#filters()
    const filtered = filters[this.#looks++ % filters.length] as List
    for (const list of [...lists, filtered]) {
      const request = { ...list, by: reader }
      await this.#compare(request, this.model.ask(request))
    }
  }

  /** The lists with each of their filters. */
  #filters(): List[] {
    const accounts = [...this.model.accounts.keys()].map((accountId) => ({ accountId }))
    return (
      [
        ['list-invitations', ['sent', 'received'].map((direction) => ({ direction })), statuses],
        ['list-contacts', contactKinds, [{}, ...accounts]],
        ['list-contacts', accounts, [{}]],
        ['list-shares', shareKinds, [{}, { direction: 'outgoing' }, { direction: 'incoming' }]],
      ] as const
    ).flatMap(([action, some, more]) =>
      some.flatMap((one) =>
        more.map((other) => ({ action, query: { ...one, ...other } as Record<string, string> })),
      ),
    )
  }

  /** Compares all that every account can list. */
  async lookAll(): Promise<void> {
    for (const account of this.model.accounts.keys()) {
      const users = this.model.directory.usersOf(account)
      const reader = users.find(({ profile }) => profile.endsWith('administrator')) ?? users[0]
      if (reader) await this.look(reader)
    }
  }

  /** Compares anything else. */
  same(actual: unknown, expected: unknown, what: string): void {
    try {
      assert.deepEqual(actual, expected)
    } catch (difference) {
      const { message } = difference as Error
      throw new Error(`${this.#history.map((line) => `  ${line}`).join('\n')}\n\n${what}: ${message}`)
    }
  }

  /** The system's id for one of the model's. */
  theirs(ours: string): string {
    return this.#theirs.get(ours) ?? ours
  }

  /** An item of the system gets another id. */
  renamed(ours: string, theirs: string): void {
    this.#theirs.set(ours, theirs)
    this.#ours.set(theirs, ours)
  }

  async #compare(request: Request, expected: Answer): Promise<void> {
    const what = `${tellCaller(request)} ${request.action} ${JSON.stringify(request.query ?? {})} answers`
    const actual = await this.#system(mapped(request, (text) => this.theirs(text)) as Request).catch(
      (error) => {
        throw new Error(`${this.#history.join('\n')}\n\n${what}: ${error}`, { cause: error })
      },
    )
    this.same(actual.answer, expected.answer, what)
    if (expected.body === undefined) return
    const isKnown = (id: string) => this.#theirs.has(id)
    const got = itemsOf(
      mapped(actual.body, (text) => this.#ours.get(text) ?? text),
      isKnown,
    )
    const wanted = itemsOf(expected.body, isKnown)
    this.same(
      got.map(({ shown }) => shown),
      wanted.map(({ shown }) => shown),
      what,
    )
    // What differs in nothing but an id that is not known yet is the same thing.
    for (const [at, { id: ours }] of wanted.entries()) {
      const theirs = got[at]?.id
      if (ours === undefined || theirs === undefined || isKnown(ours)) continue
      this.same(this.#ours.get(theirs), undefined, `${what} with an id that something else has, ${theirs}`)
      this.renamed(ours, theirs)
    }
  }
}

/** Every answer that an action has by its contract, in short, such as "add-share 409 not-partners". */
export function answersOf(action: RouteName): string[] {
  const found = documentation.find(({ contract }) => contract.name === action)
  if (!found) throw new Error(`There is no action ${action}`)
  const { contract, answers, problems } = found
  const ofUsers: RefusalCode[] = ['user', 'administrator'].includes(contract.access) ? ['unknown-user'] : []
  const ofOthers: RefusalCode[] = contract.access === 'administrator' ? ['not-an-administrator'] : []
  return [
    ...answers.map(({ status }) => `${action} ${status}`),
    ...[...ofUsers, ...ofOthers, ...problems].map((code) => `${action} ${statusOf(code)} ${code}`),
  ]
}

function tellCaller({ by }: Request): string {
  return by ? `${by.accountId}/${by.userId}` : 'the host or anyone'
}

/** The items of a list in a fixed order, or the body as the only item; times and ids that are not known do not count. */
function itemsOf(body: unknown, isKnown: (id: string) => boolean): { id?: string; shown: unknown }[] {
  const { items = [body] } = body as { items?: unknown[] }
  return items
    .map((item) => ({ id: (item as { id?: string }).id as string, shown: comparable(item, isKnown) }))
    .toSorted((one, other) => (JSON.stringify(one.shown) < JSON.stringify(other.shown) ? -1 : 1))
}

function comparable(value: unknown, isKnown: (id: string) => boolean): unknown {
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value)
    .filter(([name]) => !times.has(name))
    .map(([name, field]) => [name, name === 'id' && !isKnown(field) ? '?' : comparable(field, isKnown)])
  return Object.fromEntries(fields.toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1)))
}

/** A value with each text in it replaced. */
function mapped(value: unknown, text: (value: string) => string): unknown {
  if (typeof value === 'string') return text(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((one) => mapped(one, text))
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, mapped(one, text)]))
}
