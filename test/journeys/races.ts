import { beforeEach, describe, expect, it } from 'vitest'
import { type Answer, all, answered, call, type Invitation, type Partner, perform } from './api.ts'
import { mailMark, mailsSince } from './mail.ts'
import {
  acme,
  ada,
  bill,
  bo,
  endPartnership,
  expectLists,
  globex,
  gun,
  invite,
  type Lists,
  makePartners,
  reject,
  remove,
  reset,
} from './relationship.ts'
import { type Serial, type Step, serialOrders, sight, take, type World } from './table.ts'

/** How often each race is run: `npm run races` runs a hundred. */
export const rounds = Number(process.env.RACE_ROUNDS ?? 10)

/** What is not seen in the lists, the next sending meets. */
const roundsBetweenSendingAgain = 5
const clientsPerSide = 4
const drainSeconds = 120

type Side = Step & { user: string }
type Invitations = Partial<Record<keyof World, Invitation>>

interface Race {
  name: string
  before: World
  stage: () => Promise<Invitations>
  sides: [Side, Side]
}

const none = { state: 'none', number: 0 } as const
const pending = { state: 'pending', number: 1 } as const
const onePending = {
  before: { there: pending, back: none },
  stage: async () => ({ there: await invite(ada, bo) }),
}

export const racesOfAnswers: Race[] = [
  {
    ...onePending,
    name: 'accept against reject, by two administrators',
    sides: [
      { user: bo, of: 'there', command: 'accept' },
      { user: gun, of: 'there', command: 'reject' },
    ],
  },
  {
    ...onePending,
    name: 'delete by the sender against accept',
    sides: [
      { user: ada, of: 'there', command: 'delete by the sender' },
      { user: bo, of: 'there', command: 'accept' },
    ],
  },
  {
    ...onePending,
    name: 'delete by the recipient against accept',
    sides: [
      { user: gun, of: 'there', command: 'delete by the recipient' },
      { user: bo, of: 'there', command: 'accept' },
    ],
  },
  {
    ...onePending,
    name: 'delete by the sender against sending again',
    sides: [
      { user: ada, of: 'there', command: 'delete by the sender' },
      { user: bill, of: 'there', command: 'send' },
    ],
  },
  {
    ...onePending,
    name: 'eight accepts',
    sides: [
      { user: bo, of: 'there', command: 'accept' },
      { user: gun, of: 'there', command: 'accept' },
    ],
  },
]

export const racesOfSendingsAndEnds: Race[] = [
  {
    name: 'two accepts of invitations crossing each other',
    before: { there: pending, back: pending },
    stage: async () => ({ there: await invite(ada, bo), back: await invite(bo, ada) }),
    sides: [
      { user: bo, of: 'there', command: 'accept' },
      { user: ada, of: 'back', command: 'accept' },
    ],
  },
  {
    name: 'send against send, to the same address',
    before: { there: none, back: none },
    stage: async () => ({}),
    sides: [
      { user: ada, of: 'there', command: 'send' },
      { user: bill, of: 'there', command: 'send' },
    ],
  },
  {
    name: 'send against send, crossing each other',
    before: { there: none, back: none },
    stage: async () => ({}),
    sides: [
      { user: ada, of: 'there', command: 'send' },
      { user: bo, of: 'back', command: 'send' },
    ],
  },
  {
    name: 'delete by the sender against delete by the recipient, after a rejection',
    before: { there: { state: 'rejected', number: 1 }, back: none },
    stage: async () => {
      const there = await invite(ada, bo)
      await reject(bo, there)
      return { there }
    },
    sides: [
      { user: ada, of: 'there', command: 'delete by the sender' },
      { user: gun, of: 'there', command: 'delete by the recipient' },
    ],
  },
  {
    name: 'the partner deleted by both sides',
    before: { there: { state: 'accepted', number: 1 }, back: none },
    stage: async () => ({ there: await makePartners(ada, bo) }),
    sides: [
      { user: ada, of: 'there', command: 'end by the sender' },
      { user: bo, of: 'there', command: 'end by the recipient' },
    ],
  },
]

const address = { there: bo, back: ada }
const sender = { there: acme, back: globex }
const recipient = { there: globex, back: acme }

function act({ user, of, command }: Side, invitations: Invitations): Promise<Answer<unknown>> {
  const path = `/v1/invitations/${invitations[of]?.id}`
  switch (command) {
    case 'send':
      return call(user, 'POST', '/v1/invitations', { email: address[of] })
    case 'accept':
    case 'reject':
      return call(user, 'POST', `${path}/${command}`)
    case 'delete by the sender':
    case 'delete by the recipient':
      return call(user, 'DELETE', path)
    case 'end by the sender':
      return call(user, 'DELETE', `/v1/partners/${recipient[of].id}`)
    case 'end by the recipient':
      return call(user, 'DELETE', `/v1/partners/${sender[of].id}`)
  }
}

/** Eight clients at once, those of `first` starting first: what each of the two sides' clients were answered. */
async function start({ sides }: Race, first: number, invitations: Invitations): Promise<Answer<unknown>[][]> {
  const clients = Array.from({ length: 2 * clientsPerSide }, (_, client) => (first + client) % 2)
  const answers = await Promise.all(clients.map((at) => act(sides[at === 0 ? 0 : 1], invitations)))
  return sides.map((_, at) => answers.filter((_answer, client) => clients[client] === at))
}

function conflictsIn(answers: Answer<unknown>[]): number {
  return answers.filter((answer) => answered(answer) === '409 conflict').length
}

/** The one world after that some serial order of the clients not told `conflict` explains these answers with. */
function explain({ before, sides }: Race, answers: Answer<unknown>[][]): World {
  const told = answers.map((side) => side.map(answered).filter((answer) => answer !== '409 conflict'))
  const counts = told.map((side) => side.length)
  const seen = JSON.stringify(told.map((side) => [...side].sort()))
  const explanations = serialOrders(before, sides, counts).filter((order: Serial) => {
    return JSON.stringify(order.answers) === seen
  })
  const worlds = new Set(explanations.map(({ world }) => JSON.stringify(world)))
  expect(worlds.size, `serial orders that answer ${seen}`).toBe(1)
  return JSON.parse([...worlds][0] ?? '')
}

/** What both accounts' lists hold in a world. */
function listsIn({ there, back }: World): Record<'acme' | 'globex', Lists> {
  const acmes: Lists = { sent: [], received: [], partners: [] }
  const globexs: Lists = { sent: [], received: [], partners: [] }
  for (const [life, email, senders, recipients, from, to] of [
    [there, bo, acmes, globexs, acme.id, globex.id],
    [back, ada, globexs, acmes, globex.id, acme.id],
  ] as const) {
    const seen = sight(life.state)
    if (life.state === 'accepted') {
      senders.partners.push(`${to} us`)
      recipients.partners.push(`${from} them`)
    } else {
      if (seen.sender) senders.sent.push(`${email} ${seen.sender}`)
      if (seen.recipient) recipients.received.push(`${from} ${email} ${seen.recipient}`)
    }
  }
  return { acme: acmes, globex: globexs }
}

async function expectWorld(world: World, invitations: Invitations): Promise<void> {
  const held = listsIn(world)
  await expectLists(acme, held.acme)
  await expectLists(globex, held.globex)
  for (const of of ['there', 'back'] as const) {
    const invitation = invitations[of]
    if (!invitation) continue
    const seen = sight(world[of].number === 1 ? world[of].state : 'none')
    for (const [user, status] of [
      [sender[of].administrator, seen.sender],
      [recipient[of].administrator, seen.recipient],
    ] as const) {
      const answer = await call<Invitation>(user, 'GET', `/v1/invitations/${invitation.id}`)
      expect(status ? answer.body.status : answered(answer), user).toBe(status ?? '404 not-found')
    }
  }
}

/** Those who were told of a success were told the same, and what is so. */
async function expectTruth({ sides }: Race, answers: Answer<unknown>[][], world: World): Promise<void> {
  for (const [at, side] of sides.entries()) {
    const bodies = (answers[at] ?? []).filter(({ status }) => status === 200).map(({ body }) => body)
    if (bodies.length === 0) continue
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size, side.command).toBe(1)
    if (side.command === 'reject') expect(bodies[0]).toMatchObject({ status: 'rejected' })
    else expect(bodies[0]).toEqual(await perform(side.user, 'GET', `/v1/partners/${sender[side.of].id}`))
  }
  if (world.there.state !== 'accepted' && world.back.state !== 'accepted') return
  const [ours] = await all<Partner>(ada, '/v1/partners')
  const [theirs] = await all<Partner>(bo, '/v1/partners')
  expect(ours?.since).toBe(theirs?.since)
}

/** How many e-mails follow from getting from one world to the other: of sendings, of an acceptance, of a rejection. */
function mailsBetween(before: World, after: World): number {
  return (['there', 'back'] as const)
    .map((of) => {
      const answer =
        after[of].state !== before[of].state && ['accepted', 'rejected'].includes(after[of].state)
      return after[of].number - before[of].number + (answer ? 1 : 0)
    })
    .reduce((sum, count) => sum + count, 0)
}

const stagingMails: Record<string, number> = { none: 0, pending: 1, rejected: 2, accepted: 2 }

/** Deletes what stands in this world, so that the next race finds nothing. */
async function clear(world: World, invitations: Invitations): Promise<void> {
  for (const of of ['there', 'back'] as const) {
    const invitation = invitations[of]
    const { state } = world[of]
    if (!invitation || state === 'none') continue
    if (state === 'accepted') await endPartnership(sender[of].administrator, recipient[of])
    else {
      if (state === 'rejected') await remove(recipient[of].administrator, invitation)
      await remove(sender[of].administrator, invitation)
    }
  }
}

/** The invitations that stand after these answers: those staged, unless sent in the race. */
function standing({ sides }: Race, answers: Answer<unknown>[][], staged: Invitations): Invitations {
  const made = { ...staged }
  for (const [at, { of, command }] of sides.entries()) {
    const sent = answers[at]?.find(({ status }) => command === 'send' && status === 201)
    if (sent) made[of] = sent.body as Invitation
  }
  return made
}

/** One race from the stage to its end. @returns how many were told `conflict`, and the e-mails that it makes */
async function run(race: Race, round: number): Promise<{ conflicts: number; mails: number }> {
  const staged = await race.stage()
  const answers = await start(race, round % 2, staged)
  let world = explain(race, answers)
  await expectWorld(world, staged)
  await expectTruth(race, answers, world)

  let invitations = standing(race, answers, staged)
  if (round % roundsBetweenSendingAgain === 0) {
    const again = take(world, { of: 'there', command: 'send' })
    const sentAgain = await call<Invitation>(bill, 'POST', '/v1/invitations', { email: bo })
    expect(answered(sentAgain), 'sending again').toBe(again.answer)
    if (sentAgain.status === 201) invitations = { ...invitations, there: sentAgain.body }
    world = again.world
    await expectLists(acme, listsIn(world).acme)
    await expectLists(globex, listsIn(world).globex)
  }
  await clear(world, invitations)
  const stagingCounts = [race.before.there, race.before.back].map(({ state }) => stagingMails[state] ?? 0)
  return {
    conflicts: answers.map(conflictsIn).reduce((sum, count) => sum + count, 0),
    mails: mailsBetween(race.before, world) + stagingCounts.reduce((sum, count) => sum + count, 0),
  }
}

/** Runs each of these races in rounds, and looks after every one. */
export function runAll(races: Race[]): void {
  describe('races of eight clients', { timeout: 1_800_000 }, () => {
    beforeEach(reset, 120_000)

    for (const race of races) {
      it(`${race.name}: everyone is told what one order of the eight tells, both sides agree, one e-mail an event`, async () => {
        const mark = await mailMark()
        const totals = { conflicts: 0, mails: 0 }
        for (let round = 0; round < rounds; round += 1) {
          const { conflicts, mails } = await run(race, round)
          totals.conflicts += conflicts
          totals.mails += mails
        }
        expect(totals.conflicts).toBeLessThanOrEqual(Math.ceil((rounds * 2 * clientsPerSide) / 100))
        await mailsSince(mark, totals.mails, drainSeconds)
      })
    }
  })
}
