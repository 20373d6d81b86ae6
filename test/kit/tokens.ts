type Grant = { access_token?: string; id_token?: string; error?: string }

/** Signs in at a local token endpoint as the user with this address. */
export async function signInAt(endpoint: string, username: string, more: Record<string, string> = {}) {
  const body = new URLSearchParams({ grant_type: 'password', username, ...more })
  const response = await fetch(endpoint, { method: 'POST', body })
  return { status: response.status, ...((await response.json()) as Grant) }
}

/** Access tokens of a local token endpoint, of one sign-in for each user. */
export class Tokens {
  readonly #endpoint: string
  readonly #known = new Map<string, string>()

  constructor(endpoint: string) {
    this.#endpoint = endpoint
  }

  /** @returns undefined if no user has the address and `user` has not signed in before */
  async of(email: string, user = email): Promise<string | undefined> {
    const token = this.#known.get(user) ?? (await signInAt(this.#endpoint, email)).access_token
    if (token !== undefined) this.#known.set(user, token)
    return token
  }
}
