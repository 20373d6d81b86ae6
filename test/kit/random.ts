/** A seeded source of random numbers (mulberry32). The same seed gives the same numbers. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0
  }

  /** From 0 to below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }

  /** A whole number from 0 to below `bound`. */
  below(bound: number): number {
    return Math.floor(this.next() * bound)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** Throws where there is nothing to pick from. */
  pick<const T>(from: readonly T[]): T {
    const index = this.below(from.length)
    if (index >= from.length) throw new Error('There is nothing to pick from')
    return from[index] as T
  }

  /** One of them, each as often as its weight says against the others'. */
  weighted<T>(from: readonly T[], weightOf: (one: T) => number): T {
    let total = 0
    for (const one of from) total += weightOf(one)
    let at = this.next() * total
    for (const one of from) {
      at -= weightOf(one)
      if (at < 0) return one
    }
    return this.pick(from)
  }
}
