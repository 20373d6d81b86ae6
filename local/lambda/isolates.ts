import { type FunctionSettings, Isolate, type IsolateLog } from './isolate.ts'

/**
 * Lambda would scale; one machine can't. Each isolate is a thread of some 30 MB that takes 100 ms of a processor to
 * start, so more of them than this answer later, not sooner.
 */
const limits = { ofOneFunction: 8, shared: 16 }

/** Isolates that were idle for so long are ended. */
const idleMilliseconds = 30_000

type Owner = { settings: FunctionSettings; log: IsolateLog }

type Waiting = { owner: Owner; start(isolate: Isolate | undefined): void }

type Idle = { owner: Owner; isolate: Isolate; since: number }

/**
 * The isolates of all functions. Each function may always have one, so that effects never wait for requests, nor
 * requests for effects. Those beyond the first are shared: `shared` in all, `ofOneFunction` for each function, counting
 * the first. A request that finds none free waits; the oldest is served first.
 */
export class Isolates {
  readonly #limits: typeof limits
  readonly #alive = new Map<Owner, Set<Isolate>>()
  /** The one that was used last is at the end. */
  #idle: Idle[] = []
  readonly #waiting = new Set<Waiting>()
  #stopped = false

  /** @param bounds other ones for a test */
  constructor(bounds: typeof limits = limits) {
    this.#limits = bounds
  }

  /** An isolate for one request, to be given back; undefined where all has been stopped. */
  take(owner: Owner): Promise<Isolate | undefined> {
    return new Promise((start) => {
      this.#waiting.add({ owner, start })
      this.#serve()
    })
  }

  giveBack(owner: Owner, isolate: Isolate): void {
    this.#idle.push({ owner, isolate, since: Date.now() })
    this.#serve()
  }

  find(owner: Owner, accessKeyId: string): Isolate | undefined {
    return [...this.#of(owner)].find((isolate) => isolate.accessKeyId === accessKeyId)
  }

  /** Ends the isolates that nobody has needed for a while. */
  endIdle(): void {
    const before = Date.now() - idleMilliseconds
    for (const one of this.#idle.filter(({ since }) => since <= before)) this.#end(one)
  }

  /** Ends all isolates, busy ones too. What waits is told so. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#serve()
    const all = [...this.#alive.values()].flatMap((isolates) => [...isolates])
    await Promise.all(all.map((isolate) => isolate.terminate()))
  }

  #serve(): void {
    for (const { owner, isolate } of this.#idle) if (!isolate.alive) this.#of(owner).delete(isolate)
    this.#idle = this.#idle.filter(({ isolate }) => isolate.alive)
    // What is full stays full for those who came later.
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

  /** The one that was used last, as that is warm and the others may go. */
  #idleOf(owner: Owner): Isolate | undefined {
    const at = this.#idle.findLastIndex((one) => one.owner === owner)
    return at === -1 ? undefined : this.#idle.splice(at, 1)[0]?.isolate
  }

  /** A new one, if the bounds let it be. */
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
