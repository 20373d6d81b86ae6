import { describe, expect, it } from 'vitest'
import { ada, bo, ines, invite, reject, remove } from '../journeys/relationship.ts'
import {
  button,
  go,
  gone,
  home,
  loaded,
  page,
  pageOf,
  row,
  send,
  sentInvitation,
  withBrowser,
  withPageOf,
} from './people.ts'

withBrowser()

const at = '2026-03-12T09:00:00.000Z'
const us = { accountId: 'initech', accountName: 'Initech' }
const them = { accountId: 'globex', accountName: 'Globex' }

const sent = (status: string, recipient: object | null, refusal: string | null) => ({
  ...sentInvitation,
  ...{ status, recipient, actions: { delete: refusal } },
})
const received = (status: string, refusal: string | null) => ({
  ...{ id: 'one', direction: 'received', status, email: ines, recipient: us },
  ...{ sender: { ...them, userName: 'Bo Ek' }, createdAt: at, updatedAt: at },
  actions: { accept: refusal, reject: null, delete: null },
})
const partner = (initiatedBy: string) => ({ ...them, initiatedBy, since: at })

describe('what a dialog says beforehand', { timeout: 60_000 }, () => {
  withPageOf(ines)

  /** The Partners page with this on it and nothing else. */
  async function show(what: { sent?: object; waiting?: object; refused?: object; partner?: object }) {
    const listed = (rows: object = []) => pageOf([rows].flat())
    await page.route('**/v1/partners?*', (route) => route.fulfill(listed(what.partner)))
    await page.route('**/v1/invitations?*', (route) => {
      const asked = new URL(route.request().url()).searchParams
      if (asked.get('direction') === 'sent') return route.fulfill(listed(what.sent))
      return route.fulfill(listed(asked.get('status') === 'pending' ? what.waiting : what.refused))
    })
    await page.goto(`${home}/partners`)
    await loaded(page)
  }

  /** What is asked when the only button of this name in the list is pressed. */
  async function asked(name: string): Promise<string> {
    await button(page.getByRole('listitem'), name).click()
    const dialog = page.getByRole('alertdialog')
    const text = await dialog.innerText()
    await button(dialog, 'Cancel').click()
    await gone(dialog)
    return text
  }

  it('Accept: what both sides will see of each other', async () => {
    await show({ waiting: received('pending', null) })
    const text = await asked('Accept')
    expect(text).toContain('Globex will see all users of your account: names, e-mail addresses and profiles.')
    expect(text).toContain('You will see all users of Globex in the same way.')
  })

  it.each([
    [
      'the sender, while it is pending: gone for both, the address can be invited again',
      { sent: sent('pending', null, null) },
      ['disappears here and at the invited account', `You can invite ${bo} again`],
    ],
    [
      'the sender, after the recipient deleted it: gone, the address can be invited again',
      { sent: sent('rejected', null, null) },
      ['at the invited account it is gone already', `invite ${bo} again`],
    ],
    [
      'the sender, after the recipient ended the partnership: gone, and it could be invited again before',
      { sent: sent('rejected', them, null) },
      ['The former partnership with Globex disappears', `can still invite ${bo} again`],
    ],
    [
      'the recipient, while it is pending: the sender sees it as rejected, and no e-mail',
      { waiting: received('pending', null) },
      ['Globex sees it as rejected, without an e-mail', 'once they have deleted it too'],
    ],
    [
      'the recipient, after a rejection: then the sender may delete it and invite again',
      { refused: received('rejected', 'invitation-not-pending') },
      ['Globex still sees it as rejected', `can then delete it and invite ${ines} again`],
    ],
    [
      'the partner, by the side that had invited: both see nothing, contacts and shares stay',
      { partner: partner('us') },
      ['disappears here and at Globex', 'contacts that each of you has stay', 'What was shared stays'],
    ],
    [
      'the partner, by the side that had been invited: the sender sees the invitation as rejected',
      { partner: partner('them') },
      ['sees its invitation as rejected', 'can invite you again at once', 'What was shared stays'],
    ],
  ])('Delete, by %s', async (_, shown, words) => {
    await show(shown)
    const text = await asked('Delete')
    for (const word of words) expect(text).toContain(word)
  })

  it('where Delete is not allowed now: what has to happen first, in place of the button', async () => {
    await show({ sent: sent('rejected', null, 'recipient-must-delete-first') })
    await row(page, bo, 'Rejected on 12 March 2026', 'The invited account has to delete it first').waitFor()
    expect(await button(page.getByRole('listitem'), 'Delete').count()).toBe(0)
  })

  it('what waits for us first, then what we sent, then partners, each newest first', async () => {
    const of = (row: object, id: string, name: string) => ({
      ...row,
      id,
      sender: { ...them, accountName: name },
    })
    await show({
      waiting: [of(received('pending', null), 'w2', 'Newer'), of(received('pending', null), 'w1', 'Older')],
      sent: [
        { ...sent('pending', null, null), id: 's2', email: bo },
        { ...sent('pending', null, null), id: 's1', email: ada },
      ],
      partner: [partner('us'), { ...partner('them'), accountId: 'acme', accountName: 'Acme' }],
      refused: [of(received('rejected', 'invitation-not-pending'), 'r1', 'Refused')],
    })
    expect(await page.locator('main h2, main h3').allTextContents()).toEqual([
      ...['Invitations to you', 'Newer', 'Older'],
      ...['Sent invitations', bo, ada],
      ...['Your partners', 'Globex', 'Acme'],
      ...['Invitations that you rejected', 'Refused'],
    ])
    expect(await row(page, 'Globex', 'Partner since 12 March 2026').count()).toBe(1)
  })

  it('a dialog about what somebody else answers meanwhile says so, and hits nothing else', async () => {
    await show({})
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    const invitation = await invite(bo, ines)
    await button(row(page, 'Globex', 'Waiting for your answer'), 'Accept').click()
    await page.getByRole('alertdialog', { name: 'Become partners with Globex?' }).waitFor()
    await reject(ines, invitation)
    const told = page.getByRole('alertdialog', { name: 'This has changed in the meantime' })
    await told.waitFor()
    await row(page, 'Globex', 'Rejected').waitFor()
    await button(told, 'Close').click()
    await page.getByRole('heading', { level: 1 }).and(page.locator(':focus')).waitFor()
    await remove(ines, invitation)
    await remove(bo, invitation)
  })

  it('a dialog that one leaves by going back says nothing more', async () => {
    await show({ partner: partner('us') })
    await go(page, 'Contacts')
    await go(page, 'Partners')
    await button(page.getByRole('listitem'), 'Delete').click()
    await page.getByRole('alertdialog').waitFor()
    await page.goBack()
    await page.getByRole('heading', { level: 1, name: 'Contacts' }).waitFor()
    await gone(page.getByRole('alertdialog'))
  })

  it('what takes something away has Cancel at hand, anything else the action', async () => {
    await show({ partner: partner('us'), waiting: received('pending', null) })
    for (const [opens, atHand] of [
      ['Delete', 'Cancel'],
      ['Accept', 'Accept'],
    ] as const) {
      await button(row(page, opens === 'Delete' ? 'Partner since' : 'Waiting'), opens).click()
      await button(page.getByRole('alertdialog'), atHand).and(page.locator(':focus')).waitFor()
      await page.keyboard.press('Escape')
      await gone(page.getByRole('alertdialog'))
    }
  })

  it('what was done is seen before the lists are read again, and is told in a sentence', async () => {
    await show({})
    await page.route('**/v1/invitations?*', () => {})
    await page.route('**/v1/invitations', (route) => route.fulfill({ status: 201, json: sentInvitation }))
    await gone(await send(page, bo))
    const told = page.getByRole('status').getByText('The invitation to')
    expect(await told.innerText()).toBe(`The invitation to ${bo} is sent.`)
    await row(page, bo, 'Sent – awaiting approval').waitFor()
  })

  it('what is told stays while the pointer is on it', async () => {
    await page.clock.install()
    await show({})
    await page.route('**/v1/invitations', (route) => route.fulfill({ status: 201, json: sentInvitation }))
    await gone(await send(page, bo))
    const told = page.getByRole('status').getByText('The invitation to').last()
    await told.hover()
    await page.clock.runFor(10_000)
    expect(await told.count()).toBe(1)
    await page.mouse.move(0, 0)
    await page.clock.runFor(10_000)
    await gone(told)
  })

  it('what is told under a resting pointer goes all the same', async () => {
    await page.clock.install()
    await show({})
    await page.route('**/v1/invitations', (route) => route.fulfill({ status: 201, json: sentInvitation }))
    const sendByKeyboard = async () => {
      await button(page, 'Send new partner invitation').press('Enter')
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('E-mail address').fill(bo)
      await page.keyboard.press('Enter')
      await gone(dialog)
      await page.locator('.notice:hover').waitFor()
    }
    const told = page.getByRole('status').getByText('The invitation to')
    const { width, height } = page.viewportSize() ?? { width: 0, height: 0 }
    await page.mouse.move(width / 2, height - 40)
    await sendByKeyboard()
    await page.clock.runFor(10_000)
    await gone(told)
    // A notice that the user points at makes way for another, which is then under the resting pointer.
    await sendByKeyboard()
    await page.mouse.move(width / 2, height - 45)
    await sendByKeyboard()
    expect(await told.count()).toBe(2)
    await page.clock.runFor(20_000)
    await gone(told)
  })

  it('changing a user sends what was changed alone: what others changed meanwhile stays', async () => {
    await go(page, 'Users')
    const changes: unknown[] = []
    await page.route('**/v1/users/*', (route) => {
      changes.push(route.request().postDataJSON())
      return route.fulfill({ status: 409, json: { code: 'conflict', title: '-', detail: '-' } })
    })
    await button(row(page, ines), 'Change').click()
    const dialog = page.getByRole('dialog', { name: 'Change user' })
    await dialog.getByLabel('Name').fill('Ines Rot')
    await button(dialog, 'Save').click()
    await dialog.getByText('Others changed the same thing').waitFor()
    expect(changes).toEqual([{ name: 'Ines Rot' }])
    await button(dialog, 'Cancel').click()
  })
})
