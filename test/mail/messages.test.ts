import { readdirSync, readFileSync } from 'node:fs'
import IntlMessageFormat from 'intl-messageformat'
import { describe, expect, it } from 'vitest'
import { messageFormat, languages as offered } from '../../shared/mail/messages.ts'
import { type Mail, renderMail } from '../../shared/mail/render.ts'

const folder = new URL('../../shared/mail/messages/', import.meta.url)
const languages = readdirSync(folder).map((file) => file.replace(/\.json$/, ''))
const catalogues = languages.map((language) => ({
  language,
  messages: JSON.parse(readFileSync(new URL(`${language}.json`, folder), 'utf8')) as Record<string, string>,
}))
const [english] = catalogues.filter(({ language }) => language === 'en')

/** One mail of each shape there is, so that together they use every message. */
const mails: Mail[] = [
  { kind: 'invitation-sent', senderAccountName: 'A', senderUserName: 'P', url: 'U' },
  { kind: 'invitation-rejected', email: 'E' },
  { kind: 'invitation-accepted', partnerAccountName: 'A', url: 'U' },
  { kind: 'confirmation', accountName: 'A', url: 'U' },
]

it('there is English, and Swedish to begin with', () => {
  expect(languages).toEqual(expect.arrayContaining(['en', 'sv']))
})

it('a formatter is made once and kept', () => {
  expect(messageFormat('sv', 'greeting')).toBe(messageFormat('sv', 'greeting'))
})

describe.each(catalogues)('the catalogue $language', ({ language, messages }) => {
  it('is one of those that mails are written from', () => {
    expect(offered).toContain(language)
  })

  it('has every message of the English one, and no others', () => {
    expect(Object.keys(messages)).toEqual(Object.keys(english?.messages ?? {}))
  })

  it.each(Object.keys(messages))('%s takes the arguments of the English one', (key) => {
    expect(argumentsOf(messages[key], language)).toEqual(argumentsOf(english?.messages[key], 'en'))
  })

  it.each(Object.keys(messages))('%s is in one of the mails', (key) => {
    const shown = mails
      .map((mail) => renderMail(mail, language))
      .map(({ subject, text }) => `${subject}\n${text}`)
    const words = literalsOf(messages[key], language)
    expect(words).not.toEqual([])
    expect(shown.some((mail) => words.every((literal) => mail.includes(literal)))).toBe(true)
  })

  it('is read by people: nothing is empty, doubled or straight-quoted', () => {
    for (const message of Object.values(messages)) {
      expect(message).toBe(message.trim())
      expect(message).not.toMatch(/^$|\s\s|['"]|\.\./)
    }
  })
})

function parsed(message = '', language: string) {
  return new IntlMessageFormat(message, language).getAst()
}

/** Every message is plain: words and arguments, the only elements there are (types 0 and 1 of the parser). */
function argumentsOf(message: string | undefined, language: string): string[] {
  const elements = parsed(message, language).filter(({ type }) => type !== 0)
  const names = elements.map((element) => (element.type === 1 ? element.value : `type ${element.type}`))
  return [...new Set(names)].sort()
}

function literalsOf(message: string | undefined, language: string): string[] {
  return parsed(message, language).flatMap((element) => (element.type === 0 ? [element.value] : []))
}
