import { type FunctionSettings, Isolate, type IsolateLog } from './isolate.ts'

/** One machine can't scale as Lambda does: an isolate takes 30 MB, and 100 ms of a processor to start. */
const limits = { ofOneFunction: 8, shared: 16 }

/** Isolates that are idle for so long are ended. */
const idleMilliseconds = 30_000

type Owner = { settings: FunctionSettings; log: IsolateLog }

type Waiting = { owner: Owner; start(isolate: Isolate | undefined): void }

type Idle = { owner: Owner; isolate: Isolate; since: number }

/**
 * The isolates of all functions. Each function can always have one, so that effects never wait for requests, nor
 * requests for effects. At most `shared` others exist at once, and at most `ofOneFunction` of one function, its first
 * one included. Requests wait for a free isolate, and the oldest goes first.
 */
export class Isolates {
  readonly #limits: typeof limits
  readonly #alive = new Map<Owner, Set<Isolate>>()
  /** The last one was used most recently. */
  #idle: Idle[] = []
  readonly #waiting = new Set<Waiting>()
  #stopped = false

  constructor(ownLimits: typeof limits = limits) {
    this.#limits = ownLimits
  }

  /** Waits for an isolate for one request, which must be released afterwards. Undefined after a stop. */
  take(owner: Owner): Promise<Isolate | undefined> {
    return new Promise((start) => {
      this.#waiting.add({ owner, start })
      this.#serve()
    })
  }

  release(owner: Owner, isolate: Isolate): void {
    this.#idle.push({ owner, isolate, since: Date.now() })
    this.#serve()
  }

  find(owner: Owner, accessKeyId: string): Isolate | undefined {
    return [...this.#of(owner)].find((isolate) => isolate.accessKeyId === accessKeyId)
  }

  /** Ends isolates that have been idle for a while. */
  endIdle(): void {
    const before = Date.now() - idleMilliseconds
    for (const one of this.#idle.filter(({ since }) => since <= before)) this.#end(one)
  }

  /** Ends all isolates, busy ones too, and the requests that wait. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#serve()
    const all = [...this.#alive.values()].flatMap((isolates) => [...isolates])
    await Promise.all(all.map((isolate) => isolate.terminate()))
  }

  #serve(): void {
    for (const { owner, isolate } of this.#idle) if (!isolate.alive) this.#of(owner).delete(isolate)
    this.#idle = this.#idle.filter(({ isolate }) => isolate.alive)
    // A function that has no isolate for its oldest request has none for later ones.
    const full = new Set<Owner>()
    for (const one of this.#waiting) {
      if (full.has(one.owner)) continue
      const isolate = this.#stopped ? undefined : (this.#idleOf(one.owner) ?? this.#started(one.owner))
      if (!isolate && !this.#stopped) {
        full.add(one.owner)
        continue
      }
      this.#waiting.delete(one)
      one.start(isolate)
    }
  }

  /** The most recently used one, so that the others can be ended. */
  #idleOf(owner: Owner): Isolate | undefined {
    const at = this.#idle.findLastIndex((one) => one.owner === owner)
    return at === -1 ? undefined : this.#idle.splice(at, 1)[0]?.isolate
  }

  /** A new one, within the limits. */
  #started(owner: Owner): Isolate | undefined {
    const count = this.#of(owner).size
    if (count >= this.#limits.ofOneFunction) return undefined
    if (count > 0 && this.#shared() >= this.#limits.shared) {
      const unneeded = this.#idle.find((one) => this.#of(one.owner).size > 1)
      if (!unneeded) return undefined
      this.#end(unneeded)
    }
    const isolate = new Isolate(owner.settings, owner.log)
    this.#of(owner).add(isolate)
    return isolate
  }

  #end(idle: Idle): void {
    this.#idle.splice(this.#idle.indexOf(idle), 1)
    this.#of(idle.owner).delete(idle.isolate)
    void idle.isolate.terminate()
  }

  #shared(): number {
    return [...this.#alive.values()].reduce((sum, { size }) => sum + Math.max(0, size - 1), 0)
  }

  #of(owner: Owner): Set<Isolate> {
    const known = this.#alive.get(owner)
    if (known) return known
    const none = new Set<Isolate>()
    this.#alive.set(owner, none)
    return none
  }
}
