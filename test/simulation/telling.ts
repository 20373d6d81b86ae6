import { type Item, sameValue } from '../kit/expressions.ts'
import type { Change } from '../kit/store.ts'

/** A change of an item as part of a line of a history: the attributes that differ. */
export function tell({ pk, sk, old, next }: Change): string {
  const key = `${pk} ${sk}`
  if (!next) return `deletes ${key}`
  const changed = Object.keys({ ...old, ...next })
    .filter((attribute) => !sameValue(old?.[attribute], next[attribute]))
    .map((attribute) => `${attribute} ${short(next[attribute])}`)
  return `${old ? 'changes' : 'puts'} ${key}: ${changed.join(', ')}`
}

/** Of a stream's record, what tells it from others. */
export function tellItem({ type, ...item }: Item): string {
  const told = ['accountId', 'partnerId', 'userId', 'owner', 'source', 'epoch', 'version', 'after', 'mail']
    .filter((attribute) => item[attribute] !== undefined)
    .map((attribute) => `${attribute} ${short(item[attribute])}`)
  return `${type} (${told.join(', ')})`
}

const short = (value: unknown): string => (value instanceof Set ? [...value].join('+') : String(value))
