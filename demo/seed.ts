import { isAdministrator } from '../shared/domain/profiles.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import type { AccountItem, AddressItem, EmailItem } from '../shared/table/items.ts'
import { keys, newSalt } from '../shared/table/keys.ts'
import { transact, type Write } from '../shared/table/transact.ts'
import { userItem } from '../shared/table/users.ts'
import type { DemoAccount } from './accounts.ts'

/** Puts an account with its users at the time `now` (RFC 3339 in UTC), unless a kept database has the account. */
export async function seed({ accountId, name, users }: DemoAccount, now: string): Promise<void> {
  const administrators = users.filter(({ profile }) => isAdministrator(profile)).map(({ userId }) => userId)
  const account: AccountItem = {
    type: 'account',
    accountId,
    name,
    salt: newSalt(),
    administrators: new Set(administrators),
  }
  const put = (Item: object): Write => ({ Put: { Item: { ...Item } } })
  const outcome = await transact(
    {
      account: {
        Put: {
          Item: { ...keys.account(accountId), ...account },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
    },
    users.flatMap((user) => {
      const { userId, email } = user
      const address: AddressItem = { type: 'address', users: new Set([userId]) }
      const claim: EmailItem = { type: 'email', email, accountId, userId }
      const item = userItem({
        accountId,
        ...user,
        emailConfirmed: true,
        version: 1,
        changedAt: now,
        createdAt: now,
      })
      return [
        put({ ...keys.user(accountId, userId), ...item }),
        put({ ...keys.email(email), ...claim }),
        put({ ...keys.address(accountId, email), ...address }),
      ]
    }),
  )
  if (isRefusal(outcome)) throw new Error(`The account ${accountId} could not be put: ${outcome.refusal}`)
}
