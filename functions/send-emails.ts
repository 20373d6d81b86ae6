import { SESClient } from '@aws-sdk/client-ses'
import type { Context } from 'aws-lambda'
import { waitsFor } from '../shared/domain/confirmations.ts'
import { boundedPerAddress } from '../shared/domain/events.ts'
import { environment, requireEnv } from '../shared/environment.ts'
import { type Mail, renderMail } from '../shared/mail/render.ts'
import { sendMail } from '../shared/mail/ses.ts'
import { record } from '../shared/runtime/metric.ts'
import { effect } from '../shared/runtime/stream.ts'
import { putToken } from '../shared/table/confirmations.ts'
import type { ConfirmationItem, EventItem, MailCause, MailItem } from '../shared/table/items.ts'
import { type Key, keys, newConfirmationToken } from '../shared/table/keys.ts'
import { claimMail, giveMailBack, recordMail } from '../shared/table/mails.ts'
import { read } from '../shared/table/read.ts'
import { type Reader, readersOf } from '../shared/table/readers.ts'

const from = requireEnv(environment.mailFrom)
const webUrl = requireEnv(environment.webUrl)
const ses = new SESClient({ requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 } })

type Event = EventItem & MailCause

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Sends the e-mail that an event causes, to each of its readers once; or the one with the link that confirms an address. */
export const handler = effect<Event | ConfirmationItem>('send-emails', async (item, { context }) =>
  item.type === 'event' ? tell(item, context) : askToConfirm(item, context),
)

async function tell(event: Event, context: Context): Promise<void> {
  const { readers, accountNames } = await readersOf(event)
  const mail = mailOf(event, accountNames)
  const failures: unknown[] = []
  for (const reader of readers) {
    const letter = { key: keys.mail(event.id, reader), reader, bounded: boundedPerAddress[event.mail] }
    await deliver(letter, async () => mail, context).catch((error) => failures.push(error))
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} e-mails were not sent`)
}

/** Each try has a new token: only what is put beside the confirmation, before the e-mail goes out, works. */
async function askToConfirm(asked: ConfirmationItem, context: Context): Promise<void> {
  const { accountId, userId, confirmationId, email } = asked
  const key = keys.mail(confirmationId, asked)
  const [account, user, confirmation, mail] = await read(
    keys.account(accountId),
    keys.user(accountId, userId),
    keys.confirmation(accountId, userId),
    key,
  )
  if (mail?.sentAt || confirmation?.confirmationId !== confirmationId || !waitsFor(user, confirmation)) return
  const reader = { accountId, userId, email, locale: user.locale }
  const compose = async (): Promise<Mail | undefined> => {
    const token = newConfirmationToken(asked)
    if (!(await putToken(asked, token))) return undefined
    return {
      kind: 'confirmation',
      accountName: account?.name ?? accountId,
      url: `${webUrl}/confirm#${token}`,
    }
  }
  await deliver({ key, reader, bounded: true }, compose, context)
}

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

/** An e-mail to one reader; `bounded` where an address gets only so many a day. */
type Letter = { key: Key<MailItem>; reader: Reader; bounded: boolean }

/**
 * The claim lasts as long as this invocation can: who finds it held comes back when its holder has either recorded the
 * mail or is surely gone. So two deliveries at once send one mail, and one that died is made up for. Where there is
 * nothing to say any more, no mail goes out.
 */
async function deliver(
  { key, reader, bounded }: Letter,
  compose: () => Promise<Mail | undefined>,
  context: Context,
): Promise<void> {
  const now = Date.now()
  const claimedUntil = now + context.getRemainingTimeInMillis()
  const claimedBy = context.awsRequestId
  const address = bounded ? reader.email : undefined
  const claimed = await claimMail(key, { claimedBy, claimedUntil, now }, address)
  if (claimed === 'held') throw new Error('Somebody else is sending this mail')
  if (claimed === 'left-out') record(context, 'mailsLeftOut', 'Count', 1)
  if (claimed !== 'claimed') return
  const send = async () => {
    const mail = await compose()
    return mail && sendMail(ses, { ...renderMail(mail, reader.locale), from, to: reader.email })
  }
  const messageId = await send().catch(async (error) => {
    await giveMailBack(key, claimedBy)
    throw error
  })
  if (messageId !== undefined) await recordSent(key, messageId, context)
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
