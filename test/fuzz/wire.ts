import type { Random } from '../kit/random.ts'
import type { Operation } from './document.ts'
import type { Known } from './known.ts'
import { draftMutations, wireMutations } from './mutations.ts'
import type { Draft, Wire } from './request.ts'

export type Sent = {
  draft: Draft
  wire: Wire
  /** Of a token that the gateway has let through, where it is not the caller's own. */
  claims?: Record<string, string>
}

/** Where the gateway passes a request to, with the path's parameters decoded; undefined where it refuses it. */
export function route({ method, target }: Wire, operations: Operation[]) {
  const { pathname } = new URL(target, 'http://gateway')
  for (const operation of operations) {
    const isAsked = operation.method === (method === 'HEAD' ? 'GET' : method)
    const values = isAsked && operation.pattern.exec(pathname)?.slice(1)
    if (!values) continue
    const names = operation.path.matchAll(/(?<=\{)\w+/g)
    try {
      const params = [...names].map(([name], i) => [name, decodeURIComponent(values[i] ?? '')])
      return { operation, params: Object.fromEntries(params) as Record<string, string> }
    } catch {
      return undefined
    }
  }
  return undefined
}

/** Escapes all that would end its part of an address; half a character, which has no UTF-8, as its three bytes. */
function escaped(text: string): string {
  return [...text]
    .map((character) => (character.isWellFormed() ? encodeURIComponent(character) : '%ED%A0%80'))
    .join('')
}

/** Header values are bytes without control characters; others can't be sent at all. */
const headerValue = (text: string) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '')

function spelled({ operation, params, query, headers, json }: Draft): Wire {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => escaped(params[name] ?? ''))
  const pairs = query.map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
  const values = Object.entries(headers).map(([name, value]) => [name, headerValue(value)])
  return {
    method: operation.method,
    target: pairs.length > 0 ? `${path}?${pairs.join('&')}` : path,
    headers: {
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...Object.fromEntries(values),
    },
    ...(json !== undefined && { body: Buffer.from(JSON.stringify(json)) }),
  }
}

/** A draft as it is sent: one in three as it is, the others with some of what can be wrong. */
export function mutated(draft: Draft, known: Known, random: Random): Sent {
  const changes = random.pick([0, 0, 1, 1, 2, 3])
  const later: string[] = []
  for (let change = 0; change < changes; change++) {
    const onDraft = random.chance(0.6)
    const name = random.pick(Object.keys(onDraft ? draftMutations : wireMutations))
    draft.mutations.push(name)
    if (onDraft) draftMutations[name]?.(draft, known, random)
    else later.push(name)
  }
  const wire = spelled(draft)
  for (const name of later) wireMutations[name]?.(wire, random)
  return { draft, wire }
}
