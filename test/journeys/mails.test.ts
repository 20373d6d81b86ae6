import { beforeEach, describe, expect, inject, it } from 'vitest'
import { answered, call, type Mail, perform, type User } from './api.ts'
import type { Account } from './host.ts'
import { expectMails, html, links, mailMark, readers, text, webAddresses } from './mail.ts'
import {
  accept,
  acme,
  ada,
  addUser,
  bill,
  bo,
  changeUser,
  confirmAddress,
  globex,
  gun,
  invite,
  makePartners,
  newAddress,
  reject,
  removeUser,
  reset,
} from './relationship.ts'

const languages = [
  ['en', 'English'],
  ['sv', 'Swedish'],
] as const

/** The only one of the mails to this reader. */
function mailTo(sent: Mail[], reader: string): Mail {
  const own = sent.filter((mail) => readers(mail).includes(reader))
  expect(own.length, `mails to ${reader}`).toBe(1)
  return own[0] as Mail
}

/** Addressed to one reader, and nothing in the headers that could begin another. */
function expectPlainHeaders(mail: Mail): void {
  expect(readers(mail)).toHaveLength(1)
  expect([mail.destination.cc, mail.destination.bcc]).toEqual([[], []])
  expect(mail.subject.trim()).not.toBe('')
  const headers = [mail.subject, mail.from, ...mail.replyTo, ...mail.destination.to]
  for (const { name, value } of mail.headers ?? []) headers.push(name, value)
  for (const header of headers) expect(header).not.toMatch(/[\r\n]/)
}

/** What the HTML part shows, markup taken away. */
function shown(mail: Mail): string {
  const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&', '#39': "'", '#x27': "'" }
  return html(mail)
    .replace(/<(style|title)[\s\S]*?<\/\1>/gi, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(lt|gt|quot|amp|#39|#x27);/g, (_, name: string) => entities[name] ?? '')
}

const pages = new URL(inject('stack').web).origin

/** Nothing in the mail leads anywhere but to pages of the product. */
function expectOwnLinks(mail: Mail): void {
  const urls = [...links(mail), ...webAddresses(text(mail)), ...webAddresses(shown(mail))].map(
    (link) => new URL(link),
  )
  for (const { origin, pathname } of urls) {
    expect(origin).toBe(pages)
    expect(pathname).toMatch(/\/(partners|contacts)\/?$/)
  }
}

function expectLinkTo(mail: Mail, page: '/partners' | '/contacts'): void {
  expectOwnLinks(mail)
  for (const found of [links(mail), webAddresses(text(mail))]) {
    expect(found.map((link) => new URL(link).pathname.replace(/\/$/, ''))).toContainEqual(
      expect.stringMatching(`${page}$`),
    )
  }
}

function expectSaid(mail: Mail, words: string[]): void {
  for (const part of [text(mail), shown(mail)]) {
    for (const word of words) expect(part).toContain(word)
  }
}

describe('the three e-mails', { timeout: 60_000 }, () => {
  beforeEach(reset, 120_000)

  for (const [locale, language] of languages) {
    it(`an invitation, in ${language}: to the address invited, saying which account and person invites, with a link to Partners`, async () => {
      const reader = await addUser(globex, { locale })
      const mark = await mailMark()
      const sent = await invite(ada, reader.email)
      const mail = mailTo(await expectMails(mark, [`${reader.email} ${locale}`]), reader.email)
      expectPlainHeaders(mail)
      expectLinkTo(mail, '/partners')
      expectSaid(mail, ['Acme', sent.sender.userName])
    })

    it(`a rejection, in ${language}: to the user who sent it, saying the invited address`, async () => {
      const sender = await addUser(acme, { locale, profile: 'administrator' })
      const mark = await mailMark()
      await reject(gun, await invite(sender.email, bo))
      const mails = await expectMails(mark, [`${bo} en`, `${sender.email} ${locale}`])
      const mail = mailTo(mails, sender.email)
      expectPlainHeaders(mail)
      expectOwnLinks(mail)
      expectSaid(mail, [bo])
    })

    it(`an acceptance, in ${language}: to the user who sent it, saying who the partner is, with a link to Contacts`, async () => {
      const sender = await addUser(acme, { locale, profile: 'billing-administrator' })
      const mark = await mailMark()
      await accept(gun, await invite(sender.email, bo))
      const mails = await expectMails(mark, [`${bo} en`, `${sender.email} ${locale}`])
      const mail = mailTo(mails, sender.email)
      expectPlainHeaders(mail)
      expectLinkTo(mail, '/contacts')
      expectSaid(mail, ['Globex'])
    })
  }

  it('subjects are in the reader’s language and tell the three apart', async () => {
    const mark = await mailMark()
    await reject(gun, await invite(ada, bo))
    await accept(bo, await invite(ada, gun))
    const sent = await expectMails(mark, [`${ada} en`, `${ada} en`, `${bo} en`, `${gun} sv`])
    expect(new Set(sent.map(({ subject }) => subject)).size).toBe(4)
  })

  it('the language is the one that the reader has when the mail is made', async () => {
    const reader = await addUser(globex, { locale: 'sv' })
    const mark = await mailMark()
    const sent = await invite(ada, reader.email)
    await expectMails(mark, [`${reader.email} sv`])
    await changeUser(globex, reader, { locale: 'en' })
    await perform(ada, 'DELETE', `/v1/invitations/${sent.id}`)
    await invite(ada, reader.email)
    await expectMails(mark, [`${reader.email} en`, `${reader.email} sv`])
  })

  for (const answer of ['reject', 'accept'] as const) {
    it(`when the user who sent it is removed, ${answer} is told to the account’s administrators, each in the own language`, async () => {
      const sender = await addUser(acme, { profile: 'administrator' })
      const swede = await addUser(acme, { profile: 'administrator', locale: 'sv' })
      await addUser(acme, { profile: 'supervisor' })
      const mark = await mailMark()
      const sent = await invite(sender.email, bo)
      await removeUser(acme, sender)
      await (answer === 'reject' ? reject(bo, sent) : accept(bo, sent))
      const mails = await expectMails(mark, [`${ada} en`, `${bill} en`, `${bo} en`, `${swede.email} sv`])
      for (const reader of [ada, bill, swede.email]) expectPlainHeaders(mailTo(mails, reader))
    })

    it(`when the user who sent it is an administrator no longer, ${answer} is told to that user all the same`, async () => {
      const sender = await addUser(acme, { profile: 'administrator' })
      const mark = await mailMark()
      const sent = await invite(sender.email, bo)
      await changeUser(acme, sender, { profile: 'observer' })
      await (answer === 'reject' ? reject(bo, sent) : accept(bo, sent))
      await expectMails(mark, [`${bo} en`, `${sender.email} en`])
    })
  }

  it('the same answer given again sends nothing more', async () => {
    const mark = await mailMark()
    const rejected = await invite(ada, bo)
    await reject(bo, rejected)
    await reject(gun, rejected)
    const accepted = await invite(ada, gun)
    await accept(bo, accepted)
    await accept(gun, accepted)
    await expectMails(mark, [`${ada} en`, `${ada} en`, `${bo} en`, `${gun} sv`])
  })

  it('nothing is mailed of a partnership’s end, of users, and of what was refused', async () => {
    const mark = await mailMark()
    await makePartners(ada, bo)
    await call(ada, 'POST', '/v1/invitations', { email: bo })
    await call(ada, 'POST', '/v1/invitations', { email: newAddress(globex) })
    const user = await addUser(acme)
    await changeUser(acme, user, { name: 'Changed' })
    await removeUser(acme, user)
    await perform(bo, 'DELETE', `/v1/partners/${acme.id}`)
    await expectMails(mark, [`${ada} en`, `${bo} en`])
  })
})

// A sample of the names that test/mail/strangers-names.test.ts renders, through the whole system.
const strangers = [
  ['Eve "><script>alert(1)</script><b>bold</b><img src=x onerror=1>', 'en', 'English'],
  ['Eve HTTPS://EVIL.EXAMPLE/contacts mallory@evil.example', 'sv', 'Swedish'],
] as const

/** An administrator of this name. */
async function stranger(account: Account, name: string): Promise<User> {
  const fields = { email: newAddress(account), name, profile: 'administrator' }
  const user = await perform<User>(account.administrator, 'POST', '/v1/users', fields)
  await confirmAddress(fields.email)
  return user
}

/** Neither header, nor markup, nor anything that a mail program makes a link of. */
function expectHarmless(mail: Mail): void {
  expectPlainHeaders(mail)
  expectOwnLinks(mail)
  expect(html(mail)).not.toMatch(/<b>bold|<script|<img[^>]*src=x|<[^>]*\son\w+\s*=/i)
  for (const part of [text(mail), shown(mail)]) expect(part).not.toMatch(/\w@evil\.example|mailto:/i)
}

describe('names come from strangers', { timeout: 60_000 }, () => {
  beforeEach(reset, 120_000)

  for (const [name, locale, language] of strangers) {
    it(`${JSON.stringify(name)} is neither header, markup nor link, in ${language}`, async () => {
      const eve = await stranger(acme, name)
      const mallory = await stranger(globex, name)
      await changeUser(acme, eve, { locale })
      const reader = await addUser(globex, { name, locale })
      const other = await addUser(globex, { name, locale })
      const mark = await mailMark()
      await reject(mallory.email, await invite(eve.email, reader.email))
      await accept(mallory.email, await invite(eve.email, other.email))
      const sent = await expectMails(
        mark,
        [eve, eve, other, reader].map(({ email }) => `${email} ${locale}`),
      )
      for (const mail of sent) expectHarmless(mail)
    })
  }

  it('a name that would begin another header is refused', async () => {
    const name = 'Eve\r\nBcc: mallory@evil.example\r\n\r\nMore'
    const fields = { email: newAddress(acme), name, profile: 'administrator' }
    expect(answered(await call(ada, 'POST', '/v1/users', fields))).toBe('422 invalid-field')
  })
})
