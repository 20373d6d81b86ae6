import { domainToASCII } from 'node:url'
import { type SESClient, SendEmailCommand } from '@aws-sdk/client-ses'
import type { RenderedMail } from './render.ts'

/** RFC 5322's dot-atom characters, and ASCII only, since SES has no SMTPUTF8; a domain may be in any script. */
const mailbox = /^(?<local>[\w.!#$%&'*+/=?^`{|}~-]+)@(?<domain>[\p{L}\p{M}\p{N}.-]+)$/u

/**
 * Sends one mail and gives SES's id of it. Rejects, beside SES's own errors, with an Error where `to` is not exactly one
 * bare address: SES would read a comma as a second recipient.
 */
export async function sendMail(
  client: SESClient,
  mail: RenderedMail & { from: string; to: string },
): Promise<string> {
  const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' })
  const answer = await client.send(
    new SendEmailCommand({
      Source: mail.from,
      Destination: { ToAddresses: [asciiAddress(mail.to)] },
      Message: { Subject: utf8(mail.subject), Body: { Text: utf8(mail.text), Html: utf8(mail.html) } },
    }),
  )
  if (answer.MessageId === undefined) throw new Error('SES took the mail and gave no message id')
  return answer.MessageId
}

function asciiAddress(to: string): string {
  const { local, domain } = mailbox.exec(to)?.groups ?? {}
  const ascii = domainToASCII(domain ?? '')
  if (ascii === '') throw new Error(`Not an address that SES can send to: ${JSON.stringify(to)}`)
  return `${local}@${ascii}`
}
