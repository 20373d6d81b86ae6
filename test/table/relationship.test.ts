import fc from 'fast-check'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { Both } from '../model/both.ts'
import { Model, type Request } from '../model/model.ts'
import { histories, puts, requestOf, someAccounts } from '../model/random.ts'

const { MemoryTable } = await import('../kit/memory-table.ts')
const { InProcess } = await import('./in-process.ts')

const memory = new MemoryTable()
let now = Date.parse('2026-11-23T09:00:00Z')

beforeAll(() => {
  memory.use()
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterAll(() => {
  memory.leave()
  vi.useRealTimers()
})

/** Compares the functions with the model after each request. */
async function begin(): Promise<{ both: Both; step: (request: Request) => Promise<string> }> {
  memory.clear()
  const product = new InProcess(memory)
  const both = new Both(new Model(), (request) => product.ask(request))
  const step = async (request: Request) => {
    // Within five seconds of an end, contacts may follow or not.
    now += 6_000
    vi.setSystemTime(now)
    const { answer } = await both.ask(request)
    await both.lookAll()
    both.same(mailsOf(product), mailsOf(both.model), 'The e-mails so far')
    return answer
  }
  return { both, step }
}

const mailsOf = ({ mails }: { mails: { kind: string; to: string }[] }) =>
  mails.map(({ kind, to }) => `${kind} to ${to}`).sort()

it('the functions do as the model does, whatever two or three accounts do', async () => {
  await fc.assert(
    fc.asyncProperty(histories(33), async ({ accounts, draws }) => {
      const { both, step } = await begin()
      for (const request of puts(someAccounts.slice(0, accounts))) await both.ask(request)
      // Requests name what has been listed.
      await both.lookAll()
      for (const draw of draws) await step(requestOf(draw, both.model))
    }),
    {
      numRuns: Number(process.env.HISTORIES ?? 50),
      seed: Number(process.env.SEED ?? 1123),
      endOnFailure: true,
    },
  )
}, 600_000)

it('at most forty invitations stand in each direction between two accounts, in any state', async () => {
  const { both } = await begin()
  const crowd = ['acme', 'globex'].map((accountId) => ({
    accountId,
    name: accountId,
    users: Array.from({ length: 42 }, (_, nth) => ({
      userId: `${accountId}-${nth}`,
      email: `${nth}@${accountId}.example`,
      name: `Number ${nth}`,
      profile: nth === 0 ? 'administrator' : 'observer',
    })),
  }))
  for (const request of puts(crowd)) await both.ask(request)
  const [acme, globex] = crowd.map(({ accountId }) => ({ accountId, userId: `${accountId}-0` }))
  const other = { acme: 'globex', globex: 'acme' } as Record<string, string>
  const send = async (by = acme, nth = 0) => {
    const body = { email: `${nth}@${other[by?.accountId ?? '']}.example` }
    return (await both.ask({ action: 'send-invitation', ...(by && { by }), body })).answer
  }
  /** Answers the latest sending, or one before it. */
  const respond = async (wish: 'accept' | 'reject' | 'delete', by = globex, before = 0) =>
    (
      await both.ask({
        action: `${wish}-invitation`,
        ...(by && { by }),
        params: { id: both.model.ids.at(-1 - before) ?? '' },
      })
    ).answer

  await send()
  await respond('accept')
  // What is left of the partnership stands at Acme, and counts.
  await both.ask({ action: 'delete-partner', ...(globex && { by: globex }), params: { accountId: 'acme' } })
  for (let nth = 1; nth < 40; nth++) expect(await send(acme, nth)).toBe('201')
  await respond('reject')
  await respond('delete', globex, 1)
  // However many Acme has sent, Globex may send as many.
  for (let nth = 0; nth < 40; nth++) expect(await send(globex, nth)).toBe('201')
  expect(await send(globex, 40)).toBe('409 too-many-invitations')
  expect(await send(acme, 40)).toBe('409 too-many-invitations')
  // The refusal is that which it would be without the limit, and a new sending takes the former partnership's place.
  expect(await send(globex, 39)).toBe('409 invitation-pending')
  expect(await send(acme, 0)).toBe('201')
  // One that is deleted makes room for another.
  expect(await respond('delete', globex, 1)).toBe('204')
  expect(await send(globex, 40)).toBe('201')
  expect(await send(globex, 41)).toBe('409 too-many-invitations')
  await both.lookAll()
  expect(await respond('accept', acme)).toBe('200')
  await both.lookAll()
  expect(both.model.invitations).toHaveLength(1)
}, 600_000)
