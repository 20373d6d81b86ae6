import { setTimeout as pause } from 'node:timers/promises'
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import { SignatureV4 } from '@smithy/signature-v4'

/** What the directory says: the version that is there now, undefined where the host has removed it since; or why not. */
export type Said = { version: number | undefined } | { code: string; reason: string }

/** Some half a minute in all: what lasts longer is for a person to look at. */
const attempts = 10
const firstPauseMilliseconds = 100
const longestPauseMilliseconds = 10_000

/** The host product's HTTP interface, called with a key of AWS. */
export class Directory {
  readonly #url: string
  readonly #signer: SignatureV4

  /** @param config where the key, its region and a hash are found */
  constructor(url: string, { credentials, region, sha256 }: CloudFormationClient['config']) {
    this.#url = url
    this.#signer = new SignatureV4({ credentials, region, sha256, service: 'execute-api' })
  }

  putAccount(accountId: string, body: object): Promise<Said> {
    return this.#put(`/v1/directory/accounts/${encodeURIComponent(accountId)}`, body)
  }

  putUser(accountId: string, userId: string, body: object): Promise<Said> {
    const account = `/v1/directory/accounts/${encodeURIComponent(accountId)}`
    return this.#put(`${account}/users/${encodeURIComponent(userId)}`, body)
  }

  /** @throws where the key is not let in, or where nothing but faults comes back for half a minute */
  async #put(path: string, content: object): Promise<Said> {
    let trouble = ''
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (attempt > 0) {
        const longest = Math.min(firstPauseMilliseconds * 2 ** attempt, longestPauseMilliseconds)
        await pause(longest * (0.5 + Math.random() / 2))
      }
      const answer = await this.#send(path, JSON.stringify(content)).catch((error: Error) => error)
      if (answer instanceof Error) trouble = String(answer.cause ?? answer)
      else {
        const { status, text } = answer
        if (status === 403) throw new Error(`The directory does not let this key in: ${text}`)
        const said = saidBy(status, text)
        if (said) return said
        trouble = `${status} ${text}`
      }
    }
    throw new Error(`The directory did not take ${path} in ${attempts} tries: ${trouble}`)
  }

  async #send(path: string, body: string): Promise<{ status: number; text: string }> {
    const url = new URL(path, this.#url)
    const { headers, method } = await this.#signer.sign({
      method: 'PUT',
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      headers: { host: url.host, 'content-type': 'application/json' },
      body,
    })
    const response = await fetch(url, { method, headers, body })
    return { status: response.status, text: await response.text() }
  }
}

/** Undefined where it makes sense to try again. */
function saidBy(status: number, text: string): Said | undefined {
  if (status === 204) return { version: undefined }
  if (status === 429 || status >= 500) return undefined
  const body = JSON.parse(text) as {
    version: number
    code?: string
    title?: string
    errors?: { pointer: string; detail: string }[]
  }
  if (status === 200) return { version: body.version }
  if (body.code === 'conflict') return undefined
  const { code = String(status), title = text, errors = [] } = body
  const details = errors.map(({ pointer, detail }) => `${pointer}: ${detail}`)
  return { code, reason: [code, details.join(' ') || title].join(': ') }
}
