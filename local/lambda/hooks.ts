/** Functions that may have a say, asked in the order in which they were added. */
export class Hooks<Arguments extends unknown[], Answer> {
  readonly #hooks = new Set<(...args: Arguments) => Answer | undefined>()

  /** @returns what removes the hook again */
  add(hook: (...args: Arguments) => Answer | undefined): () => void {
    this.#hooks.add(hook)
    return () => {
      this.#hooks.delete(hook)
    }
  }

  /** The first answer that a hook gives. */
  ask(...args: Arguments): Answer | undefined {
    for (const hook of this.#hooks) {
      const answer = hook(...args)
      if (answer !== undefined) return answer
    }
    return undefined
  }
}
