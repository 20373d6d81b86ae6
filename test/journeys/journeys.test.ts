import { setTimeout as pause } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { dataOf } from '../../client/index.ts'
import { answered, as, eventually, type Invitation, type Partner } from './api.ts'
import { expectMails, links, mailMark, text } from './mail.ts'
import {
  accept,
  acme,
  ada,
  addUser,
  bill,
  bo,
  byEmail,
  changeUser,
  clockDifference,
  contactsFrom,
  endPartnership,
  expectContacts,
  expectLists,
  expectListsFor,
  expectSharedContacts,
  expectSight,
  globex,
  gun,
  ines,
  initech,
  invite,
  makePartners,
  max,
  olle,
  reject,
  remove,
  removeUser,
  reset,
} from './relationship.ts'

/** What Acme is answered for inviting this address. */
async function sendAgain(email: string): Promise<string> {
  return answered(await as(ada).POST('/v1/invitations', { body: { email } }))
}

async function partnersOf(user: string): Promise<Partner[]> {
  return dataOf(await as(user).GET('/v1/partners')).items
}

async function read(user: string, { id }: Invitation): Promise<Invitation> {
  return dataOf(await as(user).GET('/v1/invitations/{id}', { params: { path: { id } } }))
}

const readPartner = (user: string, accountId: string) =>
  as(user).GET('/v1/partners/{accountId}', { params: { path: { accountId } } })

describe('journeys that must work', { timeout: 120_000 }, () => {
  beforeEach(reset, 120_000)

  it('1. Send → the invited account sees it → an administrator who was not invited accepts → both list each other → both contacts lists hold each other’s users → a user added on either side appears on the other', async () => {
    const mark = await mailMark()
    const sent = await invite(ada, bo)
    expect(sent).toMatchObject({ direction: 'sent', status: 'pending', email: bo, recipient: null })
    await expectListsFor('pending', bo)
    await expectSight(sent, 'pending')
    const seen = await read(olle, sent)
    expect(seen).toMatchObject({
      direction: 'received',
      sender: { accountId: acme.id, accountName: 'Acme', userName: sent.sender.userName },
      recipient: { accountId: globex.id, accountName: 'Globex' },
    })

    const partner = await accept(gun, sent)
    expect(partner).toMatchObject({ accountId: acme.id, accountName: 'Acme', initiatedBy: 'them' })
    await expectListsFor('accepted', bo)
    await expectSight(sent, 'accepted')
    for (const [user, expected] of [
      [max, { accountId: globex.id, accountName: 'Globex', initiatedBy: 'us', since: partner.since }],
      [olle, { accountId: acme.id, accountName: 'Acme', initiatedBy: 'them', since: partner.since }],
    ] as const) {
      expect(await partnersOf(user)).toEqual([expected])
      expect(dataOf(await readPartner(user, expected.accountId))).toEqual(expected)
    }
    await expectMails(mark, [`${ada} en`, `${bo} en`])
    await expectSharedContacts(acme, globex)

    const added = [await addUser(acme), await addUser(globex)]
    await expectSharedContacts(acme, globex)
    const ours = await contactsFrom(globex, acme)
    const theirs = await contactsFrom(acme, globex)
    expect([ours, theirs].map((side, at) => side.filter(({ email }) => email === added[at]?.email))).toEqual([
      [expect.objectContaining({ kind: 'member', live: true })],
      [expect.objectContaining({ kind: 'member', live: true })],
    ])
  })

  it('2. Send → reject → both see rejected, the sender’s user has the e-mail → sending again is refused → the sender’s delete is refused → the recipient deletes (gone there, still rejected at the sender) → sending again is still refused → the sender deletes → sending again works', async () => {
    const mark = await mailMark()
    const sent = await invite(bill, bo)
    const rejected = await reject(gun, sent)
    expect(rejected).toMatchObject({ id: sent.id, direction: 'received', status: 'rejected' })
    await expectListsFor('rejected', bo)
    await expectSight(sent, 'rejected')
    const [toSender] = await expectMails(mark, [`${bill} en`, `${bo} en`])
    expect(toSender && text(toSender)).toContain(bo)

    expect(await sendAgain(bo)).toBe('409 invitation-rejected')
    expect(
      answered(await as(ada).DELETE('/v1/invitations/{id}', { params: { path: { id: sent.id } } })),
    ).toBe('409 recipient-must-delete-first')
    await expectListsFor('rejected', bo)
    await expectSight(sent, 'rejected')

    await remove(bo, sent)
    await expectListsFor('dismissed-request', bo)
    await expectSight(sent, 'dismissed-request')
    expect(await sendAgain(bo)).toBe('409 invitation-rejected')
    await expectListsFor('dismissed-request', bo)

    await remove(ada, sent)
    await expectListsFor('none', bo)
    await expectSight(sent, 'none')
    const again = await invite(ada, bo)
    expect(again.id).not.toBe(sent.id)
    await expectListsFor('pending', bo)
    await expectSight(again, 'pending')
    await expectMails(mark, [`${bill} en`, `${bo} en`, `${bo} en`])
  })

  it('3. Send → the sender deletes → gone on both sides → sending again works', async () => {
    const mark = await mailMark()
    const sent = await invite(ada, bo)
    await remove(bill, sent)
    await expectListsFor('none', bo)
    await expectSight(sent, 'none')
    await expectMails(mark, [`${bo} en`])

    const again = await invite(ada, bo)
    expect(again.id).not.toBe(sent.id)
    await expectListsFor('pending', bo)
    await expectSight(again, 'pending')
    await expectSight(sent, 'none')
    await expectMails(mark, [`${bo} en`, `${bo} en`])
  })

  it('4. Send → the recipient deletes → gone there, rejected at the sender, no e-mail', async () => {
    const mark = await mailMark()
    const sent = await invite(ada, bo)
    await remove(gun, sent)
    await expectListsFor('dismissed-request', bo)
    await expectSight(sent, 'dismissed-request')
    await expectMails(mark, [`${bo} en`])
  })

  it('5. Partners → the sender deletes → gone on both sides; contacts stay; a user added now does not appear', async () => {
    const leaver = await addUser(globex, { name: 'Leaver' })
    const changed = await addUser(globex, { name: 'Before' })
    const sent = await makePartners(ada, bo)
    await expectSharedContacts(acme, globex)
    const held = [await contactsFrom(acme, globex), await contactsFrom(globex, acme)]

    const mark = await mailMark()
    await endPartnership(bill, globex)
    await expectListsFor('none', bo)
    await expectSight(sent, 'none')
    expect(answered(await readPartner(ada, globex.id))).toBe('404 not-found')
    expect(answered(await readPartner(bo, acme.id))).toBe('404 not-found')
    await expectMails(mark, [])

    const kept = held.map((side) => side.map((one) => ({ ...one, live: one.kind === 'user' })))
    const expectKept = async () => {
      expect(byEmail(await contactsFrom(acme, globex))).toEqual(byEmail(kept[0] ?? []))
      expect(byEmail(await contactsFrom(globex, acme))).toEqual(byEmail(kept[1] ?? []))
    }
    await eventually(expectKept)

    await pause(clockDifference)
    await makePartners(ines, ada)
    await makePartners(ines, bo)
    await addUser(acme)
    await addUser(globex)
    await changeUser(globex, changed, { name: 'After' })
    await removeUser(globex, leaver)
    await expectContacts(initech, acme)
    await expectContacts(initech, globex)
    await expectKept()
  })

  it('6. Partners → the recipient deletes → gone there, rejected at the sender → the sender invites the same address again at once → accepted → contacts alive again, none twice', async () => {
    const sent = await makePartners(ada, bo)
    await expectSharedContacts(acme, globex)
    const mark = await mailMark()

    await endPartnership(gun, acme)
    await expectListsFor('dismissed-partnership', bo)
    await expectSight(sent, 'dismissed-partnership')
    const again = await invite(bill, bo)
    expect(again.id).not.toBe(sent.id)
    await expectListsFor('pending', bo)
    await expectSight(again, 'pending')
    await expectSight(sent, 'none')

    await accept(bo, again)
    await expectListsFor('accepted', bo)
    await expectSight(again, 'accepted')
    await expectSharedContacts(acme, globex)
    await expectMails(mark, [`${bill} en`, `${bo} en`])
    await addUser(globex)
    await addUser(acme)
    await expectSharedContacts(acme, globex)
  })

  it('7. Two invitations to two users of one account; one rejected, the other accepted → partners, nothing left over', async () => {
    const mark = await mailMark()
    const toBo = await invite(ada, bo)
    const toGun = await invite(bill, gun)
    await expectLists(acme, { sent: [`${bo} pending`, `${gun} pending`] })
    await expectLists(globex, { received: [`${acme.id} ${bo} pending`, `${acme.id} ${gun} pending`] })

    await reject(gun, toBo)
    await expectLists(acme, { sent: [`${bo} rejected`, `${gun} pending`] })
    await expectLists(globex, { received: [`${acme.id} ${bo} rejected`, `${acme.id} ${gun} pending`] })
    await accept(bo, toGun)
    await expectListsFor('accepted', gun)
    await expectSight(toGun, 'accepted')
    await expectSight(toBo, 'none')
    await expectMails(mark, [`${ada} en`, `${bill} en`, `${bo} en`, `${gun} sv`])
    await expectSharedContacts(acme, globex)

    await endPartnership(ada, globex)
    await expectListsFor('none', bo)
    await invite(ada, bo)
    await expectListsFor('pending', bo)
  })

  it('8. Both accounts invite each other; one accepts → partners, nothing left over', async () => {
    const mark = await mailMark()
    const there = await invite(ada, bo)
    const back = await invite(gun, bill)
    await expectLists(acme, { sent: [`${bo} pending`], received: [`${globex.id} ${bill} pending`] })
    await expectLists(globex, { sent: [`${bill} pending`], received: [`${acme.id} ${bo} pending`] })

    const partner = await accept(ada, back)
    expect(partner).toMatchObject({ accountId: globex.id, initiatedBy: 'them' })
    await expectLists(acme, { partners: [`${globex.id} them`] })
    await expectLists(globex, { partners: [`${acme.id} us`] })
    await expectSight(there, 'none')
    const seen = await read(gun, back)
    expect(seen).toMatchObject({ status: 'accepted', recipient: { accountId: acme.id, accountName: 'Acme' } })
    await expectMails(mark, [`${bill} en`, `${bo} en`, `${gun} sv`])
    await expectSharedContacts(acme, globex)
  })

  it('9. Two administrators of the recipient accept and reject at the same moment → exactly one wins, the other is told what happened, and all that follows agrees with the winner', async () => {
    const mark = await mailMark()
    const sent = await invite(ada, bo)
    const [accepting, rejecting] = await Promise.all([
      as(bo).POST('/v1/invitations/{id}/accept', { params: { path: { id: sent.id } } }),
      as(gun).POST('/v1/invitations/{id}/reject', { params: { path: { id: sent.id } } }),
    ])
    const accepted = accepting.response.status === 200
    expect([answered(accepting), answered(rejecting)]).toEqual(
      accepted ? ['200', '409 invitation-not-pending'] : ['409 invitation-not-pending', '200'],
    )
    const state = accepted ? 'accepted' : 'rejected'
    await expectListsFor(state, bo)
    await expectSight(sent, state)
    expect(await sendAgain(bo)).toBe(accepted ? '409 already-partners' : '409 invitation-rejected')
    const [toSender] = await expectMails(mark, [`${ada} en`, `${bo} en`])
    if (!accepted) return expect(toSender && text(toSender)).toContain(bo)
    expect(toSender && links(toSender).map((link) => new URL(link).pathname)).toContainEqual(
      expect.stringMatching(/\/contacts$/),
    )
    await expectSharedContacts(acme, globex)
  })
})
