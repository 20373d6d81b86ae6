import { routes } from '../../../shared/contract/actions.ts'
import { type Signing, signed } from '../../kit/signed.ts'
import type { Request } from '../commands.ts'

/** An answer in short: its status, and its code where it is a problem; and as it came. */
export type Answer = { kind: string; text: string }

type Addresses = { api: string; token: string; directory: Signing & { url: string } }

/** Most requests at once: each takes an isolate of its own. */
const atOnce = 5

/** Speaks to a running stack as its users, and as the host product. */
export class Client {
  readonly #api: string
  readonly #token: string
  readonly #directory: Addresses['directory']
  readonly #tokens = new Map<string, string>()
  readonly #waiting: (() => void)[] = []
  #free = atOnce

  constructor({ api, token, directory }: Addresses) {
    this.#api = api
    this.#token = token
    this.#directory = directory
  }

  /** @param email of who asks, as it is now; undefined where the host does */
  async ask({ action, by, params = {}, query, body }: Request, email: string | undefined): Promise<Answer> {
    await this.#turn()
    try {
      const token = by && email !== undefined ? await this.#tokenOf(by, email) : undefined
      if (by && token === undefined) return { kind: 'no token', text: '' }
      const { method, path } = routes[action]
      const { url: directory, ...key } = this.#directory
      const target = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name] ?? ''))
      const isHosts = routes[action].access === 'host'
      const url = `${isHosts ? directory : this.#api}${target}${query ? `?${new URLSearchParams(query)}` : ''}`
      const content = body ? JSON.stringify(body) : ''
      const response = await fetch(url, {
        method,
        headers: {
          ...(by && { authorization: `Bearer ${token}` }),
          ...(isHosts && signed(method, url, content, key)),
          'content-type': 'application/json',
        },
        ...(body && { body: content }),
      })
      const text = await response.text()
      const { code } = JSON.parse(text || '{}') as { code?: string }
      return { kind: [response.status, code].join(' ').trim(), text }
    } finally {
      this.#free++
      this.#waiting.shift()?.()
    }
  }

  async #turn(): Promise<void> {
    while (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#free--
  }

  /** Undefined where nobody has the address any more. */
  async #tokenOf(
    { accountId, userId }: NonNullable<Request['by']>,
    username: string,
  ): Promise<string | undefined> {
    const who = `${accountId}/${userId}`
    const known = this.#tokens.get(who)
    if (known !== undefined) return known
    const body = new URLSearchParams({ grant_type: 'password', username })
    const answer = await fetch(this.#token, { method: 'POST', body })
    const { access_token } = (await answer.json()) as { access_token?: string }
    if (access_token !== undefined) this.#tokens.set(who, access_token)
    return access_token
  }
}
