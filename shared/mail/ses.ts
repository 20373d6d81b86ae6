import { type SESClient, SendEmailCommand } from '@aws-sdk/client-ses'
import { normalizeEmail } from '../domain/addresses.ts'
import type { RenderedMail } from './render.ts'

/**
 * Sends one e-mail and returns SES's id of it. Rejects if `to` is not exactly one stored address, which is ASCII: SES
 * has no SMTPUTF8, and reads a comma as a second recipient.
 */
export async function sendMail(client: SESClient, mail: RenderedMail & { from: string; to: string }) {
  if (normalizeEmail(mail.to) !== mail.to)
    throw new Error(`Not an address that SES can send to: ${JSON.stringify(mail.to)}`)
  const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' })
  const answer = await client.send(
    new SendEmailCommand({
      Source: mail.from,
      Destination: { ToAddresses: [mail.to] },
      Message: { Subject: utf8(mail.subject), Body: { Text: utf8(mail.text), Html: utf8(mail.html) } },
    }),
  )
  if (answer.MessageId === undefined) throw new Error('SES took the mail and gave no message id')
  return answer.MessageId
}
