import { setTimeout as pause } from 'node:timers/promises'
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import { SignatureV4 } from '@smithy/signature-v4'

/**
 * What the directory answers: the version that is there now, of a removal too, and whether it was there before; or why it
 * refuses.
 */
export type Answer = { version: number; unchanged: boolean } | { code: string; reason: string }

/** Some half a minute in all: what lasts longer is for a person to look at. */
const attempts = 10

/** Of a row that fails each time while others may not. */
const attemptsAtFailure = 5
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

  putAccount(accountId: string, body: object): Promise<Answer> {
    return this.#put(`/v1/directory/accounts/${encodeURIComponent(accountId)}`, body)
  }

  putUser(accountId: string, userId: string, body: object): Promise<Answer> {
    const account = `/v1/directory/accounts/${encodeURIComponent(accountId)}`
    return this.#put(`${account}/users/${encodeURIComponent(userId)}`, body)
  }

  /**
   * Tries again what may be done a moment later. What answers 500 every time is refused as `internal-error`.
   *
   * @throws where the key is not let in, or where the directory can't be reached or is too busy for half a minute
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

  async #sign(
    path: string,
    body: string,
  ): Promise<{ url: URL; method: string; headers: Record<string, string>; body: string }> {
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

type Reply = { status: number; text: string; unchanged: boolean }

async function send({
  url,
  ...request
}: {
  url: URL
  method: string
  headers: Record<string, string>
  body: string
}): Promise<Reply> {
  const response = await fetch(url, request)
  const unchanged = response.headers.get('x-unchanged') === 'true'
  return { status: response.status, text: await response.text(), unchanged }
}

/** Undefined where it makes sense to try again. */
function readAnswer({ status, text, unchanged }: Reply): Answer | undefined {
  if (status === 429 || status >= 500) return undefined
  const body = readJson(text)
  if (status === 200 && typeof body.version === 'number') return { version: body.version, unchanged }
  if (body.code === 'conflict') return undefined
  const { code = String(status), title = text, errors = [] } = body
  const details = errors.map(({ pointer, detail }) => `${pointer}: ${detail}`)
  const advice = code === 'not-found' ? ' Is the account put? A column accountName puts it.' : ''
  return { code, reason: `${code}: ${details.join(' ') || title}${advice}` }
}

/** What stands between may answer with something else than JSON. */
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
