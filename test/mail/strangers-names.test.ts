import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Mail, type RenderedMail, renderMail } from '../../shared/mail/render.ts'
import { unescaped } from './unescaped.ts'

const url = 'https://app.example/partners'

/** Every place of a mail that a name comes to, and a name that asks for nothing there. */
const mailsWith: Record<string, (name: string) => Mail> = {
  'the inviting account': (name) => ({
    kind: 'invitation-sent',
    senderAccountName: name,
    senderUserName: 'X',
    url,
  }),
  'the inviting person': (name) => ({
    kind: 'invitation-sent',
    senderAccountName: 'X',
    senderUserName: name,
    url,
  }),
  'the new partner': (name) => ({ kind: 'invitation-accepted', partnerAccountName: name, url }),
  'the account whose user is to confirm': (name) => ({ kind: 'confirmation', accountName: name, url }),
  'the invited address': (name) => ({ kind: 'invitation-rejected', email: name }),
}

const hostile = [
  'https://evil.example/login?x=1',
  'HTTP://www.evil.com',
  '<http: //evil.com>',
  '<javascript: alert(1)>',
  'www.evil.com',
  'ftp.evil.com',
  'evil.com/path',
  '//evil.com',
  'x@evil.com',
  'mailto:x@evil.com',
  'tel:+15550100',
  'Acme\r\nBcc: all@evil.com',
  'Acme\n\nSubject: Free',
  'a\u0085b\u2028c\u2029d\u0000e\u007f',
  '<script>alert(1)</script>',
  '</title></bdi><a href="https://evil.com" onclick=\'x\'>',
  '<!--',
  '&lt;b&gt; &#60; &amp',
  '"><img src=x>',
  "' onmouseover='alert(1)",
  '{name} {{name}} {name, plural, other {x}} %s',
  "{account} {person, select, other {}} '{'",
  '$& $1 $`',
  '\u202eevil\u202c \u2066x\u2069\u2069\u2069 \u200f\u061c',
  'e\u200bv\u00adi\ufeffl.com',
  '\ud800',
  '👩‍👩‍👧'.repeat(40),
  'x'.repeat(300),
  '',
  ' \u200b ',
]

const anyName = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc
    .array(
      fc.oneof(fc.constantFrom(...hostile), fc.constantFrom(...'.:/@<>"\'{}& \n\u2060www'), fc.string()),
      {
        maxLength: 8,
      },
    )
    .map((parts) => parts.join('')),
)

/** Every hostile name, then others at random, the same in every run. */
function always(
  mailWith: (name: string) => Mail,
  holds: (mail: RenderedMail, harmless: RenderedMail) => void,
) {
  fc.assert(
    fc.property(fc.record({ name: anyName, locale: fc.constantFrom('en', 'sv') }), ({ name, locale }) =>
      holds(renderMail(mailWith(name), locale), renderMail(mailWith('X'), locale)),
    ),
    { seed: 1, numRuns: 400, examples: hostile.map((name) => [{ name, locale: 'sv' }]) },
  )
}

describe.each(Object.entries(mailsWith))('nothing in %s becomes', (place, mailWith) => {
  it('a header: the subject is one line, at most 150 characters long', () => {
    always(mailWith, ({ subject }, harmless) => {
      expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u)
      expect([...subject].length).toBeLessThanOrEqual(150)
      expect(subject.replace(inText, '*')).toBe(harmless.subject.replace(inText, '*'))
    })
  })

  it('a line of the text', () => {
    always(mailWith, ({ text }, harmless) => {
      expect(text.split(/[\n\v\f\r\u0085\u2028\u2029]/)).toHaveLength(harmless.text.split('\n').length)
      expect(text.replace(inText, '*')).toBe(harmless.text.replace(inText, '*'))
    })
  })

  it('markup: without the names, the HTML is that of a harmless name', () => {
    always(mailWith, ({ html }, harmless) => {
      expect(html.replace(inHtml, '*')).toBe(harmless.html.replace(inHtml, '*'))
    })
  })

  it('a link, of ours or of the mail program’s making', () => {
    always(mailWith, (mail, harmless) => {
      expect(mail.html.match(/href="[^"]*"/g)).toEqual(harmless.html.match(/href="[^"]*"/g))
      for (const name of namesIn(mail)) {
        if (!(place === 'the invited address' && isPlainAddress(name))) expect(autoLinked(name)).toEqual([])
      }
    })
  })

  it('an order of the words around it: no bidi control is left in it', () => {
    always(mailWith, (mail) => {
      for (const name of namesIn(mail)) expect(name).not.toMatch(/\p{Bidi_Control}/u)
    })
  })
})

describe('a name stays readable', () => {
  /** What subject, text and HTML show it as, the invisible joiners aside. */
  const shown = (name: string) => {
    const mail = renderMail({ kind: 'invitation-accepted', partnerAccountName: name, url }, 'en')
    return [...new Set(namesIn(mail))].map((seen) => seen.replaceAll('\u2060', ''))
  }

  it.each([
    'Acme',
    'Dr. Ek',
    'J.R.R. Tolkien',
    'Östgöta/Värmland: bröd & ost',
    'evil.com',
    '"O\'Neill" <AB>',
    '{account}',
    'حساب شركة',
    'می‌خواهم',
    '👩‍👩‍👧',
  ])('%s', (name) => {
    expect(shown(name)).toEqual([name])
  })

  it.each([
    ['Acme\r\n\tAB\u00a0\u2003X', 'Acme AB X'],
    ['  Acme  ', 'Acme'],
    ['\u202eAcme\u202c\u2067\ufeff', 'Acme'],
    ['\u200b', '–'],
    ['å'.repeat(60), 'å'.repeat(60)],
    ['å'.repeat(61), `${'å'.repeat(59)}…`],
    ['👍'.repeat(61), `${'👍'.repeat(59)}…`],
  ])('%j becomes %j', (name, readable) => {
    expect(shown(name)).toEqual([readable])
  })

  it('and is untouched where nothing could be linked, so that a search finds it', () => {
    const { text } = renderMail(
      { kind: 'invitation-accepted', partnerAccountName: 'Dr. Ek & Co.', url },
      'en',
    )
    expect(text).toContain('Dr. Ek & Co.')
  })

  it('and a plain address whole, to be copied', () => {
    const { text, html } = renderMail({ kind: 'invitation-rejected', email: 'bo.ek+1@globex.example' }, 'en')
    expect(text).toContain('bo.ek+1@globex.example')
    expect(html).toContain('bo.ek+1@globex.example')
  })

  it.each([
    ['bo@xn--bcher-kva.example', 'bo@bücher.example'],
    ['bo@xn--p1b6ci4b4b3a.example', 'bo@उदाहरण.example'],
  ])('and %s as people write it: %s', (email, shownAs) => {
    const { text } = renderMail({ kind: 'invitation-rejected', email }, 'en')
    expect(text).toContain(shownAs)
  })
})

it('the model of an auto-linker links what mail programs do', () => {
  const links = [
    'https://evil.com',
    '<http: //evil.com>',
    'www.\u2060evil.com',
    'evil\u2060.com',
    'x@\u2060evil.com',
    'x\u2060@evil.com',
    'mailto:x',
    '//evil',
  ]
  for (const link of links) expect(autoLinked(link), link).not.toEqual([])
})

/** What mail programs take for a link, all of them together, be it with white space left out as Thunderbird does within <>. */
function autoLinked(text: string): string[] {
  const rules = [
    /[a-z0-9+.-]\s*:/iu, // a scheme
    /\/\s*\//u, // the start of a host
    /\b(?:www|ftp)\./iu, // Thunderbird, whatever follows
    /[\p{L}\p{N}\u2060]\.[\p{L}\p{N}]/u, // a bare domain, as linkify-it finds it
    /[a-z0-9]@/iu, // Thunderbird's address
    /\S@[\p{L}\p{N}]/u, // linkify-it's address
  ]
  return rules.flatMap((rule) => text.match(rule)?.[0] ?? [])
}

function isPlainAddress(name: string): boolean {
  return /^[\p{L}\p{N}._+-]+@[\p{L}\p{M}\p{N}.-]+$/u.test(name) && !name.startsWith('www.')
}

/** Names are between isolates, or in HTML's body between bdi tags, where nothing of markup may be left in them. */
const inText = /\u2068([^\u2068\u2069]*)\u2069/g
const inHtml = /(?:\u2068|<bdi>)([^<>"'\u2068\u2069]*)(?:\u2069|<\/bdi>)/g

function namesIn({ subject, text, html }: RenderedMail): string[] {
  const between = (rendered: string, marks: RegExp) =>
    Array.from(rendered.matchAll(marks), ([, name]) => name ?? '')
  return [...between(subject, inText), ...between(text, inText), ...between(html, inHtml).map(unescaped)]
}
