import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { seed } from '../../demo/seed.ts'
import { maxAdministrators, type Profile } from '../../shared/domain/profiles.ts'
import { db, tableName } from '../../shared/table/client.ts'
import { putToken } from '../../shared/table/confirmations.ts'
import type { ContactItem } from '../../shared/table/items.ts'
import { keys, newConfirmationToken } from '../../shared/table/keys.ts'
import { readOne, readPrefix } from '../../shared/table/read.ts'
import { type Answered, call, inShort } from './call.ts'

export type Person = { accountId: string; userId: string; email: string; name: string }

/** Three accounts that nothing has happened to: acme and globex will have to do with each other, initech won't. */
export type World = {
  acme: Account
  globex: Account
  initech: Account
}

export type Account = { id: string; ada: Person; bill: Person; max: Person }

let made = 0

/** A new account: ada and bill are its administrators, max is a manager. More administrators have ids of numbers. */
export async function account(more = 0): Promise<Account> {
  const id = `account-${made++}`
  const person = (userId: string): Person => ({
    accountId: id,
    userId,
    email: `${userId}@${id}.example`,
    name: `${userId} of ${id}`,
  })
  const [ada, bill, max] = ['ada', 'bill', 'max'].map(person) as [Person, Person, Person]
  const user = (one: Person, profile: Profile) => ({ ...one, profile, locale: 'en' })
  const users = [user(ada, 'administrator'), user(bill, 'billing-administrator'), user(max, 'manager')]
  await seed({ accountId: id, name: `The ${id}`, users }, new Date().toISOString())
  for (let nth = 0; nth < more; nth++) {
    const { userId, ...body } = { ...user(person(String(nth)), 'administrator'), version: 1 }
    const { accountId: _, ...fields } = body
    await done(call('put-user', { params: { accountId: id, userId }, body: fields }))
  }
  return { id, ada, bill, max }
}

export async function world(): Promise<World> {
  return { acme: await account(), globex: await account(), initech: await account() }
}

/** Has a step done that a case needs to have been done; throws where it is refused. */
export async function done(step: Promise<Answered>): Promise<Answered> {
  const answered = await step
  if (answered.status >= 400) throw new Error(`A step before the case was refused: ${inShort(answered)}`)
  return answered
}

export const send = async (by: Person, email: string): Promise<string> =>
  String((await done(call('send-invitation', { by, body: { email } }))).body.id)

export const answer = (wish: 'accept' | 'reject' | 'delete', by: Person, id: string) =>
  done(call(`${wish}-invitation`, { by, params: { id } }))

export const end = (by: Person, accountId: string) =>
  done(call('delete-partner', { by, params: { accountId } }))

/** Makes partners of two accounts, the first being the sender. */
export async function partners(sender: Account, recipient: Account): Promise<string> {
  const id = await send(sender.ada, recipient.ada.email)
  await answer('accept', recipient.ada, id)
  return id
}

export const addUser = (by: Person, userName: string, profile: Profile = 'observer') =>
  done(
    call('add-user', {
      by,
      body: { email: `${userName}@${by.accountId}.example`, name: userName, profile },
    }),
  )

/** Adds a user whose address waits to be confirmed, and gives the token that confirms it, as send-emails would. */
export async function unconfirmed(by: Person, userName: string): Promise<{ user: Person; token: string }> {
  const { body } = await addUser(by, userName)
  const user = { ...by, userId: String(body.id), email: String(body.email), name: userName }
  return { user, token: await tokenOf(user) }
}

/** Gives a token that works for the confirmation that a user waits for. */
export async function tokenOf({ accountId, userId }: Pick<Person, 'accountId' | 'userId'>): Promise<string> {
  const confirmation = await readOne(keys.confirmation(accountId, userId))
  if (!confirmation) throw new Error(`${userId} waits for no confirmation`)
  const token = newConfirmationToken({ accountId, userId })
  await putToken(confirmation, token)
  return token
}

export const confirm = (token: string) => done(call('confirm-address', { body: { token } }))

export const removeUser = (by: Person, id: string) => done(call('remove-user', { by, params: { id } }))

export const share = async (by: Person, partnerAccountId: string, fields: object): Promise<string> =>
  String((await done(call('add-share', { by, body: { partnerAccountId, ...fields } }))).body.id)

/** The contacts that an account has from another, tombstones too, by user. */
export async function contactsOf(owner: string, source: string): Promise<Map<string, ContactItem>> {
  const { pk, sk } = keys.contact(owner, source, '')
  const { items } = await readPrefix<ContactItem>(pk, sk, { limit: 100 })
  return new Map(items.map((item) => [item.userId, item]))
}

/** Gives an account as many administrators as it may have; they are no more than their ids. */
export async function fillAdministrators(accountId: string): Promise<void> {
  const { pk, sk } = keys.account(accountId)
  const ids = Array.from({ length: maxAdministrators }, (_, i) => `administrator-${i}`)
  await db.send(
    new UpdateCommand({
      TableName: tableName,
      Key: { pk, sk },
      UpdateExpression: 'SET administrators = :ids',
      ExpressionAttributeValues: { ':ids': new Set(ids) },
    }),
  )
}
