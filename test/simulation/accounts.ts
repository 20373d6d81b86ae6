import type { AccountItem, AddressItem, EmailItem } from '../../shared/table/items.ts'
import { keys } from '../../shared/table/keys.ts'
import { userItem } from '../../shared/table/users.ts'

/** An account with so many users, the first of them an administrator, since a time in milliseconds: all its items. */
export function itemsOf(accountId: string, size: number, since: number): object[] {
  const account: AccountItem = {
    type: 'account',
    accountId,
    name: accountId,
    salt: `salt of ${accountId}`,
    administrators: new Set(['u0']),
  }
  const users = Array.from({ length: size }, (_, nth) => {
    const user = someUser(accountId, nth, new Date(since).toISOString())
    const claim: EmailItem = { type: 'email', email: user.email, accountId, userId: user.userId }
    const address: AddressItem = { type: 'address', users: new Set([user.userId]) }
    return [
      { ...keys.user(accountId, user.userId), ...user },
      { ...keys.email(user.email), ...claim },
      { ...keys.address(accountId, user.email), ...address },
    ]
  })
  return [{ ...keys.account(accountId), ...account }, ...users.flat()]
}

const someUser = (accountId: string, nth: number, createdAt: string) =>
  userItem({
    accountId,
    userId: `u${nth}`,
    email: `u${nth}@${accountId}.example`,
    name: `User ${nth}`,
    profile: nth === 0 ? 'administrator' : 'manager',
    locale: 'en',
    emailConfirmed: true,
    version: 1,
    createdAt,
    changedAt: createdAt,
  })
