import type { Item } from '../kit/expressions.ts'
import type { Change } from '../kit/store.ts'

/** A change of an item as part of a line of a history. */
export function tell({ pk, sk, old, next }: Change): string {
  const key = `${pk} ${sk}`.replace('#', ' ')
  if (!next) return `deletes ${key}`
  const told = Object.keys(next)
    .filter((attribute) => shown.has(attribute) && (!old || old[attribute] !== next[attribute]))
    .map((attribute) => `${attribute} ${short(next[attribute])}`)
  const gone = Object.keys(old ?? {}).filter((attribute) => shown.has(attribute) && !(attribute in next))
  return [`${old ? 'changes' : 'puts'} ${key}`, told.join(', '), gone.map((name) => `no ${name}`).join(', ')]
    .filter((part) => part !== '')
    .join(': ')
}

/** Of a stream's record, what tells it from others. */
export function tellItem({ type, ...item }: Item): string {
  const told = ['accountId', 'partnerId', 'userId', 'owner', 'source', 'epoch', 'version', 'after', 'mail']
    .filter((attribute) => item[attribute] !== undefined)
    .map((attribute) => `${attribute} ${short(item[attribute])}`)
  return `${type} (${told.join(', ')})`
}

const shown = new Set([
  'name',
  'email',
  'version',
  'changedAt',
  'removed',
  'state',
  'epoch',
  'partners',
  'endedAt',
  'mail',
  'sentAt',
  'claimedBy',
  'claimedUntil',
])

const short = (value: unknown): string => (value instanceof Set ? [...value].join('+') : String(value))
