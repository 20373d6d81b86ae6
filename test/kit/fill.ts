import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb'
import { v7 as uuid } from 'uuid'
import { db, tableName } from '../../shared/table/client.ts'
import type { PartnershipItem } from '../../shared/table/items.ts'
import { keys } from '../../shared/table/keys.ts'
import { readOne } from '../../shared/table/read.ts'
import { userItem } from '../../shared/table/users.ts'
import { type Account, account, partners } from './accounts.ts'

const perWrite = 25
/** DynamoDB Local writes one item after the other anyway. */
const concurrency = 2

/** Puts items past the interface, many at a time; `item` makes each from its number. */
async function putAll(from: number, to: number, item: (number: number) => object): Promise<void> {
  const batches = Array.from({ length: Math.ceil((to - from) / perWrite) }, (_, i) => from + i * perWrite)
  const write = async (start: number) => {
    const numbers = Array.from({ length: Math.min(perWrite, to - start) }, (_, i) => start + i)
    const puts = numbers.map((number) => ({ PutRequest: { Item: { ...item(number) } } }))
    await db.send(new BatchWriteCommand({ RequestItems: { [tableName]: puts } }))
  }
  const worker = async () => {
    for (let start = batches.pop(); start !== undefined; start = batches.pop()) await write(start)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}

/** Adds the users of these numbers to an account. */
export const addUsers = (accountId: string, from: number, to: number): Promise<void> =>
  putAll(from, to, (number) => {
    const userId = `user-${number}`
    const name = `Användare ${number}`
    const email = `${userId}@${accountId}.example`
    const at = new Date().toISOString()
    const user = { accountId, userId, email, name, profile: 'observer', locale: 'sv' } as const
    return {
      ...keys.user(accountId, userId),
      ...userItem({ ...user, emailConfirmed: true, version: 1, changedAt: at, createdAt: at }),
    }
  })

/** Gives an account so many partners, as it alone has them. */
export const addPartners = (accountId: string, count: number): Promise<void> =>
  putAll(0, count, (number) => {
    const partnerId = `partner-${number}-of-${accountId}`
    const since = new Date().toISOString()
    const from = { sender: accountId, hash: '0'.repeat(32), sendingId: uuid(), email: 'none' }
    const item: PartnershipItem = { type: 'partnership', accountId, partnerId, epoch: 1, since, ...from }
    return { ...keys.partnership(accountId, partnerId), ...item }
  })

/** Makes partners of an account and a new one of so many users; the partnership as the new one has it. */
export async function partnerOf(owner: Account, users: number): Promise<PartnershipItem> {
  const source = await account()
  // An account has three from the beginning.
  await addUsers(source.id, 3, users)
  await partners(owner, source)
  const made = await readOne(keys.partnership(source.id, owner.id))
  if (!made) throw new Error('The two are no partners')
  return made
}
