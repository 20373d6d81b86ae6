import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses'
import { mockClient } from 'aws-sdk-client-mock'
import { v7 } from 'uuid'
import { beforeEach, expect, test, vi } from 'vitest'
import { handler } from '../../functions/send-emails.ts'
import { type MailKind, maxDailyMailsPerAddress } from '../../shared/domain/events.ts'
import { logger } from '../../shared/runtime/logger.ts'
import type { EventItem, MailCause } from '../../shared/table/items.ts'
import { keys } from '../../shared/table/keys.ts'
import { type Account, account } from '../kit/accounts.ts'
import { deliver, recordOf } from '../kit/deliver.ts'

type Event = EventItem & MailCause

// SES is replaced, so that it can refuse.
const ses = mockClient(SESClient)
const info = vi.spyOn(logger, 'info')
const failed = vi.spyOn(logger, 'error')
beforeEach(() => {
  ses.reset()
  ses.on(SendEmailCommand).resolves({ MessageId: 'sent' })
  info.mockClear()
})

const eventOf = (mail: MailKind, from: Account, to: Account): Event => ({
  type: 'event',
  id: v7(),
  accountId: from.id,
  event: mail,
  at: new Date().toISOString(),
  mail,
  sender: from.id,
  recipient: to.id,
  sentBy: from.ada.userId,
  sentByName: from.ada.name,
  invitedUser: to.max.userId,
  email: to.max.email,
})

/** Delivers each event by an invocation of its own; answers how many failed. */
async function deliverEach(events: Event[]): Promise<number> {
  const failures = await Promise.all(
    events.map((event) =>
      deliver(handler, [recordOf({ ...keys.event(event.accountId, event.id), ...event })]),
    ),
  )
  return failures.reduce((sum, one) => sum + one, 0)
}

const mails = () => ses.commandCalls(SendEmailCommand).length
const leftOut = () =>
  info.mock.calls.filter(([, extra]) => (extra as Record<string, unknown> | undefined)?.MailsLeftOut === 1)
    .length

test('an address gets so many invitations a day from all accounts together; the others are left out, counted once and never sent', async () => {
  const [acme, globex, initech] = [await account(), await account(), await account()]
  const more = 3
  const events = Array.from({ length: maxDailyMailsPerAddress + more }, (_, i) =>
    eventOf('invitation-sent', i % 2 ? acme : initech, globex),
  )
  expect(await deliverEach(events)).toBe(0)
  expect([mails(), leftOut()]).toEqual([maxDailyMailsPerAddress, more])
  expect(await deliverEach(events)).toBe(0)
  expect([mails(), leftOut()]).toEqual([maxDailyMailsPerAddress, more])
})

test('answers to own invitations are sent beyond it', async () => {
  const [acme, globex] = [await account(), await account()]
  const toAda = Array.from({ length: maxDailyMailsPerAddress }, () => ({
    ...eventOf('invitation-sent', globex, acme),
    invitedUser: acme.ada.userId,
    email: acme.ada.email,
  }))
  await deliverEach(toAda)
  await deliverEach([
    eventOf('invitation-accepted', acme, globex),
    eventOf('invitation-rejected', acme, globex),
  ])
  expect([mails(), leftOut()]).toEqual([maxDailyMailsPerAddress + 2, 0])
})

test('a mail that has to be tried often is counted once', async () => {
  const [acme, globex] = [await account(), await account()]
  const [late, ...others] = Array.from({ length: maxDailyMailsPerAddress }, () =>
    eventOf('invitation-sent', acme, globex),
  ) as [Event, ...Event[]]
  ses.on(SendEmailCommand).rejects(new Error('SES is down'))
  for (let tries = 0; tries < 3; tries++) expect(await deliverEach([late])).toBe(1)
  // The logger prints the cause of an error.
  const error = expect.objectContaining({ cause: new Error('SES is down') })
  expect(failed).toHaveBeenCalledWith('failed', expect.objectContaining({ error }))
  ses.on(SendEmailCommand).resolves({ MessageId: 'sent' })
  ses.resetHistory()
  expect(await deliverEach([...others, late])).toBe(0)
  expect([mails(), leftOut()]).toEqual([maxDailyMailsPerAddress, 0])
})
