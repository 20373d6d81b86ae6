/** Functions that are called in the order in which they were added, until one returns a value. */
export class Hooks<Arguments extends unknown[], Answer> {
  readonly #hooks = new Set<(...args: Arguments) => Answer | undefined>()

  /** @returns a function that removes the hook */
  add(hook: (...args: Arguments) => Answer | undefined): () => void {
    this.#hooks.add(hook)
    return () => {
      this.#hooks.delete(hook)
    }
  }

  /** @returns the first value that a hook returns */
  call(...args: Arguments): Answer | undefined {
    for (const hook of this.#hooks) {
      const answer = hook(...args)
      if (answer !== undefined) return answer
    }
    return undefined
  }
}
