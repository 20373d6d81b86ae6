import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Both } from './both.ts'
import { type Answer, Model, type Request } from './model.ts'
import { histories, isRequest, puts, requestOf, someAccounts } from './random.ts'
import { type Cell, type Command, refusalIn, states, type Table, table } from './states.ts'

const seed = 20261126

/** How another system answers, given how a model of its own does. */
type Otherwise = (request: Request, ask: (request: Request) => Answer) => Answer

/** Compares random histories of the model with those of another one, which answers otherwise. */
async function compare(theirs: () => Model, numRuns: number, otherwise?: Otherwise): Promise<void> {
  const history = fc.asyncProperty(histories(40), async ({ accounts, draws }) => {
    const system = theirs()
    const ask = (request: Request): Answer => system.ask(request)
    const both = new Both(new Model(), async (request) => ({
      body: undefined,
      ...(otherwise?.(request, ask) ?? ask(request)),
    }))
    for (const request of puts(someAccounts.slice(0, accounts))) await both.ask(request)
    for (const draw of draws) {
      if (isRequest(draw)) await both.ask(requestOf(draw, both.model))
      else for (const model of [both.model, system]) model.expire()
      if (otherwise) await both.lookAll()
    }
  })
  await fc.assert(history, { numRuns, seed, endOnFailure: true })
}

const failing = (message: RegExp) => ({ cause: { message: expect.stringMatching(message) } })

type Item = Record<string, unknown>
const itemsOf = ({ body }: Answer) => (body as { items: Item[] }).items

/** Changes each item of a list. */
const each =
  (action: string, change: (item: Item) => object): Otherwise =>
  (request, ask) => {
    const answer = ask(request)
    return request.action === action ? { ...answer, body: { items: itemsOf(answer).map(change) } } : answer
  }

const ownIdsAndOrder: Otherwise = (request, ask) => {
  const answer = ask(request)
  return request.action.startsWith('list-')
    ? { ...answer, body: { items: itemsOf(answer).toReversed() } }
    : answer
}

describe('random histories', () => {
  it('find nothing in a system that has other ids and another order of lists', async () => {
    const withOwnIds = () => Object.assign(new Model(), { made: 1_000_000 })
    await compare(withOwnIds, 40, ownIdsAndOrder)
  })

  // Of what nobody sees, every command finds nothing, whatever the table says.
  const cells = states.flatMap((state) =>
    (Object.keys(table[state]) as Command[]).flatMap((command) =>
      table[state][command] === 'not-found' ? [] : [[state, command] as const],
    ),
  )

  it.each(cells)('find a table in which %s, %s is something else', async (state, command) => {
    const cell: Cell = refusalIn(table[state][command]) ? 'no change' : 'conflict'
    const changed: Table = { ...table, [state]: { ...table[state], [command]: cell } }
    await expect(compare(() => new Model(changed), 300)).rejects.toMatchObject(
      failing(/(-invitation|delete-partner) .* answers: Expected values/),
    )
  })

  it.each<[string, RegExp, Otherwise]>([
    [
      'the contacts of a former partner shown as live',
      /list-contacts .* answers: Expected values/,
      each('list-contacts', (item) => ({ ...item, live: true })),
    ],
    [
      'a sender who sees whose the address is',
      /list-invitations .* answers: Expected values/,
      each('list-invitations', (item) => ({ ...item, recipient: {} })),
    ],
    [
      'a field too many',
      /list-users .* answers: Expected values/,
      each('list-users', (item) => ({ ...item, version: 1 })),
    ],
    [
      'an id that is given twice',
      /list-activity .* answers with an id that something else has, the same/,
      each('list-activity', (item) => ({ ...item, id: 'the same' })),
    ],
    [
      'an action that fails',
      /reject-invitation .* answers: SyntaxError/,
      (request, ask) => (request.action === 'reject-invitation' ? JSON.parse('') : ask(request)),
    ],
    ...[
      ['list-invitations', 'direction'],
      ['list-invitations', 'status'],
      ['list-contacts', 'kind'],
      ['list-contacts', 'accountId'],
      ['list-shares', 'direction'],
      ['list-shares', 'kind'],
    ].map(([action, name = '']): [string, RegExp, Otherwise] => [
      `${action} without its filter ${name}`,
      new RegExp(`${action} .*"${name}".* answers: Expected values`),
      (request, ask) => {
        const { [name]: _, ...query } = request.query ?? {}
        return ask(request.action === action ? { ...request, query } : request)
      },
    ]),
  ])('find %s', async (_, message, otherwise) => {
    await expect(compare(() => new Model(), 100, otherwise)).rejects.toMatchObject(failing(message))
  })
})
