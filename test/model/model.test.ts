import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { documentation } from '../../shared/contract/actions.ts'
import type { RefusalCode } from '../../shared/domain/refusals.ts'
import { Both } from './both.ts'
import { type Answer, Model, type Request } from './model.ts'
import { histories, puts, requestOf, someAccounts } from './random.ts'
import { type Cell, type Command, refusalIn, states, type Table, table } from './states.ts'

const seed = 20261126

type Change = (answer: Answer, request: Request) => Answer

/** Random histories of the model beside another one, whose answers are changed. @returns the answers */
async function compare(theirs: () => Model, numRuns: number, change?: Change): Promise<Set<string>> {
  const answers = new Set<string>()
  const history = fc.asyncProperty(histories(40), async ({ accounts, draws }) => {
    const system = theirs()
    const both = new Both(new Model(), async (request) => {
      const answer = system.ask(request)
      return { body: undefined, ...(change?.(answer, request) ?? answer) }
    })
    for (const request of puts(someAccounts.slice(0, accounts))) await both.ask(request)
    for (const draw of draws) {
      const request = requestOf(draw, both.model)
      const { answer } = await both.ask(request)
      answers.add(`${request.action} ${answer}`)
      if (change) await both.lookAll()
    }
  })
  await fc.assert(history, { numRuns, seed, endOnFailure: true })
  return answers
}

/** Changes each item of a list. */
const each =
  (action: string, change: (item: Record<string, unknown>) => object): Change =>
  (answer, request) =>
    request.action === action
      ? {
          ...answer,
          body: { items: (answer.body as { items: Record<string, unknown>[] }).items.map(change) },
        }
      : answer

/** Refusals that other tests provoke: those of malformed requests, of quotas, of races and of the limit of forty. */
const elsewhere: string[] = [
  ...['conflict', 'invalid-field', 'quota-exceeded', 'idempotency-key-reused', 'too-many-invitations'],
  ...['add-user invalid-email', 'change-user invalid-email', 'put-user invalid-email'],
]

/** Commands that histories do not have: test/table/hosts-word.test.ts has them. */
const notDrawn = new Set(['confirm-address', 'put-account'])

describe('random histories', () => {
  it('provoke every refusal of the actions that they have', async () => {
    const reached = await compare(() => new Model(), 1500)
    const actions = new Set([...reached].map((one) => one.split(' ')[0] ?? ''))
    const commands = documentation.filter(
      ({ contract: { method, name } }) => method !== 'GET' && !notDrawn.has(name),
    )
    expect([...actions].sort()).toEqual(commands.map(({ contract }) => contract.name).sort())
    const wanted = commands.flatMap(({ contract: { name, access }, problems }) => {
      const ofCallers: RefusalCode[] =
        access === 'administrator' ? ['unknown-user', 'not-an-administrator'] : []
      const codes = [...ofCallers, ...problems].filter((code) => !elsewhere.includes(code))
      return codes.map((code) => `${name} ${code}`)
    })
    const met = new Set([...reached].map((one) => one.replace(/ \d+ /, ' ')))
    expect(wanted.filter((one) => !met.has(one) && !elsewhere.includes(one))).toEqual([])
  })

  // Of what nobody sees, every command finds nothing, whatever the table says.
  const cells = states.flatMap((state) =>
    (Object.keys(table[state]) as Command[]).flatMap((command) =>
      table[state][command] === 'not-found' ? [] : [[state, command] as const],
    ),
  )

  it.each(cells)(
    'tell the table apart from one in which %s, %s is something else',
    async (state, command) => {
      const cell: Cell = refusalIn(table[state][command]) ? 'no change' : 'conflict'
      const changed: Table = { ...table, [state]: { ...table[state], [command]: cell } }
      await expect(compare(() => new Model(changed), 300)).rejects.toMatchObject({
        cause: { message: expect.stringContaining('answers: Expected values') },
      })
    },
  )

  it.each<[string, Change]>([
    [
      'shows the contacts of a former partner as live',
      each('list-contacts', (item) => ({ ...item, live: true })),
    ],
    [
      'tells the sender whose address it is',
      each('list-invitations', (item) => ({ ...item, recipient: {} })),
    ],
    ['shows a field more', each('list-users', (item) => ({ ...item, version: 1 }))],
    [
      'gives an id twice',
      (answer, { action }) =>
        action === 'send-invitation' && answer.answer === '201'
          ? { ...answer, body: { ...(answer.body as object), id: 'the same' } }
          : answer,
    ],
    ['fails', (answer, { action }) => (action === 'reject-invitation' ? JSON.parse('') : answer)],
  ])('tell a system apart that %s', async (_, change) => {
    await expect(compare(() => new Model(), 100, change)).rejects.toThrow('Property failed')
  })
})
