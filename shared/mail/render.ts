import type { MailKind } from '../domain/events.ts'
import { type Html, html } from '../html.ts'
import { languageFor } from '../languages.ts'
import { type Language, languages, type MessageKey, messageFormat } from './messages.ts'
import { shownAddress, shownInSubject, shownName } from './names.ts'

/** The content of an e-mail. `url` is the page to go to. That of a confirmation has the token. */
export type Mail =
  | { kind: 'invitation-sent'; senderAccountName: string; senderUserName: string; url: string }
  | { kind: 'invitation-rejected'; email: string }
  | { kind: 'invitation-accepted'; partnerAccountName: string; url: string }
  | { kind: 'confirmation'; accountName: string; url: string }

/** The e-mail about a change of an invitation. `webUrl` is the address of the pages, without a slash at the end. */
export function invitationMail(
  { mail: kind, sentByName, email }: { mail: MailKind; sentByName: string; email: string },
  { sender, recipient }: { sender: string; recipient: string },
  webUrl: string,
): Mail {
  switch (kind) {
    case 'invitation-sent':
      return { kind, senderAccountName: sender, senderUserName: sentByName, url: `${webUrl}/partners` }
    case 'invitation-rejected':
      return { kind, email }
    case 'invitation-accepted':
      return { kind, partnerAccountName: recipient, url: `${webUrl}/contacts` }
    default:
      return kind satisfies never
  }
}

export type RenderedMail = { subject: string; text: string; html: string }

type Content = {
  subject: MessageKey
  paragraphs: MessageKey[]
  link?: { label: MessageKey; url: string }
  reason: MessageKey
  names: Record<string, string>
}

/** An e-mail in the reader's language. Its text and its HTML have the same content. */
export function renderMail(mail: Mail, locale: string): RenderedMail {
  const language = languageFor(languages, [locale])
  const content = contentOf(mail)
  const subject = renderSubject(content, language)
  return { subject, text: renderText(content, language), html: renderHtml(content, language, subject) }
}

function contentOf(mail: Mail): Content {
  switch (mail.kind) {
    case 'invitation-sent':
      return {
        subject: 'invitation-sent.subject',
        paragraphs: [
          'invitation-sent.person-invites',
          'invitation-sent.what-partners-see',
          'invitation-sent.who-answers',
        ],
        link: { label: 'invitation-sent.link', url: mail.url },
        reason: 'reason.invited',
        names: { account: shownName(mail.senderAccountName), person: shownName(mail.senderUserName) },
      }
    case 'invitation-rejected':
      return {
        subject: 'invitation-rejected.subject',
        paragraphs: [
          'invitation-rejected.what-happened',
          'invitation-rejected.before-inviting-again',
          'invitation-rejected.inviting-others',
        ],
        reason: 'reason.sender',
        names: { email: shownAddress(mail.email) },
      }
    case 'invitation-accepted':
      return {
        subject: 'invitation-accepted.subject',
        paragraphs: ['invitation-accepted.what-happened', 'invitation-accepted.what-partners-see'],
        link: { label: 'invitation-accepted.link', url: mail.url },
        reason: 'reason.sender',
        names: { account: shownName(mail.partnerAccountName) },
      }
    case 'confirmation':
      return {
        subject: 'confirmation.subject',
        paragraphs: ['confirmation.who-entered-it', 'confirmation.what-it-does', 'confirmation.how-long'],
        link: { label: 'confirmation.link', url: mail.url },
        reason: 'reason.entered',
        names: { account: shownName(mail.accountName) },
      }
  }
}

function renderSubject({ subject, names }: Content, language: Language): string {
  const short = Object.entries(names).map(([argument, name]) => [argument, shownInSubject(name)])
  return textOf(subject, language, Object.fromEntries(short))
}

function renderText({ paragraphs, link, reason, names }: Content, language: Language): string {
  const say = (key: MessageKey) => textOf(key, language, names)
  const blocks = [say('greeting'), ...paragraphs.map(say)]
  if (link) blocks.push(`${say(link.label)}:\n${link.url}`)
  return `${[...blocks, say(reason)].join('\n\n')}\n`
}

/** Only the button has colours, so that the reader's light or dark mode applies. Apple's mail programs obey `format-detection`. */
function renderHtml({ paragraphs, link, reason, names }: Content, language: Language, subject: string) {
  const say = (key: MessageKey) => htmlOf(key, language, names)
  const paragraph = (key: MessageKey) => html`<p style="margin:0 0 16px">${say(key)}</p>
`
  return html`<!doctype html>
<html lang="${language}" style="color-scheme:light dark">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<title>${subject}</title>
</head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
<div style="max-width:560px;margin:0 auto;overflow-wrap:break-word">
${paragraph('greeting')}${paragraphs.map(paragraph)}${link ? renderLink(say(link.label), link.url) : ''}<p style="margin:24px 0 0;padding-top:16px;border-top:1px solid #999;font-size:13px">${say(reason)}</p>
</div>
</body>
</html>
`.markup
}

function renderLink(label: Html, url: string): Html {
  return html`<p style="margin:24px 0 8px"><a href="${url}" style="display:inline-block;padding:10px 20px;border-radius:6px;background:#1a5fb4;color:#fff;font-weight:600;text-decoration:none">${label}</a></p>
<p style="margin:0 0 16px;font-size:13px"><a href="${url}">${url}</a></p>
`
}

/** Names are isolated, so that a right-to-left name does not reorder the words around it. */
function textOf(key: MessageKey, language: Language, names: Record<string, string>): string {
  const isolated = Object.entries(names).map(([argument, name]) => [argument, `\u2068${name}\u2069`])
  return String(messageFormat(language, key).format(Object.fromEntries(isolated)))
}

function htmlOf(key: MessageKey, language: Language, names: Record<string, string>): Html {
  const isolated = Object.entries(names).map(([argument, name]) => [argument, html`<bdi>${name}</bdi>`])
  const parts = messageFormat(language, key).formatToParts<Html>(Object.fromEntries(isolated))
  return html`${parts.map((part) => part.value)}`
}
