import { setTimeout as pause } from 'node:timers/promises'
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import { SignatureV4 } from '@smithy/signature-v4'

/** The directory's version now (also of a removal) and whether it had that version before, or why it refuses. */
export type Answer = { version: number; unchanged: boolean } | { code: string; reason: string }

/** Attempts of one put. With the pauses they take half a minute. */
const attempts = 10

/** Attempts of a put that is answered with 500 each time. */
const attemptsAtFailure = 5
const firstPauseMilliseconds = 100
const longestPauseMilliseconds = 10_000

/** The directory's HTTP API, called with an AWS key. */
export class Directory {
  readonly #url: string
  readonly #signer: SignatureV4

  /** @param config of an AWS client, which provides the key, the region and a hash function */
  constructor(url: string, { credentials, region, sha256 }: CloudFormationClient['config']) {
    this.#url = url
    this.#signer = new SignatureV4({ credentials, region, sha256, service: 'execute-api' })
  }

  putAccount(accountId: string, body: object): Promise<Answer> {
    return this.#put(`/v1/directory/accounts/${encodeURIComponent(accountId)}`, body)
  }

  putUser(accountId: string, userId: string, body: object): Promise<Answer> {
    const account = `/v1/directory/accounts/${encodeURIComponent(accountId)}`
    return this.#put(`${account}/users/${encodeURIComponent(userId)}`, body)
  }

  /**
   * Tries again after errors that may be temporary. If every answer is 500, the put is refused as `internal-error`.
   * Throws if the directory refuses the key, or can't be reached or is too busy for half a minute.
   */
  async #put(path: string, content: object): Promise<Answer> {
    let trouble = ''
    let failures = 0
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (attempt > 0) {
        const longest = Math.min(firstPauseMilliseconds * 2 ** attempt, longestPauseMilliseconds)
        await pause(longest * (0.5 + Math.random() / 2))
      }
      const request = await this.#sign(path, JSON.stringify(content))
      const answer = await send(request).catch((error: Error) => error)
      if (answer instanceof Error) {
        trouble = String(answer.cause ?? answer)
        continue
      }
      const { status, text } = answer
      if (status === 401 || status === 403)
        throw new Error(`The directory does not let this key in: ${text}\n${keyAdvice}`)
      const read = readAnswer(answer)
      if (read) return read
      trouble = `${status} ${text}`
      if (status === 500 && ++failures === attemptsAtFailure)
        return { code: 'internal-error', reason: failureAdvice }
    }
    throw new Error(`The directory at ${this.#url} did not take ${path} in ${attempts} tries: ${trouble}`)
  }

  async #sign(path: string, body: string): Promise<SignedRequest> {
    const url = new URL(path, this.#url)
    const { headers, method } = await this.#signer.sign({
      method: 'PUT',
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      headers: { host: url.host, 'content-type': 'application/json' },
      body,
    })
    return { url, method, headers, body }
  }
}

const keyAdvice = 'The key needs execute-api:Invoke on the output DirectoryArn, and must not have expired.'
const failureAdvice = `internal-error: The directory failed at this row in ${attemptsAtFailure} tries. Look at the log of put-user, and import the row again.`

type SignedRequest = { url: URL; method: string; headers: Record<string, string>; body: string }
type Reply = { status: number; text: string; unchanged: boolean }

async function send({ url, ...request }: SignedRequest): Promise<Reply> {
  const response = await fetch(url, request)
  const unchanged = response.headers.get('x-unchanged') === 'true'
  return { status: response.status, text: await response.text(), unchanged }
}

/** Undefined if the put has to be tried again. */
function readAnswer({ status, text, unchanged }: Reply): Answer | undefined {
  if (status === 429 || status >= 500) return undefined
  const body = readJson(text)
  if (status === 200 && typeof body.version === 'number') return { version: body.version, unchanged }
  if (body.code === 'conflict') return undefined
  const { code = String(status), title = text, errors = [] } = body
  const details = errors.map(({ pointer, detail }) => `${pointer}: ${detail}`)
  const advice = code === 'not-found' ? ' Does the account exist? A column accountName creates it.' : ''
  return { code, reason: `${code}: ${details.join(' ') || title}${advice}` }
}

/** A proxy in between may answer with something other than JSON. */
function readJson(text: string): {
  version?: number
  code?: string
  title?: string
  errors?: { pointer: string; detail: string }[]
} {
  try {
    return JSON.parse(text) ?? {}
  } catch {
    return {}
  }
}
