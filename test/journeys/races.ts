import { beforeEach, describe, expect, it } from 'vitest'
import { listsIn, type Race, type Side, take, type World, worldAfter } from '../model/races.ts'
import { sight } from '../model/states.ts'
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
  makePartners,
  reject,
  remove,
  reset,
} from './relationship.ts'

/**
 * How often each race is run. `npm run races` runs a hundred rounds. `npm test` runs one, because
 * test/table/races.test.ts runs the same races in every order of their calls.
 */
export const rounds = Number(process.env.RACE_ROUNDS ?? 1)

/** What is not seen in the lists, the next sending meets. */
const roundsBetweenSendingAgain = 5
const clientsPerSide = 4
const drainSeconds = 120

type Invitations = Partial<Record<keyof World, Invitation>>

const users = { ada, bill, bo, gun }
const names = { acme: acme.id, globex: globex.id, ada, bo }

/** Brings about the world before a race. */
async function stage({ there, back }: World): Promise<Invitations> {
  if (there.state === 'none') return {}
  if (there.state === 'accepted') return { there: await makePartners(ada, bo) }
  const invitation = await invite(ada, bo)
  if (there.state === 'rejected') await reject(bo, invitation)
  return { there: invitation, ...(back.state === 'pending' && { back: await invite(bo, ada) }) }
}

const address = { there: bo, back: ada }
const sender = { there: acme, back: globex }
const recipient = { there: globex, back: acme }

function act({ by, of, command }: Side, invitations: Invitations): Promise<Answer<unknown>> {
  const user = users[by]
  const path = `/v1/invitations/${invitations[of]?.id}`
  switch (command) {
    case 'send':
      return call(user, 'POST', '/v1/invitations', { email: address[of] })
    case 'accept':
    case 'reject':
    case 'resend':
      return call(user, 'POST', `${path}/${command}`)
    case 'delete-by-sender':
    case 'delete-by-recipient':
      return call(user, 'DELETE', path)
    case 'end-by-sender':
      return call(user, 'DELETE', `/v1/partners/${recipient[of].id}`)
    case 'end-by-recipient':
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

async function expectWorld(world: World, invitations: Invitations): Promise<void> {
  const held = listsIn(world, names)
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
    else if (side.command === 'resend') expect(bodies[0]).toMatchObject({ status: 'pending' })
    else expect(bodies[0]).toEqual(await perform(users[side.by], 'GET', `/v1/partners/${sender[side.of].id}`))
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
    const sent = answers[at]?.find(
      ({ status }) => (command === 'send' && status === 201) || (command === 'resend' && status === 200),
    )
    if (sent) made[of] = sent.body as Invitation
  }
  return made
}

/** One race from the stage to its end. @returns how many were told `conflict`, and the e-mails that it makes */
async function run(race: Race, round: number): Promise<{ conflicts: number; mails: number }> {
  const staged = await stage(race.before)
  const answers = await start(race, round % 2, staged)
  let world = worldAfter(
    race,
    answers.map((side) => side.map(answered)),
  )
  await expectWorld(world, staged)
  await expectTruth(race, answers, world)

  let invitations = standing(race, answers, staged)
  if (round % roundsBetweenSendingAgain === 0) {
    const again = take(world, { of: 'there', command: 'send' })
    const sentAgain = await call<Invitation>(bill, 'POST', '/v1/invitations', { email: bo })
    expect(answered(sentAgain), 'sending again').toBe(again.answer)
    if (sentAgain.status === 201) invitations = { ...invitations, there: sentAgain.body }
    world = again.world
    await expectLists(acme, listsIn(world, names).acme)
    await expectLists(globex, listsIn(world, names).globex)
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
        // At most one client in a hundred. Fewer rounds have too few clients to say so.
        if (rounds >= 10)
          expect(totals.conflicts).toBeLessThanOrEqual(Math.ceil((rounds * 2 * clientsPerSide) / 100))
        await mailsSince(mark, totals.mails, drainSeconds)
      })
    }
  })
}
