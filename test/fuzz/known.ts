import type { Random } from '../kit/random.ts'
import type { Operation } from './document.ts'
import type { Draft } from './request.ts'

/** What a value is of: the ids are told apart by the list that they are in. */
export type Kind = 'account' | 'email' | 'user' | 'invitation' | 'contact' | 'share' | 'cursor'

type Value = { text: string; seenBy: string | undefined }

const most = 300

/** Prefix of the ids of accounts that nobody else may see or change. */
export const vault = 'vault'

/** Ids, addresses and cursors that mean something, most of them learned from answers. */
export class Known {
  readonly callers: string[]
  readonly #spared: Set<string>
  readonly #values = new Map<Kind, Value[]>()
  #made = 0

  /** @param spared ids that are never used, so that there always is somebody to call */
  constructor(callers: string[], spared: string[]) {
    this.callers = callers
    this.#spared = new Set(spared)
  }

  add(kind: Kind, text: string, seenBy?: string): void {
    if (this.#spared.has(text)) return
    const values = this.#values.get(kind) ?? []
    this.#values.set(kind, values)
    if (values.length === most) values.splice(this.#made++ % most, 1)
    values.push({ text, seenBy })
  }

  /** Any value of the kind; undefined where none is known. The host may do all, so it is told nothing of the vault. */
  any(kind: Kind, access: Operation['access'], random: Random): Value | undefined {
    const values = (this.#values.get(kind) ?? []).filter(
      ({ text }) => access !== 'signature' || !text.startsWith(vault),
    )
    return values.length > 0 ? random.pick(values) : undefined
  }

  /** A value for a field or parameter of this name, with its caller changed to one who has seen it, mostly. */
  valueFor(operation: Operation, name: string, draft: Draft, random: Random): string | undefined {
    const kind = kindOf(operation.path, name)
    if (!kind) return undefined
    if (kind === 'email' && random.chance(0.4)) return `new-${this.#made++}-${random.below(1e6)}@fuzz.example`
    const value = this.any(kind, operation.access, random)
    if (value?.seenBy && random.chance(0.7)) draft.caller = value.seenBy
    return value?.text
  }

  /** Keeps what the answer of a path tells: ids, and where a list goes on. */
  learn(path: string, caller: string, body: unknown): void {
    if (typeof body !== 'object' || body === null) return
    const { id, next, items } = body as { id?: unknown; next?: unknown; items?: unknown }
    const kind = kindOf(path, 'id')
    if (kind && typeof id === 'string') this.add(kind, id, caller)
    if (typeof next === 'string') this.add('cursor', next, caller)
    if (Array.isArray(items)) for (const item of items.slice(0, 5)) this.learn(path, caller, item)
  }
}

function kindOf(path: string, name: string): Kind | undefined {
  const kinds: Record<string, Kind> = {
    accountId: 'account',
    partnerAccountId: 'account',
    userId: 'user',
    email: 'email',
    cursor: 'cursor',
  }
  if (name !== 'id') return Object.hasOwn(kinds, name) ? kinds[name] : undefined
  const lists = { invitations: 'invitation', users: 'user', contacts: 'contact', shares: 'share' } as const
  return lists[path.split('/')[2] as keyof typeof lists]
}
