import { SESClient } from '@aws-sdk/client-ses'
import type { Context } from 'aws-lambda'
import { boundedPerAddress } from '../shared/domain/events.ts'
import { environment, requireEnv } from '../shared/environment.ts'
import { invitationMail, type Mail, renderMail } from '../shared/mail/render.ts'
import { sendMail } from '../shared/mail/ses.ts'
import { record } from '../shared/runtime/metric.ts'
import { effect } from '../shared/runtime/stream.ts'
import { putToken } from '../shared/table/confirmations.ts'
import type { ConfirmationItem, EventItem, MailCause } from '../shared/table/items.ts'
import { keys, newConfirmationToken } from '../shared/table/keys.ts'
import { type Envelope, sendOnce } from '../shared/table/mails.ts'
import { readerOfConfirmation, readersOf } from '../shared/table/readers.ts'

const from = requireEnv(environment.mailFrom)
const webUrl = requireEnv(environment.webUrl)
const ses = new SESClient({ requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 } })

type Event = EventItem & MailCause

/** An e-mail to one reader. `compose` answers undefined where it is no longer to be sent. */
type Letter = Envelope & { locale: string; compose: () => Promise<Mail | undefined> }

/** Sends the e-mail that an event causes to each of its readers, or the e-mail with the link that confirms an address. */
export const handler = effect<Event | ConfirmationItem>('send-emails', async (item, { context }) => {
  const letters = item.type === 'event' ? await lettersAbout(item) : await confirmationLetters(item)
  const failures: unknown[] = []
  for (const letter of letters) await deliver(letter, context).catch((error) => failures.push(error))
  // The log shows the cause of an error, and not the errors of an AggregateError.
  if (failures.length > 0)
    throw new Error(`${failures.length} of ${letters.length} e-mails were not sent`, { cause: failures[0] })
})

async function deliver({ compose, locale, ...envelope }: Letter, context: Context): Promise<void> {
  const outcome = await sendOnce(envelope, context, async () => {
    const mail = await compose()
    return mail && sendMail(ses, { ...renderMail(mail, locale), from, to: envelope.email })
  })
  if (outcome === 'left-out') record(context, 'mailsLeftOut', 'Count', 1)
}

async function lettersAbout(event: Event): Promise<Letter[]> {
  const { readers, accountNames } = await readersOf(event)
  const mail = invitationMail(event, accountNames, webUrl)
  return readers.map(({ email, locale, ...reader }) => ({
    key: keys.mail(event.id, reader),
    email,
    locale,
    bounded: boundedPerAddress[event.mail],
    compose: async () => mail,
  }))
}

/** Each attempt makes a new token, and only the token that was put beside the confirmation last works. */
async function confirmationLetters(confirmation: ConfirmationItem): Promise<Letter[]> {
  const reader = await readerOfConfirmation(confirmation)
  if (!reader) return []
  const { key, email, locale, accountName } = reader
  const compose = async (): Promise<Mail | undefined> => {
    const token = newConfirmationToken(confirmation)
    if (!(await putToken(confirmation, token))) return undefined
    return { kind: 'confirmation', accountName, url: `${webUrl}/confirm#${token}` }
  }
  return [{ key, email, locale, bounded: true, compose }]
}
