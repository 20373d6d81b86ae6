import { createHash } from 'node:crypto'
import { refuse } from '../domain/refusals.ts'

/** A digest that binds a cursor to its list, which the caller's account and query select. */
const digestOf = (list: string) => createHash('sha256').update(list).digest('base64url').slice(0, 12)

const badCursor = refuse('malformed-request', [
  { pointer: '/cursor', detail: 'This cursor does not come from this list.' },
])

/** The position in a list that a cursor continues after; undefined at the beginning. */
export function positionOf(cursor: string | undefined, list: string) {
  if (cursor === undefined) return { after: undefined }
  const text = Buffer.from(cursor, 'base64url').toString()
  const digest = digestOf(list)
  const after = text.slice(digest.length)
  const genuine = text.startsWith(digest) && after !== '' && cursorFor(list, after) === cursor
  return genuine && Buffer.byteLength(after) <= 1024 ? { after } : badCursor
}

const cursorFor = (list: string, position: string) =>
  Buffer.from(digestOf(list) + position).toString('base64url')

/** A page of a list. The body and the header `Link` (RFC 8288) say where the next page is. */
export function pageOf<View>(
  self: URL,
  list: string,
  { views, next }: { views: View[]; next: string | undefined },
) {
  const cursor = next === undefined ? null : cursorFor(list, next)
  const link = new URL(self)
  if (cursor !== null) link.searchParams.set('cursor', cursor)
  const headers: Record<string, string> =
    cursor === null ? {} : { link: `<${link.pathname}${link.search}>; rel="next"` }
  return { status: 200 as const, headers, body: { items: views, next: cursor } }
}
