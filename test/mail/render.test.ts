import { describe, expect, it } from 'vitest'
import { type Mail, renderMail } from '../../shared/mail/render.ts'
import { unescaped } from './unescaped.ts'

const partners = 'https://app.example/partners?from=mail&lang=any'
const contacts = 'https://app.example/contacts'

const sent: Mail = {
  kind: 'invitation-sent',
  senderAccountName: 'Acme & Sons',
  senderUserName: 'Ada Lind',
  url: partners,
}
const rejected: Mail = { kind: 'invitation-rejected', email: 'bo@globex.example' }
const accepted: Mail = { kind: 'invitation-accepted', partnerAccountName: 'Globex Inc.', url: contacts }
const confirmation: Mail = {
  kind: 'confirmation',
  accountName: 'Acme & Sons',
  url: `https://app.example/confirm#${'c1rT-_k3'.repeat(50)}`,
}

/** What §7 of the behaviour says that each e-mail says, in the words of each language. */
const meanings: { mail: Mail; locale: string; subject: RegExp; says: RegExp[] }[] = [
  {
    mail: sent,
    locale: 'en',
    subject: /^Acme & Sons invites you/,
    says: [
      /Ada Lind at Acme & Sons has invited your account/,
      /each other’s users in Contacts, with their names, e-mail addresses and profiles/,
      /proofs, files and folders only when someone shares them/,
      /Any administrator of your account can accept or reject/,
      /on the Partners page/,
      /You received this e-mail because Acme & Sons sent an invitation to your address/,
    ],
  },
  {
    mail: sent,
    locale: 'sv',
    subject: /^Acme & Sons bjuder in er/,
    says: [
      /Ada Lind på Acme & Sons har bjudit in ert konto/,
      /varandras användare i Kontakter, med namn, e-postadress och profil/,
      /korrektur, filer och mappar ser ni bara om någon delar dem/,
      /Vilken administratör som helst för ert konto kan acceptera eller avvisa/,
      /på sidan Partner/,
      /Du får det här mejlet eftersom Acme & Sons har skickat en inbjudan till din adress/,
    ],
  },
  {
    mail: rejected,
    locale: 'en',
    subject: /bo@globex\.example was rejected$/,
    says: [
      /The invitation to bo@globex\.example to become partners was rejected/,
      /can be invited again once the invitation has been deleted on both sides/,
      /first by an administrator of the invited account, then by an administrator of yours/,
      /You can still invite other users of that account/,
      /because you sent the invitation, or because you are an administrator of the account that sent it/,
    ],
  },
  {
    mail: rejected,
    locale: 'sv',
    subject: /bo@globex\.example har avvisats$/,
    says: [
      /Inbjudan till bo@globex\.example om att bli partner har avvisats/,
      /kan bjudas in igen när inbjudan har tagits bort på båda sidor/,
      /först av en administratör för det inbjudna kontot, sedan av en administratör för ert konto/,
      /Ni kan fortfarande bjuda in andra användare i det kontot/,
      /eftersom du skickade inbjudan, eller eftersom du är administratör för kontot som skickade den/,
    ],
  },
  {
    mail: accepted,
    locale: 'en',
    subject: /^Globex Inc\. and your account are now partners$/,
    says: [
      /Globex Inc\. has accepted the invitation\. Your accounts are now partners/,
      /each other’s users in Contacts/,
      /Go to Contacts/,
      /because you sent the invitation, or because you are an administrator/,
    ],
  },
  {
    mail: accepted,
    locale: 'sv',
    subject: /^Globex Inc\. och ert konto är nu partner$/,
    says: [
      /Globex Inc\. har accepterat inbjudan\. Era konton är nu partner/,
      /varandras användare i Kontakter/,
      /Gå till Kontakter/,
      /eftersom du skickade inbjudan, eller eftersom du är administratör/,
    ],
  },
  {
    mail: confirmation,
    locale: 'en',
    subject: /^Confirm your e-mail address for Acme & Sons$/,
    says: [
      /An administrator of Acme & Sons has entered this address/,
      /can be invited by other accounts .* and gets e-mails about partnerships/,
      /a page with a button that confirms the address\. It works once, within seven days/,
      /use the newest/,
      /ask an administrator of Acme & Sons to send the e-mail again/,
      /Confirm the address/,
      /If you know nothing about this, you can ignore it: the address then stays unconfirmed/,
    ],
  },
  {
    mail: confirmation,
    locale: 'sv',
    subject: /^Bekräfta din e-postadress för Acme & Sons$/,
    says: [
      /En administratör för Acme & Sons har angett den här adressen/,
      /kan bjudas in av andra konton .* och får mejl om partnerskap/,
      /en sida med en knapp som bekräftar adressen\. Den fungerar en gång, inom sju dagar/,
      /använder du det senaste/,
      /ber du en administratör för Acme & Sons att skicka mejlet igen/,
      /Bekräfta adressen/,
      /Om du inte känner till det kan du bortse från mejlet\. Adressen förblir då obekräftad/,
    ],
  },
]

describe.each(meanings)('$mail.kind in $locale', ({ mail, locale, subject, says }) => {
  const rendered = renderMail(mail, locale)

  it('has its subject', () => {
    expect(read(rendered.subject)).toMatch(subject)
  })

  it.each(says)('says %s, in text and HTML', (meaning) => {
    expect(read(rendered.text)).toMatch(meaning)
    expect(readHtml(rendered.html)).toMatch(meaning)
  })

  it('links to the page it speaks of, once as a button and once as the address itself, and to nothing else', () => {
    const urls = 'url' in mail ? [mail.url] : []
    expect(rendered.text.match(/https?:\S+/g) ?? []).toEqual(urls)
    expect(linksOf(rendered.html)).toEqual(urls.flatMap((url) => [url, url]))
    for (const url of urls) expect(readHtml(rendered.html)).toContain(url)
  })

  it('says in its HTML what language it is in, and fetches nothing', () => {
    expect(rendered.html).toContain(`<html lang="${locale}"`)
    expect(rendered.html).not.toMatch(/\bsrc=|<link|<script|<style|<img|url\(/)
  })
})

describe.each(['en', 'sv'])('in %s', (locale) => {
  it('text and HTML say the same', () => {
    for (const mail of [sent, rejected, accepted, confirmation]) {
      const { text, html } = renderMail(mail, locale)
      const words = (said: string) => said.replaceAll(':\n', ' ').split(/\s+/).filter(Boolean)
      expect(words(readHtml(html))).toEqual(words(read(text)))
    }
  })
})

describe('the reader’s language', () => {
  const english = renderMail(sent, 'en')
  const swedish = renderMail(sent, 'sv')

  it.each(['en', 'en-GB', 'EN', 'de', 'no', 'svx', '', '-', 'constructor', '__proto__', 'not a tag'])(
    'is English for %j',
    (locale) => {
      expect(renderMail(sent, locale)).toEqual(english)
    },
  )

  it.each(['sv', 'sv-FI', 'SV-se', 'sv_SE', 'sv-Latn-SE'])('is Swedish for %j', (locale) => {
    expect(renderMail(sent, locale)).toEqual(swedish)
  })
})

/** As a person reads it: isolates and joiners can't be seen. */
function read(text: string): string {
  return text.replace(/[\u2060\u2068\u2069]/g, '')
}

function readHtml(html: string): string {
  const body = html.slice(html.indexOf('<body'))
  return read(unescaped(body.replace(/<[^>]*>/g, '')))
}

function linksOf(html: string): string[] {
  return Array.from(html.matchAll(/\shref="([^"]*)"/g), ([, href]) => unescaped(href ?? ''))
}
