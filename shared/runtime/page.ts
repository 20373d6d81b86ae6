import { createHash } from 'node:crypto'
import { type Refusal, refuse } from '../domain/refusals.ts'
import type { Answer } from './http.ts'

/** Ties a cursor to the list that it came from; which list is read, the caller's account and query alone decide. */
const markOf = (list: string) => createHash('sha256').update(list).digest('base64url').slice(0, 12)

const badCursor = refuse('malformed-request', [
  { pointer: '/cursor', detail: 'This cursor is not one that this list has given.' },
])

/** The position in a list at which a cursor goes on; undefined at the beginning. */
export function positionOf(
  cursor: string | undefined,
  list: string,
): { after: string | undefined } | Refusal {
  if (cursor === undefined) return { after: undefined }
  const text = Buffer.from(cursor, 'base64url').toString()
  const mark = markOf(list)
  const after = text.slice(mark.length)
  const genuine = text.startsWith(mark) && after !== '' && cursorFor(list, after) === cursor
  return genuine && Buffer.byteLength(after) <= 1024 ? { after } : badCursor
}

const cursorFor = (list: string, position: string) =>
  Buffer.from(markOf(list) + position).toString('base64url')

/** A page of a list, with where to go on in the body and as a link (RFC 8288). */
export function pageOf(self: URL, list: string, items: object[], position: string | undefined): Answer {
  const next = position === undefined ? null : cursorFor(list, position)
  const answer: Answer = { status: 200, body: { items, next } }
  if (next === null) return answer
  const link = new URL(self)
  link.searchParams.set('cursor', next)
  return { ...answer, headers: { link: `<${link.pathname}${link.search}>; rel="next"` } }
}
