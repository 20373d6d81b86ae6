import { setTimeout as pause } from 'node:timers/promises'
import { expect, inject } from 'vitest'
import { type PartnerAccounts, partnerAccounts } from '../../client/index.ts'
import { faultOf, isGateways } from '../fuzz/rules.ts'
import { Description } from '../kit/description.ts'

// The interface as its description gives it: written from the words, so that it can disagree with the code.

export interface Invitation {
  id: string
  direction: 'sent' | 'received'
  status: 'pending' | 'rejected' | 'accepted' | 'expired'
  email: string
  sender: { accountId: string; accountName: string; userName: string; userEmail: string | null }
  recipient: { accountId: string; accountName: string } | null
  createdAt: string
  updatedAt: string
  expiresAt: string | null
  actions: { accept?: string | null; reject?: string | null; delete?: string | null; resend?: string | null }
}

export interface Partner {
  accountId: string
  accountName: string
  initiatedBy: 'us' | 'them'
  since: string
}

export interface Contact {
  id: string
  kind: 'user' | 'member'
  name: string
  email: string
  profile: string
  accountId: string
  accountName: string
  live: boolean
  emailConfirmed: boolean
}

export interface User {
  id: string
  email: string
  emailConfirmed: boolean
  pendingEmail: string | null
  name: string
  profile: 'billing-administrator' | 'administrator' | 'supervisor' | 'manager' | 'observer'
  locale: string
  createdAt: string
}

export interface Page<T> {
  items: T[]
  next: string | null
}

export interface Answer<T> {
  status: number
  headers: Headers
  body: T
}

/** A mail as the local mail server keeps it; `at` in seconds since 1970. */
export interface Mail {
  messageId: string
  from: string
  replyTo: string[]
  destination: { to: string[]; cc: string[]; bcc: string[] }
  subject: string
  body: { html?: string; text?: string }
  headers?: { name: string; value: string }[]
  at: number
}

/** An answer that no answer of the interface may look like. Never tried again. */
class BrokenContract extends Error {}

const stack = inject('stack')
const base = stack.api.replace(/\/$/, '')
/** The collections, such as "users", in which something was changed through here since it was last emptied. */
export const changed = new Set<string>()
/** How many requests through here may have caused an e-mail. */
export const causes = { ofMails: 0 }

const tokens = new Map<string, Promise<string>>()
const description = new Description((await (await fetch(`${base}/v1/openapi.json`)).json()) as object)

/** A new access token for the user with this address. */
export function signIn(email: string): Promise<string> {
  return eventually(async () => {
    const form = new URLSearchParams({ grant_type: 'password', username: email })
    const response = await fetch(stack.token, { method: 'POST', body: form })
    if (!response.ok) throw new Error(`no token for ${email}: ${response.status} ${await response.text()}`)
    const { access_token } = (await response.json()) as { access_token: string }
    return access_token
  })
}

function token(email: string): Promise<string> {
  const known = tokens.get(email) ?? signIn(email)
  tokens.set(email, known)
  return known
}

/**
 * One request as this user (by e-mail address; null: nobody), the answer checked against what holds for every answer. A
 * body that is a string is sent as it is, any other as JSON.
 */
export async function call<T>(
  user: string | null,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<T>> {
  const signed: Record<string, string> = user === null ? {} : { authorization: `Bearer ${await token(user)}` }
  const typed: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
  const response = await fetch(`${base}${path}`, {
    method,
    headers: { ...signed, ...typed, ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return answerOf(response, method, path, user)
}

/** An answer that is as every answer has to be, and as the description has those of its route; else it throws. */
export async function answerOf<T>(
  response: Response,
  method: string,
  path: string,
  caller: string | null,
): Promise<Answer<T>> {
  const { status, headers } = response
  if (method !== 'GET' && method !== 'HEAD' && status < 300) changed.add(path.split('/')[2] ?? '')
  if (method === 'POST' && path.startsWith('/v1/invitations')) causes.ofMails += 1
  const text = await response.text()
  const answer = { status, headers: Object.fromEntries(headers), body: text }
  // Where the gateway knows no such route, there is none to describe.
  const unrouted = status === 404 && isGateways(answer)
  const described = unrouted ? undefined : description.fault(method, path, { status, headers, text })
  const fault = faultOf(method, answer) ?? described
  if (fault) {
    throw new BrokenContract(`${method} ${path} as ${caller}: ${fault}\n${status} ${text.slice(0, 2000)}`)
  }
  const isPage = headers.get('content-type')?.startsWith('text/html')
  return { status, headers, body: isPage || text === '' ? undefined : JSON.parse(text) }
}

/** The published client as this user; each answer is checked as `call` does. */
export function as(user: string): PartnerAccounts {
  const client = partnerAccounts({ baseUrl: base, token: () => token(user) })
  client.use({
    async onResponse({ request: { method, url }, response }) {
      await answerOf(response.clone(), method, url.slice(base.length), user)
    },
  })
  return client
}

/** An answer in short: its status, and the code where it is a refusal, such as "409 invitation-pending". */
export function answered(answer: Answer<unknown> | { error?: unknown; response: Response }): string {
  const { status, body } =
    'response' in answer ? { status: answer.response.status, body: answer.error } : answer
  const code = (body as { code?: string } | undefined)?.code
  return status >= 400 && code ? `${status} ${code}` : `${status}`
}

/** A request that has to succeed: what it answers. */
export async function perform<T>(user: string, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await call<T>(user, method, path, body)
  if (answer.status >= 300) throw new Error(`${method} ${path} as ${user}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

/** One page of a list, its `next` and its Link header saying the same. */
export async function page<T>(user: string, path: string): Promise<Page<T>> {
  const answer = await call<Page<T>>(user, 'GET', path)
  expect(answered(answer), path).toBe('200')
  expect(answer.body.items, path).toBeInstanceOf(Array)
  const link = /<([^>]*)>\s*;[^,]*rel="?next"?/.exec(answer.headers.get('link') ?? '')?.[1]
  if (answer.body.next === null) expect(link, path).toBeUndefined()
  else {
    const url = new URL(link ?? '', `${base}${path}`)
    expect(url.searchParams.get('cursor'), path).toBe(answer.body.next)
    expect(url.pathname.endsWith(path.split('?')[0] ?? ''), `${path} in ${link}`).toBe(true)
  }
  return answer.body
}

/** A whole list, read in pages of `limit`. */
export async function all<T>(user: string, path: string, limit = 100): Promise<T[]> {
  const items: T[] = []
  const cursors = new Set<string>()
  const sized = `${path}${path.includes('?') ? '&' : '?'}limit=${limit}`
  for (let next: string | null = ''; next !== null; ) {
    const one: Page<T> = await page(user, next === '' ? sized : `${sized}&cursor=${encodeURIComponent(next)}`)
    expect(one.items.length, path).toBeLessThanOrEqual(limit)
    items.push(...one.items)
    next = one.next
    if (next !== null && cursors.has(next)) throw new Error(`${path}: cursor ${next} came twice`)
    if (next !== null) cursors.add(next)
  }
  return items
}

/** When this test file began, in seconds since 1970, less what a clock may be rounded by. */
const began = Math.floor(Date.now() / 1000) - 1

/** Every mail that the mail server has received since this test file began, oldest first. */
export async function mails(): Promise<Mail[]> {
  const response = await fetch(`${stack.mail.replace(/\/$/, '')}/store?since=${began}`)
  return ((await response.json()) as { emails: Mail[] }).emails
}

/** Asks again, every 100 ms, until the check stops failing; after the deadline its last failure is thrown. */
export async function eventually<T>(check: () => Promise<T>, seconds = 20): Promise<T> {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (error instanceof BrokenContract) throw error
      if (Date.now() > deadline) {
        if (error instanceof Error) error.message = `Still so after ${seconds} s: ${error.message}`
        throw error
      }
    }
    await pause(100)
  }
}
