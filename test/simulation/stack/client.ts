import { routes } from '../../../shared/contract/actions.ts'
import { type Signing, signed } from '../../kit/signed.ts'
import { Tokens } from '../../kit/tokens.ts'
import type { Request } from '../commands.ts'

/** An answer in short: its status, and its code where it is a problem; and as it came. */
export type Answer = { kind: string; text: string }

type Addresses = { api: string; token: string; directory: Signing & { url: string } }

/** Most requests at once: each takes an isolate of its own. */
const atOnce = 5

/** Speaks to a running stack as its users, and as the host product. */
export class Client {
  readonly #api: string
  readonly #tokens: Tokens
  readonly #directory: Addresses['directory']
  readonly #waiting: (() => void)[] = []
  #free = atOnce

  constructor({ api, token, directory }: Addresses) {
    this.#api = api
    this.#tokens = new Tokens(token)
    this.#directory = directory
  }

  /** @param email of who asks, as it is now; undefined where the host does */
  async ask({ action, by, params = {}, query, body }: Request, email: string | undefined): Promise<Answer> {
    await this.#turn()
    try {
      const user = `${by?.accountId}/${by?.userId}`
      const token = by && email !== undefined ? await this.#tokens.of(email, user) : undefined
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
}
