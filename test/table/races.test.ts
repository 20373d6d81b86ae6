import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { isAdministrator } from '../../shared/domain/profiles.ts'
import { db, tableName } from '../../shared/table/client.ts'
import type { ActiveUser } from '../../shared/table/items.ts'
import { account, answer, partners, send, tokenOf } from '../kit/accounts.ts'
import { call, inShort } from '../kit/call.ts'
import type { Call } from '../kit/gateway-event.ts'
import { MemoryTable } from '../kit/memory-table.ts'
import {
  listsIn,
  type Race,
  racesOfAnswers,
  racesOfExpiry,
  racesOfSendingsAndEnds,
  type Side,
  type World,
  worldAfter,
} from '../model/races.ts'

type Accounts = { acme: Awaited<ReturnType<typeof account>>; globex: Awaited<ReturnType<typeof account>> }
type Ids = Partial<Record<keyof World, string>>

const memory = new MemoryTable()
/** The time of a race. Each is later than the one before, because ids of UUID v7 never go back. */
let began = Date.parse('2026-11-23T09:00:00Z')
const expiry = 31 * 86_400_000
beforeAll(() => {
  memory.use()
  vi.useFakeTimers({ toFake: ['Date'], now: began })
})

/** Runs something again and again, until each choice between calls that wait at the same time has been made. */
async function inEveryOrder(run: (choose: (options: number) => number) => Promise<void>): Promise<number> {
  const left: number[][] = [[]]
  let runs = 0
  for (let prefix = left.pop(); prefix; prefix = left.pop()) {
    const chosen: number[] = []
    const begin = prefix
    await run((options) => {
      const choice = Math.min(begin[chosen.length] ?? 0, options - 1)
      if (chosen.length >= begin.length)
        for (let other = 1; other < options; other++) left.push([...chosen, other])
      chosen.push(choice)
      return choice
    })
    runs += 1
  }
  return runs
}

/** Does pieces of work at once, but one call of the table at a time, in the order that is chosen. */
async function stepwise<T>(work: (() => Promise<T>)[], choose: (options: number) => number): Promise<T[]> {
  const waiting: (() => void)[] = []
  const usual = memory.turn
  memory.turn = () => new Promise((resolve) => waiting.push(resolve))
  let running = work.length
  const started: Promise<T>[] = []
  for (const one of work) {
    started.push(one().finally(() => running--))
    // Until it waits for its first call of the table, by when it has read the clock.
    await new Promise(setImmediate)
  }
  const all = Promise.all(started)
  while (running > 0) {
    await new Promise(setImmediate)
    if (waiting.length > 0) waiting.splice(choose(waiting.length), 1)[0]?.()
  }
  memory.turn = usual
  return all
}

async function stage({ there, back }: World, { acme, globex }: Accounts): Promise<Ids> {
  if (there.state === 'none') return {}
  if (there.state === 'accepted') return { there: await partners(acme, globex) }
  const id = await send(acme.ada, globex.ada.email)
  if (there.state === 'rejected') await answer('reject', globex.ada, id)
  return { there: id, ...(back.state === 'pending' && { back: await send(globex.ada, acme.ada.email) }) }
}

async function act({ by, of, command, late }: Side, { acme, globex }: Accounts, ids: Ids): Promise<string> {
  vi.setSystemTime(late ? began + expiry : began)
  // In Globex, the two administrators of the model are called ada and bill too.
  const caller = { ada: acme.ada, bill: acme.bill, bo: globex.ada, gun: globex.bill }[by]
  const ask = async (action: Parameters<typeof call>[0], request: Call) =>
    inShort(await call(action, { by: caller, ...request }))
  const [sender, recipient] = of === 'there' ? [acme, globex] : [globex, acme]
  const params = { id: ids[of] ?? '' }
  switch (command) {
    case 'send':
      return ask('send-invitation', { body: { email: recipient.ada.email } })
    case 'accept':
    case 'reject':
    case 'resend':
      return ask(`${command}-invitation`, { params })
    case 'delete-by-sender':
    case 'delete-by-recipient':
      return ask('delete-invitation', { params })
    case 'end-by-sender':
      return ask('delete-partner', { params: { accountId: recipient.id } })
    case 'end-by-recipient':
      return ask('delete-partner', { params: { accountId: sender.id } })
  }
}

async function lists(by: Accounts['acme']['ada']) {
  const items = async (action: Parameters<typeof call>[0], query: Record<string, string>) =>
    (await call(action, { by, query })).body.items as {
      email: string
      status: string
      sender: { accountId: string }
      accountId: string
      initiatedBy: string
    }[]
  const sent = await items('list-invitations', { direction: 'sent' })
  const received = await items('list-invitations', { direction: 'received' })
  const partners = await items('list-partners', {})
  return {
    sent: sent.map(({ email, status }) => `${email} ${status}`),
    received: received.map(({ sender, email, status }) => `${sender.accountId} ${email} ${status}`),
    partners: partners.map(({ accountId, initiatedBy }) => `${accountId} ${initiatedBy}`),
  }
}

async function hold(race: Race, clients: number[], choose: (options: number) => number): Promise<void> {
  memory.clear()
  const accounts = { acme: await account(), globex: await account() }
  const { acme, globex } = accounts
  began += 2 * expiry
  vi.setSystemTime(began)
  const ids = await stage(race.before, accounts)
  const answers = await stepwise(
    clients.map((side) => () => act(race.sides[side] as Side, accounts, ids)),
    choose,
  )
  expect(answers).not.toContain('409 conflict')
  const bySide = race.sides.map((_, side) => answers.filter((_answer, at) => clients[at] === side))
  const world = worldAfter(race, bySide)
  const names = { acme: acme.id, globex: globex.id, ada: acme.ada.email, bo: globex.ada.email }
  expect({ acme: await lists(acme.ada), globex: await lists(globex.ada) }).toEqual(listsIn(world, names))
}

describe.each([...racesOfAnswers, ...racesOfSendingsAndEnds, ...racesOfExpiry])('$name', (race) => {
  const two = [[0, 1]]
  const three = [[[0, 0, 1]], [[0, 1, 1]]]
  test.each(racesOfExpiry.includes(race) ? [two] : [two, ...three])(
    'with clients of the sides %j: in every order of their calls, the answers and lists are those of one client after the other',
    async (clients) => {
      const orders = await inEveryOrder((choose) => hold(race, clients, choose))
      expect(orders).toBeGreaterThan(clients.length)
    },
    600_000,
  )
})

type Asked = Parameters<typeof call>

const racer = { email: 'racer@somewhere.example', name: 'Racer', profile: 'observer' }

/** Calls for users that are made at once, their answers in any order, and how many users the condition then holds for. */
const racesOfUsers: {
  name: string
  calls(accounts: Accounts): Promise<Asked[]>
  answers: string[]
  remaining: [(user: ActiveUser) => boolean, number]
}[] = [
  {
    name: 'an address added twice in one account and once in another: each account gets one user',
    calls: async ({ acme, globex }) =>
      [acme.ada, acme.bill, globex.ada].map((by) => ['add-user', { by, body: racer }]),
    answers: ['201', '201', '409 email-taken'],
    remaining: [({ email }) => email === racer.email, 2],
  },
  {
    name: 'an address confirmed in two accounts: the first to confirm it has it',
    calls: async ({ acme, globex }) => {
      const added = [acme, globex].map(({ ada }) => call('add-user', { by: ada, body: racer }))
      const users = (await Promise.all(added)).map(({ body }) => String(body.id))
      const tokens = [acme, globex].map(({ id: accountId }, at) =>
        tokenOf({ accountId, userId: users[at] ?? '' }),
      )
      return (await Promise.all(tokens)).map((token) => ['confirm-address', { body: { token } }])
    },
    answers: ['204', '409 email-taken'],
    remaining: [({ email, emailConfirmed }) => email === racer.email && emailConfirmed, 1],
  },
  {
    name: 'administrators who demote each other: one of them stays',
    calls: async ({ acme: { ada, bill } }) =>
      [[ada, bill] as const, [bill, ada] as const].map(([by, { userId }]) => [
        'change-user',
        { by, params: { id: userId }, body: { profile: 'manager' } },
      ]),
    answers: ['200', '403 not-an-administrator'],
    remaining: [({ profile }) => isAdministrator(profile), 3],
  },
]

test.each(racesOfUsers)(
  '$name, in every order of the calls',
  async ({ calls, answers, remaining }) => {
    const [isOne, count] = remaining
    const orders = await inEveryOrder(async (choose) => {
      memory.clear()
      const accounts = { acme: await account(), globex: await account() }
      const asked = await calls(accounts)
      const given = await stepwise(
        asked.map(
          ([action, request]) =>
            async () =>
              inShort(await call(action, request)),
        ),
        choose,
      )
      expect(given.sort()).toEqual(answers)
      const { Items = [] } = await db.send(new ScanCommand({ TableName: tableName, ConsistentRead: true }))
      const users = Items.filter((item): item is ActiveUser => item.type === 'user' && !item.removed)
      expect(users.filter(isOne)).toHaveLength(count)
    })
    expect(orders).toBeGreaterThan(answers.length)
  },
  600_000,
)
