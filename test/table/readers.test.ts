import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { expect, it } from 'vitest'
import { db, tableName } from '../../shared/table/client.ts'
import type { EventItem, MailCause } from '../../shared/table/items.ts'
import { keys } from '../../shared/table/keys.ts'
import { readersOf } from '../../shared/table/readers.ts'
import type { Account } from '../kit/accounts.ts'
import { account, addUser, removeUser } from '../kit/accounts.ts'
import { MemoryTable } from '../kit/memory-table.ts'

new MemoryTable().use()

const eventOf = (acme: Account, globex: Account, mail: MailCause['mail']): EventItem & MailCause => ({
  type: 'event',
  id: '0198c0de-5a1e-7c3f-9d42-1f6b8a3e7c55',
  accountId: acme.id,
  event: mail,
  at: '2026-11-23T09:00:00.000Z',
  mail,
  sender: acme.id,
  sentBy: 'ada',
  sentByName: 'Ada',
  recipient: globex.id,
  invitedUser: 'max',
  email: globex.max.email,
})

type Given = { acme: Account; globex: Account; event: EventItem & MailCause }
const nothing = async () => {}
const removeAda = ({ acme }: Given) => removeUser(acme.bill, 'ada')
const removeMax = ({ globex }: Given) => removeUser(globex.ada, 'max')
/** The sender has had the e-mail, and is removed. */
const sentToAda = async (given: Given) => {
  const { pk, sk } = keys.mail(given.event.id, given.acme.ada)
  const mail = { type: 'mail', claimedBy: 'one', claimedUntil: 0, sentAt: given.event.at, expires: 4e9 }
  await db.send(new PutCommand({ TableName: tableName, Item: { pk, sk, ...mail } }))
  await removeAda(given)
}
const claimByBill = ({ globex: { bill, max } }: Given) => {
  const { pk, sk } = keys.email(max.email)
  const claim = { type: 'email', email: max.email, accountId: bill.accountId, userId: 'bill' }
  return db.send(new PutCommand({ TableName: tableName, Item: { pk, sk, ...claim } }))
}

it.each<[MailCause['mail'], string, (given: Given) => Promise<unknown>, 'acme' | 'globex', string[]]>([
  ['invitation-sent', 'the user who was invited', nothing, 'globex', ['max']],
  ['invitation-sent', 'nobody where another user has the address', claimByBill, 'globex', []],
  ['invitation-sent', 'nobody where the address is given up', removeMax, 'globex', []],
  ['invitation-accepted', 'the user who sent the invitation', nothing, 'acme', ['ada']],
  ['invitation-accepted', 'the administrators, without that user', removeAda, 'acme', ['bill']],
  ['invitation-rejected', 'nobody else where that user had it and is removed', sentToAda, 'acme', []],
])('%s goes to %s', async (mail, _, happens, side, ids) => {
  const [acme, globex] = [await account(), await account()]
  await addUser(acme.ada, 'unconfirmed', 'administrator')
  const event = eventOf(acme, globex, mail)
  await happens({ acme, globex, event })
  const { readers, accountNames } = await readersOf(event)
  const people = { acme, globex }[side]
  expect(readers).toEqual(
    ids.map((id) => {
      const { name: _, ...reader } = people[id as 'ada']
      return { ...reader, locale: 'en' }
    }),
  )
  expect(accountNames).toEqual({ sender: `The ${acme.id}`, recipient: `The ${globex.id}` })
})
