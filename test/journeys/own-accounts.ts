import { randomUUID } from 'node:crypto'
import { inject } from 'vitest'
import { demoAccounts } from '../../demo/accounts.ts'
import { seedingAt } from '../seeding.ts'

// Accounts for this test file alone, like the demo's: files run side by side, and no list grows from file to file.
const tag = `-${randomUUID().slice(0, 8)}`
const seed = await seedingAt(inject('stack').dynamodb)
for (const { accountId, name, users } of demoAccounts) {
  const id = `${accountId}${tag}`
  const own = users.map((user) => ({ ...user, email: user.email.replace(`@${accountId}.`, `@${id}.`) }))
  await seed({ accountId: id, name, users: own }, new Date().toISOString())
}
process.env.ACCOUNTS_TAG = tag
