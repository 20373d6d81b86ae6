import { expect } from 'vitest'
import { causes, eventually, type Mail, mails } from './api.ts'
import { ines, invite, remove, tag } from './relationship.ts'

const boss = `boss@hooli${tag}.example`
let settlings = 0
let settledAt = 0

/**
 * Every mail to a reader of this test file's accounts, oldest first, but those that ask to confirm an address and those
 * of `settle`.
 */
async function ownMails(): Promise<Mail[]> {
  const isOwn = (reader: string) => reader.endsWith(`${tag}.example`) && reader !== boss
  return (await mails()).filter((mail) => readers(mail).some(isOwn) && !text(mail).includes('/confirm#'))
}

/** How many mails there are, once all earlier events have had theirs: what is sent later comes after this mark. */
export async function mailMark(): Promise<number> {
  if (causes.ofMails !== settledAt) await settle()
  return (await ownMails()).length
}

/** The mails sent since the mark: this many and no more. */
export async function mailsSince(mark: number, count: number, seconds = 20): Promise<Mail[]> {
  const since = async () => (await ownMails()).slice(mark)
  await eventually(async () => expect((await since()).length).toBeGreaterThanOrEqual(count), seconds)
  await settle(seconds)
  const sent = await since()
  expect(sent.length, `mails: ${sent.slice(-10).map(line).join(', ')}`).toBe(count)
  return sent
}

/**
 * The mails sent since the mark are these and no others, each as "bo@globex.example sv": its one reader and its language.
 * @returns the mails in the order of their lines
 */
export async function expectMails(mark: number, lines: string[]): Promise<Mail[]> {
  const sent = (await mailsSince(mark, lines.length)).sort((a, b) => (line(a) < line(b) ? -1 : 1))
  expect(sent.map(line)).toEqual([...lines].sort())
  return sent
}

/**
 * Waits until the mails of all earlier events have been sent: Initech invites Hooli, which has nothing to do with the
 * others, and the mail of that later event arrives.
 */
async function settle(seconds = 20): Promise<void> {
  const invitation = await invite(ines, boss)
  await eventually(async () => {
    const own = (await mails()).filter((mail) => readers(mail).includes(boss))
    if (own.length === settlings) throw new Error('no mail of the invitation from Initech')
    settlings = own.length
  }, seconds)
  await remove(ines, invitation)
  settledAt = causes.ofMails
}

function line(mail: Mail): string {
  return `${readers(mail).join('+')} ${language(mail)}`
}

/** The bare addresses that a mail goes to, copies included. */
export function readers({ destination: { to, cc, bcc } }: Mail): string[] {
  return [...to, ...cc, ...bcc].map((address) => /<([^>]*)>/.exec(address)?.[1] ?? address)
}

/** The text part; a mail without one fails. */
export function text({ subject, body }: Mail): string {
  if (!body.text) throw new Error(`a mail without a text part: ${subject}`)
  return body.text
}

/** The HTML part; a mail without one fails. */
export function html({ subject, body }: Mail): string {
  if (!body.html) throw new Error(`a mail without an HTML part: ${subject}`)
  return body.html
}

/** The language of the text part, by small words that the other language does not have. */
export function language(mail: Mail): 'en' | 'sv' | 'unclear' {
  const english = /\b(the|and|has|have|you)\b/i.test(text(mail))
  const swedish = /(?<!\p{L})(och|att|har|är|på|för)(?!\p{L})/iu.test(text(mail))
  if (english === swedish) return 'unclear'
  return english ? 'en' : 'sv'
}

/** The addresses that the tags of the HTML part link to, entities resolved. */
export function links(mail: Mail): string[] {
  const tags = html(mail).match(/<[a-z][^>]*>/gi) ?? []
  return tags.flatMap((tag) => {
    const href = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))/i.exec(tag)
    return href ? [(href[1] ?? href[2] ?? href[3] ?? '').replaceAll('&amp;', '&')] : []
  })
}

/** The addresses that a mail program would make links of in what it shows. */
export function webAddresses(shown: string): string[] {
  return shown.match(/\b(?:https?:\/\/|www\.)[^\s<>"')\]]+/gi) ?? []
}
