import { SESClient } from '@aws-sdk/client-ses'
import type { Context } from 'aws-lambda'
import { boundedPerAddress } from '../shared/domain/events.ts'
import { environment, requireEnv } from '../shared/environment.ts'
import { type Mail, renderMail } from '../shared/mail/render.ts'
import { sendMail } from '../shared/mail/ses.ts'
import { record } from '../shared/runtime/metric.ts'
import { effect } from '../shared/runtime/stream.ts'
import type { EventItem, MailCause } from '../shared/table/items.ts'
import { keys } from '../shared/table/keys.ts'
import { claimMail, giveMailBack, recordMail } from '../shared/table/mails.ts'
import { type Reader, readersOf } from '../shared/table/readers.ts'

const from = requireEnv(environment.mailFrom)
const webUrl = requireEnv(environment.webUrl)
const ses = new SESClient({ requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 } })

type Event = EventItem & MailCause

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Sends the e-mail that an event causes, to each of its readers once. */
export const handler = effect<Event>('send-emails', async (event, { context }) => {
  const { readers, accountNames } = await readersOf(event)
  const mail = mailOf(event, accountNames)
  const failures: unknown[] = []
  for (const reader of readers) await deliver(event, mail, reader, context).catch((e) => failures.push(e))
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} e-mails were not sent`)
})

function mailOf(event: Event, names: { sender: string; recipient: string }): Mail {
  switch (event.mail) {
    case 'invitation-sent':
      return {
        kind: event.mail,
        senderAccountName: names.sender,
        senderUserName: event.sentByName,
        url: `${webUrl}/partners`,
      }
    case 'invitation-rejected':
      return { kind: event.mail, email: event.email }
    case 'invitation-accepted':
      return { kind: event.mail, partnerAccountName: names.recipient, url: `${webUrl}/contacts` }
    default:
      return event.mail satisfies never
  }
}

/**
 * The claim lasts as long as this invocation can: who finds it held comes back when its holder has either recorded the
 * mail or is surely gone. So two deliveries at once send one mail, and one that died is made up for.
 */
async function deliver(event: Event, mail: Mail, reader: Reader, context: Context): Promise<void> {
  const key = keys.mail(event.id, reader)
  const now = Date.now()
  const claimedUntil = now + context.getRemainingTimeInMillis()
  const claimedBy = context.awsRequestId
  const address = boundedPerAddress[event.mail] ? reader.email : undefined
  const claimed = await claimMail(key, { claimedBy, claimedUntil, now }, address)
  if (claimed === 'held') throw new Error('Somebody else is sending this mail')
  if (claimed === 'left-out') record(context, 'mailsLeftOut', 'Count', 1)
  if (claimed !== 'claimed') return
  const messageId = await sendMail(ses, {
    ...renderMail(mail, reader.locale),
    from,
    to: reader.email,
  }).catch(async (error) => {
    await giveMailBack(key, claimedBy)
    throw error
  })
  await recordSent(key, messageId, context)
}

/** SES has the mail now. Without the record it would go out again, so the record is tried for as long as there is time. */
async function recordSent(key: Parameters<typeof recordMail>[0], messageId: string, context: Context) {
  for (;;) {
    try {
      return await recordMail(key, { sentAt: new Date().toISOString(), messageId })
    } catch (error) {
      if (context.getRemainingTimeInMillis() < 10_000) throw error
      await pause(500)
    }
  }
}
