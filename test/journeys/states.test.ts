import { beforeEach, describe, expect, it } from 'vitest'
import { actions, commands, type InvitationCommand, outcome, type State, sight } from '../model/states.ts'
import { type Answer, all, answered, call, type Invitation, type Partner, perform } from './api.ts'
import { expectMails, mailMark, mailsSince } from './mail.ts'
import {
  accept,
  acme,
  ada,
  addUser,
  bill,
  bo,
  endPartnership,
  expectLists,
  expectListsFor,
  expectSight,
  globex,
  gun,
  ines,
  initech,
  invite,
  makePartners,
  max,
  newAddress,
  olle,
  reject,
  remove,
  removeUser,
  reset,
} from './relationship.ts'

interface Way {
  state: State
  how: string
  /** The e-mails made on the way. */
  mails: string[]
  /** The recipient's name is known to the sender: this invitation was accepted once. */
  acceptedOnce?: true
  go: () => Promise<Invitation>
}

async function rejected(): Promise<Invitation> {
  const invitation = await invite(ada, bo)
  await reject(bo, invitation)
  return invitation
}

async function formerPartnership(): Promise<Invitation> {
  const invitation = await makePartners(ada, bo)
  await endPartnership(bo, acme)
  return invitation
}

async function afterwards(
  invitation: Promise<Invitation>,
  then: (one: Invitation) => Promise<void>,
): Promise<Invitation> {
  await then(await invitation)
  return invitation
}

const invited = [`${bo} en`]
const invitedAndAnswered = [`${bo} en`, `${ada} en`]
const invitedAgain = [`${bo} en`, `${ada} en`, `${bo} en`]

const ways: Way[] = [
  {
    state: 'none',
    how: 'deleted by the sender',
    mails: invited,
    go: () => afterwards(invite(ada, bo), (sent) => remove(ada, sent)),
  },
  {
    state: 'none',
    how: 'rejected, then deleted by the recipient and by the sender',
    mails: invitedAndAnswered,
    go: () =>
      afterwards(rejected(), async (sent) => {
        await remove(bo, sent)
        await remove(ada, sent)
      }),
  },
  {
    state: 'none',
    how: 'a partnership that the sender ended',
    mails: invitedAndAnswered,
    go: () => afterwards(makePartners(ada, bo), () => endPartnership(ada, globex)),
  },
  { state: 'pending', how: 'sent', mails: invited, go: () => invite(ada, bo) },
  {
    state: 'pending',
    how: 'sent again after a former partnership',
    mails: invitedAgain,
    go: () => formerPartnership().then(() => invite(ada, bo)),
  },
  { state: 'rejected', how: 'rejected', mails: invitedAndAnswered, go: rejected },
  {
    state: 'dismissed-request',
    how: 'deleted by the recipient while pending',
    mails: invited,
    go: () => afterwards(invite(ada, bo), (sent) => remove(bo, sent)),
  },
  {
    state: 'dismissed-request',
    how: 'deleted by the recipient after rejecting it',
    mails: invitedAndAnswered,
    go: () => afterwards(rejected(), (sent) => remove(bo, sent)),
  },
  {
    state: 'dismissed-request',
    how: 'a former partnership, sent again and deleted by the recipient',
    mails: invitedAgain,
    go: () =>
      afterwards(
        formerPartnership().then(() => invite(ada, bo)),
        (sent) => remove(bo, sent),
      ),
  },
  {
    state: 'dismissed-partnership',
    how: 'a partnership that the recipient ended',
    mails: invitedAndAnswered,
    acceptedOnce: true,
    go: formerPartnership,
  },
  {
    state: 'accepted',
    how: 'accepted',
    mails: invitedAndAnswered,
    acceptedOnce: true,
    go: () => makePartners(ada, bo),
  },
]

const mailsOf: Partial<Record<InvitationCommand, string[]>> = {
  send: [`${bo} en`],
  accept: [`${ada} en`],
  reject: [`${ada} en`],
}

/** `npm test` tries one way into each state. `npm run states` tries them all. */
const tried = process.env.EVERY_WAY
  ? ways
  : ways.filter(({ state }, at) => ways.findIndex((way) => way.state === state) === at)

/** The user who may give the command, each of them another administrator than the one who sent or was invited. */
function give(command: InvitationCommand, { id }: Invitation): Promise<Answer<unknown>> {
  switch (command) {
    case 'send':
      return call(bill, 'POST', '/v1/invitations', { email: bo })
    case 'accept':
    case 'reject':
      return call(gun, 'POST', `/v1/invitations/${id}/${command}`)
    case 'delete-by-sender':
      return call(bill, 'DELETE', `/v1/invitations/${id}`)
    case 'delete-by-recipient':
      return call(gun, 'DELETE', `/v1/invitations/${id}`)
  }
}

const lists = ['/v1/invitations?direction=sent', '/v1/invitations?direction=received', '/v1/partners']

/** Everything that the two accounts can see of their relationship, word for word. */
async function picture(invitation: Invitation): Promise<unknown[]> {
  return Promise.all(
    [ada, bo].map(async (reader) => {
      const one = await call<object>(reader, 'GET', `/v1/invitations/${invitation.id}`)
      const held = await Promise.all(lists.map((list) => all(reader, list)))
      return { reader, one: one.status === 200 ? one.body : answered(one), held }
    }),
  )
}

function get(user: string, { id }: Invitation): Promise<Answer<Invitation>> {
  return call<Invitation>(user, 'GET', `/v1/invitations/${id}`)
}

describe('each state', { timeout: 120_000 }, () => {
  beforeEach(reset, 120_000)

  for (const way of tried) {
    const changing = commands.filter((command) => outcome(way.state, command).next !== way.state)
    const others = commands.filter((command) => !changing.includes(command))

    for (const command of changing) {
      const { answer, next } = outcome(way.state, command)
      it(`${way.state} (${way.how}): ${command} → ${answer}, ${next}`, async () => {
        const mark = await mailMark()
        const invitation = await way.go()
        await expectSight(invitation, way.state)
        await expectListsFor(way.state, bo)

        const given = await give(command, invitation)
        expect(answered(given)).toBe(answer)

        await expectListsFor(next, bo)
        if (command === 'send') await expectSight(given.body as Invitation, next)
        await expectSight(invitation, command === 'send' ? 'none' : next)
        await expectMails(mark, [...way.mails, ...(mailsOf[command] ?? [])])
      })
    }

    it(`${way.state} (${way.how}): each side sees what it may, and what is refused changes nothing`, async () => {
      const mark = await mailMark()
      const invitation = await way.go()
      await expectSight(invitation, way.state)
      await expectListsFor(way.state, bo)
      const before = await picture(invitation)
      await expectViews(way, invitation)

      for (const command of others)
        expect(answered(await give(command, invitation)), command).toBe(outcome(way.state, command).answer)
      await expectUnknownToThirds(invitation)
      await expectOnlyAdministrators(way, invitation)
      const { sender } = sight(way.state)
      for (const command of ['accept', 'reject']) {
        const answer = await call(ada, 'POST', `/v1/invitations/${invitation.id}/${command}`)
        expect(answered(answer)).toBe(sender ? '403 not-the-recipient' : '404 not-found')
      }
      expect(await picture(invitation)).toEqual(before)
      await expectMails(mark, way.mails)
    })
  }
})

/** Each side sees the invitation, or does not, with all its fields. */
async function expectViews(way: Way, { id }: Invitation): Promise<void> {
  const { sender, recipient } = sight(way.state)
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
  const common = {
    id,
    email: bo,
    sender: { accountId: acme.id, accountName: 'Acme', userName: await nameOf(ada) },
    createdAt: time,
    updatedAt: time,
  }
  const globexNamed = { accountId: globex.id, accountName: 'Globex' }
  const ours = await call<Invitation>(bill, 'GET', `/v1/invitations/${id}`)
  if (sender === null) expect(answered(ours)).toBe('404 not-found')
  else {
    expect(ours.body).toMatchObject({ ...common, direction: 'sent', status: sender })
    expect(ours.body.actions).toEqual(actions(way.state, 'sender'))
    if (way.acceptedOnce) expect(ours.body.recipient).toEqual(globexNamed)
  }
  const theirs = await call<Invitation>(gun, 'GET', `/v1/invitations/${id}`)
  if (recipient === null) return expect(answered(theirs)).toBe('404 not-found')
  expect(theirs.body).toMatchObject({ ...common, direction: 'received', status: recipient })
  expect(theirs.body).toMatchObject({ recipient: globexNamed })
  expect(theirs.body.actions).toEqual(actions(way.state, 'recipient'))
}

/** A user of a third account is answered not-found for every id. */
async function expectUnknownToThirds({ id }: Invitation): Promise<void> {
  const path = `/v1/invitations/${id}`
  const asked = await Promise.all([
    call(ines, 'GET', path),
    call(ines, 'POST', `${path}/accept`),
    call(ines, 'POST', `${path}/reject`),
    call(ines, 'DELETE', path),
    call(ines, 'GET', `/v1/partners/${acme.id}`),
    call(ines, 'DELETE', `/v1/partners/${acme.id}`),
    call(ines, 'GET', `/v1/partners/${globex.id}`),
    call(ines, 'DELETE', `/v1/partners/${globex.id}`),
  ])
  expect(asked.map(answered)).toEqual(asked.map(() => '404 not-found'))
  await expectLists(initech, {})
}

/** A user who is no administrator is refused every command, and may look. */
async function expectOnlyAdministrators(way: Way, invitation: Invitation): Promise<void> {
  const { sender, recipient } = sight(way.state)
  const path = `/v1/invitations/${invitation.id}`
  for (const user of [max, olle]) {
    const asked = await Promise.all([
      call(user, 'POST', '/v1/invitations', { email: user === max ? bo : ada }),
      call(user, 'POST', `${path}/accept`),
      call(user, 'POST', `${path}/reject`),
      call(user, 'DELETE', path),
      call(user, 'DELETE', `/v1/partners/${user === max ? globex.id : acme.id}`),
    ])
    expect(asked.map(answered)).toEqual(asked.map(() => '403 not-an-administrator'))
    const seen = await get(user, invitation)
    expect(seen.status).toBe((user === max ? sender : recipient) === null ? 404 : 200)
    if (seen.status === 404) continue
    const offered = Object.values(seen.body.actions)
    expect(offered).not.toEqual([])
    expect(offered).toEqual(offered.map(() => 'not-an-administrator'))
  }
}

describe('what each side sees of some invitations', { timeout: 60_000 }, () => {
  beforeEach(reset, 120_000)

  it('the sender does not see whose the address is before it is accepted', async () => {
    const invitation = await invite(ines, bo)
    expect(invitation.recipient).toBeNull()
    await reject(bo, invitation)
    expect((await get(ines, invitation)).body.recipient).toBeNull()
    await remove(bo, invitation)
    expect((await get(ines, invitation)).body.recipient).toBeNull()
  })

  it('an invitation is listed by its status as its reader sees it, an accepted one not at all', async () => {
    const toBo = await invite(ada, bo)
    const toGun = await invite(ada, gun)
    const toOlle = await invite(ada, olle)
    await reject(bo, toBo)
    await remove(bo, toGun)
    const ids = async (user: string, query: string) =>
      (await all<Invitation>(user, `/v1/invitations?${query}`)).map(({ id }) => id).sort()
    expect(await ids(ada, 'direction=sent&status=pending')).toEqual([toOlle.id])
    expect(await ids(ada, 'direction=sent&status=rejected')).toEqual([toBo.id, toGun.id].sort())
    expect(await ids(bo, 'direction=received&status=pending')).toEqual([toOlle.id])
    expect(await ids(bo, 'direction=received&status=rejected')).toEqual([toBo.id])
    await accept(bo, toOlle)
    for (const query of [
      'direction=sent',
      'direction=sent&status=pending',
      'direction=sent&status=rejected',
    ]) {
      expect(await ids(ada, query)).toEqual([])
      expect(await ids(bo, query.replace('sent', 'received'))).toEqual([])
    }
  })
})

describe('ids of an earlier life', { timeout: 60_000 }, () => {
  beforeEach(reset, 120_000)

  for (const way of tried.filter(({ state }) => outcome(state, 'send').answer === '201')) {
    it(`${way.how}: after sending again the earlier id finds nothing and touches nothing`, async () => {
      const earlier = await way.go()
      const later = await invite(ada, bo)
      expect(later.id).not.toBe(earlier.id)
      const before = await picture(later)
      const path = `/v1/invitations/${earlier.id}`
      const asked = [
        ...[ada, bo].flatMap((user) => [call(user, 'GET', path), call(user, 'DELETE', path)]),
        ...[ada, bo].flatMap((user) => [
          call(user, 'POST', `${path}/accept`),
          call(user, 'POST', `${path}/reject`),
        ]),
      ]
      for (const answer of await Promise.all(asked)) expect(answered(answer)).toBe('404 not-found')
      expect(await picture(later)).toEqual(before)
      await expectSight(later, 'pending')
    })
  }
})

describe('ending a partnership', { timeout: 60_000 }, () => {
  beforeEach(reset, 120_000)

  for (const [user, partner, other, state] of [
    [bill, globex, 'recipient', 'none'],
    [gun, acme, 'sender', 'dismissed-partnership'],
  ] as const) {
    const { sender } = sight(state)
    const side = other === 'recipient' ? 'sender' : 'recipient'
    it(`the ${side} account deletes the partner: the sender sees ${sender ?? 'nothing'}, the recipient nothing; no e-mail; deleting again is not-found`, async () => {
      const mark = await mailMark()
      const invitation = await makePartners(ada, bo)
      expect(answered(await call(user, 'DELETE', `/v1/partners/${partner.id}`))).toBe('204')
      await expectSight(invitation, state)
      await expectListsFor(state, bo)
      const before = await picture(invitation)
      for (const [one, id] of [
        [ada, globex.id],
        [bo, acme.id],
      ]) {
        expect(answered(await call(`${one}`, 'GET', `/v1/partners/${id}`))).toBe('404 not-found')
        expect(answered(await call(`${one}`, 'DELETE', `/v1/partners/${id}`))).toBe('404 not-found')
      }
      expect(await picture(invitation)).toEqual(before)
      await expectMails(mark, [`${ada} en`, `${bo} en`])
    })

    it(`the ${side} account deletes the partner: either side can start again with a new invitation`, async () => {
      await makePartners(ada, bo)
      await endPartnership(user, partner)
      const back = await invite(bo, ada)
      const there = await invite(ada, bo)
      await expectLists(acme, { sent: [`${bo} pending`], received: [`${globex.id} ${ada} pending`] })
      await accept(ada, back)
      await expectLists(acme, { partners: [`${globex.id} them`] })
      await expectLists(globex, { partners: [`${acme.id} us`] })
      await expectSight(there, 'none')
    })
  }

  it('what both sides hold of a partnership says the same', async () => {
    await makePartners(ada, bo)
    const [ours] = await all<Partner>(max, '/v1/partners')
    const [theirs] = await all<Partner>(olle, '/v1/partners')
    expect(ours).toMatchObject({ accountId: globex.id, accountName: 'Globex', initiatedBy: 'us' })
    expect(theirs).toMatchObject({ accountId: acme.id, accountName: 'Acme', initiatedBy: 'them' })
    expect(ours?.since).toBe(theirs?.since)
    expect(ours?.since).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
  })
})

describe('accepting settles every other invitation between the two', { timeout: 60_000 }, () => {
  beforeEach(reset, 120_000)

  for (const way of tried.filter(({ state }) => state !== 'none' && state !== 'accepted')) {
    it(`${way.state} (${way.how}), settled by one of the same direction`, async () => {
      const other = await way.go()
      const settling = await invite(bill, gun)
      await accept(gun, settling)
      await expectListsFor('accepted', gun)
      await expectSight(settling, 'accepted')
      await expectSight(other, 'none')
      await endPartnership(ada, globex)
      await expectListsFor('none', bo)
      await expectSight(other, 'none')
      await invite(ada, bo)
    })

    it(`${way.state} (${way.how}), settled by one crossing it`, async () => {
      const other = await way.go()
      await accept(bill, await invite(gun, ada))
      await expectLists(acme, { partners: [`${globex.id} them`] })
      await expectLists(globex, { partners: [`${acme.id} us`] })
      await expectSight(other, 'none')
      await endPartnership(bo, acme)
      await expectListsFor('none', bo)
      await expectSight(other, 'none')
      await invite(ada, bo)
    })
  }

  it('an invitation to a third account is left alone', async () => {
    const elsewhere = await invite(ada, ines)
    const fromElsewhere = await invite(ines, bo)
    await makePartners(ada, bo)
    await expectLists(acme, { sent: [`${ines} pending`], partners: [`${globex.id} us`] })
    await expectLists(globex, { received: [`${initech.id} ${bo} pending`], partners: [`${acme.id} them`] })
    await accept(ines, elsewhere)
    await accept(bo, fromElsewhere)
    await expectLists(acme, { partners: [`${globex.id} us`, `${initech.id} us`] })
    await expectLists(globex, { partners: [`${acme.id} them`, `${initech.id} them`] })
    await expectLists(initech, { partners: [`${acme.id} them`, `${globex.id} us`] })
  })
})

describe('one invitation per sender account, recipient account and address', { timeout: 120_000 }, () => {
  beforeEach(reset, 120_000)

  it('an address is the same trimmed and in lower case', async () => {
    const sent = await call<Invitation>(ada, 'POST', '/v1/invitations', { email: `  ${bo.toUpperCase()} ` })
    expect(answered(sent)).toBe('201')
    expect(answered(await call(ada, 'POST', '/v1/invitations', { email: bo }))).toBe('409 invitation-pending')
    await reject(bo, sent.body)
    const again = await call(ada, 'POST', '/v1/invitations', { email: bo.replace('bo', 'Bo') })
    expect(answered(again)).toBe('409 invitation-rejected')
  })

  it('a rejection does not block the invitations to others of the account', async () => {
    await rejected()
    const toGun = await invite(ada, gun)
    await expectLists(acme, { sent: [`${bo} rejected`, `${gun} pending`] })
    expect(answered(await call(ada, 'POST', '/v1/invitations', { email: bo }))).toBe(
      '409 invitation-rejected',
    )
    await expectSight(toGun, 'pending')
  })

  it('an invitation stays with the account that the address was in when it was sent', async () => {
    const mover = await addUser(globex)
    const toGlobex = await invite(ada, mover.email)
    await removeUser(globex, mover)
    await addUser(initech, { email: mover.email })
    const toInitech = await invite(ada, mover.email)
    expect(toInitech.id).not.toBe(toGlobex.id)
    await expectLists(globex, { received: [`${acme.id} ${mover.email} pending`] })
    await expectLists(initech, { received: [`${acme.id} ${mover.email} pending`] })
    expect(answered(await get(ines, toGlobex))).toBe('404 not-found')
    expect(answered(await get(bo, toInitech))).toBe('404 not-found')
    await accept(bo, toGlobex)
    await expectLists(acme, { sent: [`${mover.email} pending`], partners: [`${globex.id} us`] })
  })

  it('the person invited need not be an administrator: the others may accept, and the person may look', async () => {
    const sent = await invite(ada, olle)
    expect((await get(olle, sent)).body).toMatchObject({ status: 'pending', direction: 'received' })
    expect(answered(await call(olle, 'POST', `/v1/invitations/${sent.id}/accept`))).toBe(
      '403 not-an-administrator',
    )
    await accept(gun, sent)
    await expectListsFor('accepted', olle)
  })

  it('partners can’t be invited, under any address and by either side', async () => {
    await makePartners(ada, bo)
    for (const [user, email] of [
      [ada, bo],
      [ada, gun],
      [bill, olle],
      [bo, ada],
      [gun, max],
    ]) {
      expect(answered(await call(`${user}`, 'POST', '/v1/invitations', { email }))).toBe(
        '409 already-partners',
      )
    }
    await expectListsFor('accepted', bo)
  })

  it('forty stand in each direction and no more; deleting one makes room; accepting one settles all', async () => {
    const mark = await mailMark()
    const standing: Invitation[] = []
    for (let count = 0; count < 40; count += 1) {
      const email = newAddress(globex)
      await addUser(globex, { email })
      standing.push(await invite(ada, email))
    }
    const late = newAddress(globex)
    await addUser(globex, { email: late })
    const answer = await call(ada, 'POST', '/v1/invitations', { email: late })
    expect(answered(answer)).toBe('409 too-many-invitations')
    const back = await invite(bo, ada)
    await mailsSince(mark, standing.length + 1)
    const [first, second] = standing
    if (!first || !second) throw new Error('nobody was invited')
    await remove(ada, first)
    await invite(ada, late)
    await accept(gun, second)
    await expectListsFor('accepted', second.email)
    for (const one of [...standing.slice(2), back])
      expect(answered(await get(ada, one))).toBe('404 not-found')
  })

  it('an id that is none is not-found', async () => {
    const { id } = await invite(ada, bo)
    for (const wrong of [
      'x',
      newAddress(acme),
      '%F0%9F%98%80',
      'a'.repeat(1000),
      `${id}x`,
      id.slice(0, -1),
    ]) {
      const path = `/v1/invitations/${wrong}`
      for (const user of [ada, bo]) {
        expect(answered(await call(user, 'GET', path)), path).toBe('404 not-found')
        expect(answered(await call(user, 'DELETE', path)), path).toBe('404 not-found')
        expect(answered(await call(user, 'POST', `${path}/accept`)), path).toBe('404 not-found')
        expect(answered(await call(user, 'POST', `${path}/reject`)), path).toBe('404 not-found')
      }
    }
    expect((await perform<Invitation>(bo, 'GET', `/v1/invitations/${id}`)).status).toBe('pending')
  })
})

async function nameOf(user: string): Promise<string> {
  return (await perform<{ user: { name: string } }>(user, 'GET', '/v1/me')).user.name
}
