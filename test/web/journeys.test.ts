import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { all, eventually, type Invitation } from '../journeys/api.ts'
import { expectMails, mailMark } from '../journeys/mail.ts'
import {
  acme,
  ada,
  bo,
  clockDifference,
  expectLists,
  expectListsFor,
  expectSharedContacts,
  globex,
  gun,
  newAddress,
  reset,
} from '../journeys/relationship.ts'
import { age } from '../kit/age.ts'
import { button, confirm, go, gone, row, send, signIn, withBrowser } from './people.ts'

const sent = 'Sent – awaiting approval'
const today = new Date().toLocaleDateString('en-GB', { dateStyle: 'long' })
const since = `Partner since ${today}`

withBrowser()

describe('the journeys of the rules, by clicking, in two browsers side by side', { timeout: 180_000 }, () => {
  let acmes: Page
  let globexes: Page

  beforeAll(async () => {
    await reset()
    acmes = await signIn(ada)
    globexes = await signIn(bo)
  }, 180_000)

  beforeEach(async () => {
    await reset()
    for (const page of [acmes, globexes]) {
      await go(page, 'Partners')
      await gone(row(page, '@'))
    }
  }, 120_000)

  /** An invitation of Acme's, seen on both sides. */
  async function invited(email: string): Promise<void> {
    await gone(await send(acmes, email))
    await row(acmes, email, sent).waitFor()
    await row(globexes, 'Acme', `Ada Lind invited ${email}`).waitFor()
  }

  async function accepted(): Promise<void> {
    await confirm(globexes, row(globexes, 'Acme', 'Waiting for your answer'), 'Accept')
    await row(globexes, 'Acme', since).waitFor()
    await row(acmes, 'Globex', since).waitFor()
  }

  async function refusedToSend(email: string, why: string): Promise<void> {
    const dialog = await send(acmes, email)
    await dialog.getByText(why).waitFor()
    expect(await dialog.getByLabel('E-mail address').getAttribute('aria-invalid')).toBe('true')
    await button(dialog, 'Cancel').click()
    await gone(dialog)
  }

  async function addUser(page: Page, name: string, email: string): Promise<void> {
    await go(page, 'Users')
    await button(page, 'Add user').click()
    const dialog = page.getByRole('dialog', { name: 'Add user' })
    await dialog.getByLabel('Name').fill(name)
    await dialog.getByLabel('E-mail address').fill(email)
    await button(dialog, 'Add').click()
    await row(page, name, email).waitFor()
  }

  /** The contact with this address, as a partner's user. */
  const live = (page: Page, email: string) => row(page, email).getByText('Partner', { exact: true })

  async function share(page: Page, title: string): Promise<void> {
    await button(page, 'Share something').click()
    const dialog = page.getByRole('dialog', { name: 'Share something' })
    await dialog.getByLabel('Title').fill(title)
    await dialog.getByLabel('Id').fill(title.replaceAll(' ', '-'))
    await button(dialog, 'Share').click()
  }

  it('1. Send → the invited account sees it → an administrator who was not invited accepts → both list each other → both contacts lists hold each other’s users → a user added on either side appears on the other', async () => {
    await invited(gun)
    await accepted()
    await go(acmes, 'Contacts')
    await go(globexes, 'Contacts')
    for (const email of [bo, gun]) await live(acmes, email).waitFor()
    await live(globexes, ada).waitFor()

    const [ours, theirs] = [newAddress(acme), newAddress(globex)]
    await addUser(acmes, 'New Here', ours)
    await row(globexes, 'New Here', ours).waitFor()
    await addUser(globexes, 'New There', theirs)
    await go(acmes, 'Contacts')
    await row(acmes, 'New There', theirs).waitFor()
    await expectSharedContacts(acme, globex)
  })

  it('2. Send → reject → both see rejected, the sender’s user has the e-mail → sending again is refused → the sender’s delete is refused → the recipient deletes (gone there, still rejected at the sender) → sending again is still refused → the sender deletes → sending again works', async () => {
    const mark = await mailMark()
    await invited(bo)
    await button(row(globexes, 'Acme'), 'Reject and ignore').click()
    await row(globexes, 'Acme', 'Rejected').waitFor()
    await row(acmes, bo, 'Rejected').waitFor()
    await expectMails(mark, [`${ada} en`, `${bo} en`])

    await refusedToSend(bo, 'was rejected')
    await row(acmes, bo, 'The invited account has to delete it first').waitFor()
    expect(await button(row(acmes, bo), 'Delete').count()).toBe(0)

    await confirm(globexes, row(globexes, 'Acme'), 'Delete')
    await gone(row(globexes, 'Acme'))
    await button(row(acmes, bo, 'Rejected'), 'Delete').waitFor()
    await refusedToSend(bo, 'was rejected')

    await confirm(acmes, row(acmes, bo), 'Delete')
    await gone(row(acmes, bo))
    await invited(bo)
  })

  it('3. Send → the sender deletes → gone on both sides → sending again works', async () => {
    await invited(bo)
    await confirm(acmes, row(acmes, bo), 'Delete')
    await gone(row(acmes, bo))
    await gone(row(globexes, 'Acme'))
    await invited(bo)
  })

  it('4. Send → the recipient deletes → gone there, rejected at the sender, no e-mail', async () => {
    const mark = await mailMark()
    await invited(bo)
    await confirm(globexes, row(globexes, 'Acme'), 'Delete')
    await gone(row(globexes, 'Acme'))
    await row(acmes, bo, 'Rejected').waitFor()
    await expectMails(mark, [`${bo} en`])
  })

  it('5. Partners → the sender deletes → gone on both sides; contacts stay; a user added now does not appear; old shares stay, a new share is refused', async () => {
    await invited(bo)
    await accepted()
    await expectSharedContacts(acme, globex)
    const title = `Cover ${Date.now()}`
    await go(acmes, 'Shares')
    await share(acmes, title)
    await row(acmes, title, 'With Globex').waitFor()
    await go(globexes, 'Shares')
    await row(globexes, title, 'From Acme').waitFor()
    await button(globexes, 'Share something').click()
    const dialog = globexes.getByRole('dialog', { name: 'Share something' })
    await dialog.getByLabel('Title').fill('Too late')
    await dialog.getByLabel('Id').fill('too-late')

    await go(acmes, 'Partners')
    await confirm(acmes, row(acmes, 'Globex'), 'Delete')
    await gone(row(acmes, 'Globex'))
    await expectLists(globex, {})
    await button(dialog, 'Share').click()
    await dialog.getByText('Only partners can be shared with').waitFor()
    await button(dialog, 'Cancel').click()
    await row(globexes, title, 'From Acme').waitFor()
    await go(globexes, 'Partners')
    await gone(row(globexes, 'Acme'))

    await pause(clockDifference)
    const late = newAddress(globex)
    await addUser(globexes, 'Late', late)
    await go(acmes, 'Contacts')
    await row(acmes, bo, 'Former partner').waitFor()
    expect(await row(acmes, late).count()).toBe(0)
    await go(acmes, 'Shares')
    await row(acmes, title).waitFor()
    await confirm(acmes, row(acmes, title), 'Take back')
    await gone(row(acmes, title))
  })

  it('6. Partners → the recipient deletes → gone there, rejected at the sender → the sender invites the same address again at once → accepted → contacts alive again, none twice', async () => {
    await invited(bo)
    await accepted()
    await expectSharedContacts(acme, globex)
    await confirm(globexes, row(globexes, 'Acme'), 'Delete')
    await gone(row(globexes, 'Acme'))
    await row(acmes, bo, 'Rejected', 'Globex has ended the partnership').waitFor()

    await gone(await send(acmes, bo))
    await row(acmes, bo, sent).waitFor()
    await row(globexes, 'Acme', 'Waiting for your answer').waitFor()
    await accepted()
    await expectSharedContacts(acme, globex)
    await go(acmes, 'Contacts')
    await live(acmes, gun).waitFor()
    expect(await row(acmes, gun).count()).toBe(1)
  })

  it('7. Two invitations to two users of one account; one rejected, the other accepted → partners, nothing left over', async () => {
    await invited(bo)
    await invited(gun)
    await button(row(globexes, 'Acme', bo), 'Reject and ignore').click()
    await row(acmes, bo, 'Rejected').waitFor()
    await row(acmes, gun, sent).waitFor()
    await accepted()
    await gone(row(acmes, bo))
    await gone(row(acmes, gun))
    await gone(row(globexes, 'Rejected'))
    await expectListsFor('accepted', gun)
  })

  it('8. Both accounts invite each other; one accepts → partners, nothing left over', async () => {
    await invited(bo)
    await gone(await send(globexes, ada))
    await row(globexes, ada, sent).waitFor()
    await confirm(acmes, row(acmes, 'Globex', 'Waiting for your answer'), 'Accept')
    await row(acmes, 'Globex', since, 'They invited you').waitFor()
    await row(globexes, 'Acme', since, 'You invited them').waitFor()
    for (const page of [acmes, globexes]) await gone(row(page, '@'))
    await expectLists(acme, { partners: [`${globex.id} them`] })
    await expectLists(globex, { partners: [`${acme.id} us`] })
  })

  it('9. Two administrators of the recipient accept and reject at the same moment → exactly one wins, the other is told what happened, and all that follows agrees with the winner', async () => {
    const other = await signIn(gun)
    await other.getByLabel('Språk').selectOption('en')
    await invited(bo)
    await row(other, 'Acme', 'Waiting for your answer').waitFor()
    await button(row(globexes, 'Acme'), 'Accept').click()
    await Promise.all([
      button(globexes.getByRole('alertdialog'), 'Accept').click(),
      button(row(other, 'Acme'), 'Reject and ignore').click(),
    ])
    const told = (page: Page) =>
      page.getByRole('alert').getByText('Somebody of your account has answered this invitation').count()
    const losers = await eventually(async () => {
      const counts = [await told(globexes), await told(other)]
      expect(counts.toSorted()).toEqual([0, 1])
      return counts
    })
    const won = losers[0] === 0
    await row(acmes, ...(won ? ['Globex', since] : [bo, 'Rejected'])).waitFor()
    for (const page of [globexes, other]) await row(page, 'Acme', won ? since : 'Rejected').waitFor()
    await expectListsFor(won ? 'accepted' : 'rejected', bo)
    await other.context().close()
  })

  it('An invitation that nobody answers expires: it is gone at the recipient, and the sender sends it again', async () => {
    await invited(bo)
    const [sentNow] = await all<Invitation>(ada, '/v1/invitations?direction=sent')
    await age(sentNow?.id ?? '')
    await row(acmes, bo, 'Expired').getByText('Nobody answered in time').waitFor()
    await gone(row(globexes, 'Acme'))
    const mark = await mailMark()
    await button(row(acmes, bo), 'Send again').click()
    await row(acmes, bo, sent).waitFor()
    await row(globexes, 'Acme', `Ada Lind invited ${bo}`).waitFor()
    await expectMails(mark, [`${bo} en`])
    await accepted()
  })
})
