import { Random } from '../kit/random.ts'
import { type Change, Store, type Transaction } from '../kit/store.ts'
import type { Host } from './host.ts'
import {
  Call,
  type Invocation,
  type Mail,
  MailCall,
  QueueCall,
  type Request,
  type Sender,
  Timer,
} from './invocation.ts'
import type { QueueInput } from './queue.ts'
import { tell } from './telling.ts'
import type { FaultKind, Weather } from './weather.ts'

/** Something that can happen next. */
export interface Step {
  /** How often it is picked, against the others. */
  readonly speed: number
  /** Not before this time, where there is one; milliseconds since the epoch. */
  readonly due?: number
  ready(): boolean
  take(): void
}

/** Who watches a run and has a part in it. */
export interface Witness {
  changed(change: Change, by: Invocation | undefined, now: number): void
  committed(transaction: Transaction, now: number): void
  mailed(mail: Mail & { event: string; by: Invocation; lost: boolean }): void
  /** What may go wrong between two steps; each tells whether it could. */
  troubles: { kind: FaultKind; strike(): boolean }[]
  /** Nothing is left to do; true if there is something after all. */
  idle(): boolean
}

/** Where a run begins. */
export type Beginning = {
  seed: number
  weather: Weather
  /** Milliseconds since the epoch. */
  now: number
  store?: Store | undefined
  /** Told, line by line, where it is wanted. */
  trace?: string[] | undefined
}

/** More steps than any run needs that comes to rest. */
const mostSteps = 5_000

/**
 * Runs functions on the store, one step after the other: which comes next, how long it takes and what goes wrong,
 * the seed decides. Between two steps, all that the functions can do without an answer is done.
 */
export class Machine implements Host {
  readonly random: Random
  readonly weather: Weather
  readonly store: Store
  readonly running = new Set<Invocation>()
  /** What DynamoDB knows a repeated transaction by. */
  readonly tokens = new Map<object, 'committing' | 'committed'>()
  readonly faults = new Map<FaultKind, number>()
  readonly trace: string[] | undefined
  readonly witness: Witness
  /** True time, in milliseconds since the epoch. */
  now: number
  steps = 0
  invoked = 0
  /** Who has the word. */
  current: Invocation | undefined
  readonly #possible: Step[] = []
  #faultsLeft: number

  constructor({ seed, weather, now, store, trace }: Beginning, witness: Witness) {
    this.random = new Random(seed)
    this.weather = weather
    this.now = now
    this.trace = trace
    this.witness = witness
    this.#faultsLeft = weather.faults
    this.store = new Store(
      {
        changed: (change) => {
          this.tell(() => tell(change))
          witness.changed(change, this.current, this.now)
        },
        lag: () => (weather.lag > 0 ? this.random.below(weather.lag) : 0),
        now: () => this.now,
        cut: (count) => {
          if (count < 2 || !this.fault(['answer cut short'])) return count
          return 1 + this.random.below(count - 1)
        },
      },
      store,
    )
  }

  clock(): number {
    return Math.floor(this.now + (this.current?.skew ?? 0))
  }

  after(milliseconds: number, call: () => void): object {
    const invocation = this.#whoever()
    const timer = new Timer(this, invocation, this.now + milliseconds, call)
    invocation.timers.add(timer)
    this.add(timer)
    return timer
  }

  cancel(timer: object) {
    if (timer instanceof Timer) timer.cancel()
  }

  chance(): number {
    return this.random.next()
  }

  /** What the document client does with a command. */
  send(command: object): Promise<object> {
    return this.#send((sender) => new Call(sender, command))
  }

  /** What SES does with a mail. */
  sendMail(mail: Mail): Promise<object> {
    return this.#send((sender) => new MailCall(sender, mail))
  }

  /** What SQS does with a record or message that is retried later. */
  sendToQueue(input: QueueInput): Promise<object> {
    return this.#send((sender) => new QueueCall(sender, input))
  }

  #send(requestOf: (sender: Sender) => Request): Promise<object> {
    const invocation = this.#whoever()
    return new Promise((resolve, reject) => {
      const request = requestOf({ machine: this, invocation, answer: { resolve, reject } })
      invocation.calls.add(request)
      this.add(request)
    })
  }

  add(step: Step) {
    this.#possible.push(step)
  }

  forget(step: Step) {
    const index = this.#possible.indexOf(step)
    if (index >= 0) this.#possible.splice(index, 1)
  }

  /** One of the kinds of faults, if it is time for one. */
  fault(kinds: readonly FaultKind[]): FaultKind | undefined {
    if (this.#faultsLeft === 0 || !this.random.chance(this.weather.faultRate)) return undefined
    const possible = kinds.filter((kind) => this.weather.kinds.has(kind))
    if (possible.length === 0) return undefined
    const kind = this.random.pick(possible)
    this.#faultsLeft--
    this.count(kind)
    return kind
  }

  count(kind: FaultKind) {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1)
    this.tell(() => `-- ${kind}`)
  }

  /** Whether a transaction shows in pieces, which costs nothing but time. */
  inPieces(): boolean {
    const { pieces, kinds } = this.weather
    if (pieces === 0 || !this.random.chance(pieces) || !kinds.has('transaction in pieces')) return false
    this.count('transaction in pieces')
    return true
  }

  /** Lets at most so many milliseconds pass. */
  leap(most: number): boolean {
    this.now += this.random.below(most)
    return true
  }

  /** A few are much slower than the others, so that what is rare happens. */
  someSpeed(): number {
    return this.random.pick([1, 1, 0.3, 0.03, 0.002])
  }

  /** When a call gets through: at once, or after it has hung for a while. */
  whenThrough(invocation: Invocation): number {
    const { hangs: most } = this.weather
    // What is called by a person has little time, and would mostly fail.
    const hangs = invocation.kind === 'action' ? most / 10 : most
    return hangs > 0 && this.random.chance(hangs) ? this.now + this.random.below(20_000) : this.now
  }

  /** When a transaction that shows in pieces shows the next. */
  whenNextPiece(): number {
    return this.now + this.random.below(this.random.pick([20, 1_000]))
  }

  tell(line: () => string) {
    if (!this.trace) return
    const who = this.current ? `#${this.current.id} ` : ''
    this.trace.push(`${new Date(this.now).toISOString().slice(14, 23)} ${who}${line()}`)
  }

  /** Resolves when it has come to rest, or will not. */
  run(): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        try {
          if (this.#step()) setImmediate(go)
          else resolve()
        } catch (error) {
          reject(error)
        }
      }
      setImmediate(go)
    })
  }

  #step(): boolean {
    if (++this.steps > mostSteps) return false
    this.current = undefined
    this.#strike()
    this.#letTimePass()
    const ready = this.#possible.filter((step) => (step.due ?? 0) <= this.now && step.ready())
    if (ready.length > 0) {
      this.random.weighted(ready, (step) => step.speed).take()
      return true
    }
    const waiting = this.#possible.flatMap(({ due }) => (due !== undefined && due > this.now ? [due] : []))
    if (waiting.length === 0) return this.witness.idle()
    this.now = Math.min(...waiting)
    return true
  }

  #letTimePass() {
    const { slowness } = this.weather
    this.now += this.random.below(slowness > 0 && this.random.chance(slowness) ? 4_000 : 20)
    for (const invocation of this.running) {
      if (invocation.deadline > this.now) continue
      this.count('function out of time')
      invocation.kill()
    }
  }

  #strike() {
    if (this.#faultsLeft === 0 || !this.random.chance(this.weather.faultRate / 4)) return
    const troubles = this.witness.troubles.filter(({ kind }) => this.weather.kinds.has(kind))
    if (troubles.length === 0) return
    const trouble = this.random.pick(troubles)
    if (!trouble.strike()) return
    this.#faultsLeft--
    this.count(trouble.kind)
  }

  #whoever(): Invocation {
    if (!this.current) throw new Error('Nobody is running')
    return this.current
  }
}
