import { readdirSync, readFileSync } from 'node:fs'
import IntlMessageFormat from 'intl-messageformat'
import { describe, expect, it } from 'vitest'
import { messageFormat, languages as offered } from '../../shared/mail/messages.ts'
import { type Mail, renderMail } from '../../shared/mail/render.ts'

const folder = new URL('../../shared/mail/messages/', import.meta.url)
const languages = readdirSync(folder).map((file) => file.replace(/\.json$/, ''))

/** One mail of each shape there is, so that together they use every message. */
const mails: Mail[] = [
  { kind: 'invitation-sent', senderAccountName: 'A', senderUserName: 'P', url: 'U' },
  { kind: 'invitation-rejected', email: 'E' },
  { kind: 'invitation-accepted', partnerAccountName: 'A', url: 'U' },
  { kind: 'confirmation', accountName: 'A', url: 'U' },
]

it('a formatter is made once and kept', () => {
  expect(messageFormat('sv', 'greeting')).toBe(messageFormat('sv', 'greeting'))
})

describe.each(languages)('the catalogue %s', (language) => {
  const messages: Record<string, string> = JSON.parse(
    readFileSync(new URL(`${language}.json`, folder), 'utf8'),
  )

  it('is one of those that mails are written from', () => {
    expect(offered).toContain(language)
  })

  it.each(Object.entries(messages))(
    'has %s, of words and arguments alone, in one of the mails',
    (_, message) => {
      const elements = new IntlMessageFormat(message, language).getAst()
      // The parser's types: 0 is words, 1 an argument.
      expect(elements.filter(({ type }) => type > 1)).toEqual([])
      const words = elements.flatMap((element) => (element.type === 0 ? [element.value] : []))
      expect(words).not.toEqual([])
      const shown = mails
        .map((mail) => renderMail(mail, language))
        .map(({ subject, text }) => `${subject}\n${text}`)
      expect(shown.some((mail) => words.every((literal) => mail.includes(literal)))).toBe(true)
    },
  )
})
