import { randomUUID } from 'node:crypto'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { inject } from 'vitest'
import { type DemoAccount, demoAccounts } from '../../demo/accounts.ts'
import { seedingAt } from '../kit/seeding.ts'

// Accounts for this test file alone, like the demo's: files run side by side, and no list grows from file to file.
const tag = `-${randomUUID().slice(0, 8)}`
// Hooli has nothing to do with the others: its e-mails show that those of all earlier events have been sent.
const boss = { userId: 'boss', name: 'The Boss', email: 'boss@hooli.example', locale: 'en' }
const accounts: DemoAccount[] = [
  ...demoAccounts,
  { accountId: 'hooli', name: 'Hooli', users: [{ ...boss, profile: 'administrator' }] },
]
const seed = await seedingAt(inject('stack').dynamodb)
for (const { accountId, name, users } of accounts) {
  const id = `${accountId}${tag}`
  const own = users.map((user) => ({ ...user, email: user.email.replace(`@${accountId}.`, `@${id}.`) }))
  await seed({ accountId: id, name, users: own }, new Date().toISOString())
}
process.env.ACCOUNTS_TAG = tag

// A test file may send its people more e-mails a day than an address gets, which test/functions/mails-left-out.test.ts tries.
const { keys } = await import('../../shared/table/keys.ts')
const { db, tableName } = await import('../../shared/table/client.ts')
for (const { accountId, users } of accounts)
  for (const { email } of users)
    for (const ahead of [0, 86_400_000]) {
      const address = email.replace(`@${accountId}.`, `@${accountId}${tag}.`)
      const day = new Date(Date.now() + ahead).toISOString().slice(0, 10)
      const counter = { ...keys.mailQuota(address, day), type: 'quota', count: -1_000_000, expires: 4e9 }
      await db.send(new PutCommand({ TableName: tableName, Item: counter }))
    }
