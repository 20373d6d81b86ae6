import { afterAll, describe, expect, it, vi } from 'vitest'
import { parseInvitationId } from '../../shared/table/keys.ts'
import { account, answer, type Person, send } from '../kit/accounts.ts'
import { age } from '../kit/age.ts'
import { call } from '../kit/call.ts'
import { MemoryTable } from '../kit/memory-table.ts'

const memory = new MemoryTable()
memory.use()
const days = 86_400_000
const now = Date.now()
vi.useFakeTimers({ toFake: ['Date'], now })
afterAll(() => {
  vi.useRealTimers()
})

type Listed = { id: string; status: string }

const [acme, globex, initech] = [await account(), await account(10), await account(3)]
const positionOf = (id: string) => parseInvitationId(id)?.sendingId ?? ''

// Ten invitations to Globex: half of them a month old, half of each rejected.
const all: Listed[] = []
for (let nth = 0; nth < 10; nth++) {
  const isOld = nth < 5
  const id = await send(acme.ada, `${nth}@${globex.id}.example`)
  if (nth % 2 === 0) await answer('reject', globex.ada, id)
  const status = nth % 2 === 0 ? 'rejected' : isOld ? 'expired' : 'pending'
  all.unshift({ id: isOld ? await age(id) : id, status })
}
all.sort((one, other) => (positionOf(one.id) < positionOf(other.id) ? 1 : -1))

const ask = async (by: Person, query: Record<string, string>) => {
  const { status, body } = await call('list-invitations', { by, query })
  expect(status).toBe(200)
  return body as { items: Listed[]; next: string | null }
}

/** The pages of a list. `between` runs before each page but the first. */
async function pagesOf(by: Person, query: Record<string, string>, between = () => {}) {
  const pages: Listed[][] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await ask(by, { ...query, ...(cursor && { cursor }) })
    pages.push(page.items.map(({ id, status }) => ({ id, status })))
    cursor = page.next
    if (pages.length > all.length) throw new Error('The pages do not end')
    if (cursor !== null) between()
  }
  return pages
}

describe.each([
  ['sent', acme.ada, ['pending', 'rejected', 'expired']],
  ['received', globex.ada, ['pending', 'rejected']],
])('the invitations that an account has %s', (direction, by, seen) => {
  it.each(['1', '2', '3', '4', '25'])('are listed once, newest first, in full pages of %s', async (limit) => {
    for (const status of [undefined, 'pending', 'rejected', 'expired']) {
      const pages = await pagesOf(by, { direction, limit, ...(status && { status }) })
      const wanted = all.filter((one) => seen.includes(one.status) && (!status || one.status === status))
      expect(pages.flat(), status).toEqual(wanted)
      for (const page of pages.slice(0, -1)) expect(page).toHaveLength(Number(limit))
      if (wanted.length > 0) expect(pages.at(-1), status).not.toEqual([])
    }
  })
})

it.each([
  ['pending', []],
  [undefined, ['rejected', 'rejected', 'rejected', 'rejected', 'rejected']],
])('a recipient’s list of status %s leaves out what expires between two pages', async (status, others) => {
  const pages = await pagesOf(
    globex.ada,
    { direction: 'received', limit: '1', ...(status && { status }) },
    () => {
      vi.setSystemTime(now + 31 * days)
    },
  )
  vi.setSystemTime(now)
  const [first, ...later] = pages
  expect(first?.map((one) => one.status)).toEqual(['pending'])
  expect(later.flat().map((one) => one.status)).toEqual(others)
})

it('a recipient’s list without old rejected ones has all of its pages', async () => {
  for (let nth = 0; nth < 3; nth++) await send(globex.ada, `${nth}@${initech.id}.example`)
  const pages = await pagesOf(initech.ada, { direction: 'received', limit: '2' })
  expect(pages.map((page) => page.length)).toEqual([2, 1])
})
