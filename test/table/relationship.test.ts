import fc from 'fast-check'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'

import { routeNames, routes } from '../../shared/contract/actions.ts'
import { answersOf, Both } from '../model/both.ts'
import { Model, type Request } from '../model/model.ts'
import { histories, isRequest, puts, requestOf, someAccounts } from '../model/random.ts'
import { cells } from '../model/states.ts'

const { MemoryTable } = await import('../kit/memory-table.ts')
const { InProcess } = await import('./in-process.ts')

const memory = new MemoryTable()
let now = Date.parse('2026-11-23T09:00:00Z')

beforeAll(() => {
  memory.use()
  vi.useFakeTimers({ toFake: ['Date'], now })
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

/** What the random histories have met, as `Both` has it. */
const met = new Set<string>()

it('in random histories of two or three accounts, answers, lists and e-mails are those of the model', async () => {
  await fc.assert(
    fc.asyncProperty(histories(33), async ({ accounts, draws }) => {
      const { both, step } = await begin()
      for (const request of puts(someAccounts.slice(0, accounts))) await both.ask(request)
      // Requests name what has been listed.
      await both.lookAll()
      for (const draw of draws) {
        if (isRequest(draw)) await step(requestOf(draw, both.model))
        else {
          now += 31 * 86_400_000
          both.model.expire()
        }
      }
      for (const one of both.met) met.add(one)
    }),
    {
      numRuns: Number(process.env.HISTORIES ?? 70),
      seed: Number(process.env.SEED ?? 11),
      endOnFailure: true,
    },
  )
}, 600_000)

it('these histories meet every command of either side, and the acceptance of another, in every state of an invitation', () => {
  // Those of third accounts are met in test/journeys/who-sees-what.test.ts.
  expect(cells.filter((cell) => !cell.endsWith('third') && !met.has(cell))).toEqual([])
})

/** Actions that the histories do not have: test/table/hosts-word.test.ts and directory.test.ts have them. */
const notDrawn = ['confirm-address', 'put-account']
/** Refusals that other tests provoke: those of malformed requests, of quotas, of races and of the limit of forty. */
const elsewhere = /conflict|invalid-field|quota-exceeded|idempotency-key-reused|too-many-invitations/
const invalidEmailElsewhere = /^(add-user|change-user|put-user) .*invalid-email$/

it.each(routeNames.filter((name) => routes[name].method !== 'GET' && !notDrawn.includes(name)))(
  'these histories meet every answer of %s',
  (action) => {
    const wanted = answersOf(action).filter((one) => !elsewhere.test(one) && !invalidEmailElsewhere.test(one))
    expect(wanted.filter((answer) => !met.has(answer))).toEqual([])
  },
)

it('an invitation stays with the account that the address was in when it was sent', async () => {
  const { both, step } = await begin()
  for (const request of puts(someAccounts)) await both.ask(request)
  const ada = { accountId: 'acme', userId: 'acme-0' }
  const email = 'u3@globex.example'
  const send = () => step({ action: 'send-invitation', by: ada, body: { email } })
  const accept = (accountId: string) =>
    step({
      action: 'accept-invitation',
      by: { accountId, userId: `${accountId}-0` },
      params: { id: both.model.sent[0]?.id ?? '' },
    })

  expect(await send()).toBe('201')
  const params = { accountId: 'globex', userId: 'globex-3' }
  expect(await step({ action: 'drop-user', params, query: { version: '2' } })).toBe('204')
  const body = { email, name: 'Mia', profile: 'manager', version: 1 }
  await step({ action: 'put-user', params: { accountId: 'initech', userId: 'mia' }, body })
  expect(await send()).toBe('201')
  expect(await accept('initech')).toBe('404 not-found')
  expect(await accept('globex')).toBe('200')
  expect(both.model.invitations).toMatchObject([
    { recipient: 'globex', state: 'accepted' },
    { recipient: 'initech', state: 'pending' },
  ])
})

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
        params: { id: both.model.sent.at(-1 - before)?.id ?? '' },
      })
    ).answer

  expect(await send()).toBe('201')
  expect(await respond('accept')).toBe('200')
  // What is left of the partnership stands at Acme, and counts.
  await both.ask({ action: 'delete-partner', ...(globex && { by: globex }), params: { accountId: 'acme' } })
  for (let nth = 1; nth < 40; nth++) expect(await send(acme, nth)).toBe('201')
  expect(await respond('reject')).toBe('200')
  expect(await respond('delete', globex, 1)).toBe('204')
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
