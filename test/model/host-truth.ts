import fc from 'fast-check'
import type { HostFields, Ref } from './directory.ts'

/** What the host says of one of its users: all of it, or that it is gone. */
export type Word = { ref: Ref; version: number; fields: HostFields | 'removed' }

/** What happens at the host, where an address belongs to one user at a time. */
export type HostStep =
  | { do: 'swap'; one: number; other: number }
  | { do: 'ring'; one: number; other: number; third: number }
  | { do: 'move'; one: number; account: number }
  | { do: 'remove'; one: number }
  | { do: 'return'; one: number; email: number }
  | { do: 'rename'; one: number }
  | { do: 'readdress'; one: number; email: number }

const nth = fc.nat(11)

export const hostSteps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('swap' as const), one: nth, other: nth }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('ring' as const), one: nth, other: nth, third: nth }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('move' as const), one: nth, account: nth }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), one: nth }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('return' as const), one: nth, email: nth }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('rename' as const), one: nth }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('readdress' as const), one: nth, email: nth }) },
  ),
  { minLength: 1, maxLength: 8 },
)

type Person = { ref: Ref; version: number; fields: HostFields | undefined; last: HostFields }

/** The host's own directory: what it says at each change, and what holds in the end. */
export class HostTruth {
  readonly words: Word[] = []
  readonly people: Person[] = []
  readonly #accounts: string[]
  readonly #emails: string[]
  #made = 0

  constructor(accounts: string[], emails: string[], people: number) {
    this.#accounts = accounts
    this.#emails = emails
    for (let i = 0; i < people; i++) this.#add(accounts[i % accounts.length] ?? '', emails[i] ?? '')
  }

  take(step: HostStep): void {
    const present = this.people.filter(({ fields }) => fields)
    const one = present[step.one % present.length]
    const [gone, email] = [this.people.filter(({ fields }) => !fields), this.#free(step)]
    switch (step.do) {
      case 'swap':
        this.#turn([one, present[step.other % present.length]])
        break
      case 'ring':
        this.#turn([one, present[step.other % present.length], present[step.third % present.length]])
        break
      case 'move':
        if (!one?.fields) break
        this.#say(one, undefined)
        this.#add(this.#accounts[step.account % this.#accounts.length] ?? '', one.last.email)
        break
      case 'remove':
        if (one) this.#say(one, undefined)
        break
      case 'return': {
        const back = gone[step.one % gone.length]
        if (back && email !== undefined) this.#say(back, { ...back.last, email })
        break
      }
      case 'rename':
        if (one) this.#say(one, { ...one.last, name: `${one.last.name}!` })
        break
      case 'readdress':
        if (one && email !== undefined) this.#say(one, { ...one.last, email })
    }
  }

  /** Each gets the address of the next. */
  #turn(ring: (Person | undefined)[]): void {
    const some = [...new Set(ring)].filter((one) => one?.fields) as (Person & { fields: HostFields })[]
    const emails = some.map(({ fields }) => fields.email)
    if (some.length < 2) return
    for (const [at, one] of some.entries())
      this.#say(one, { ...one.fields, email: emails[(at + 1) % emails.length] ?? '' })
  }

  /** An address that nobody has now. */
  #free(step: HostStep): string | undefined {
    if (!('email' in step)) return undefined
    const taken = new Set(this.people.flatMap(({ fields }) => fields?.email ?? []))
    const free = this.#emails.filter((email) => !taken.has(email))
    return free[step.email % free.length]
  }

  #add(accountId: string, email: string): void {
    const userId = `h${this.#made++}`
    const last = { email, name: `The ${userId}`, profile: 'manager' }
    const person: Person = { ref: { accountId, userId }, version: 0, fields: undefined, last }
    this.people.push(person)
    this.#say(person, last)
  }

  #say(person: Person, fields: HostFields | undefined): void {
    person.version++
    person.fields = fields
    person.last = fields ?? person.last
    this.words.push({ ref: person.ref, version: person.version, fields: fields ?? 'removed' })
  }
}
