import type { Profile } from '../shared/domain/profiles.ts'

type DemoUser = { userId: string; name: string; email: string; profile: Profile; locale: string }

export type DemoAccount = { accountId: string; name: string; users: DemoUser[] }

/** A demo account, whose users have addresses such as ada@acme.example. */
const accountOf = (
  accountId: string,
  name: string,
  users: (Omit<DemoUser, 'email' | 'locale'> & { locale?: string })[],
): DemoAccount => ({
  accountId,
  name,
  users: users.map((user) => ({ email: `${user.userId}@${accountId}.example`, locale: 'en', ...user })),
})

/** The demo accounts. Gun at Globex gets e-mails in Swedish, all others in English. */
export const demoAccounts = [
  accountOf('acme', 'Acme', [
    { userId: 'ada', name: 'Ada Lind', profile: 'administrator' },
    { userId: 'bill', name: 'Bill Berg', profile: 'billing-administrator' },
    { userId: 'max', name: 'Max Holm', profile: 'manager' },
  ]),
  accountOf('globex', 'Globex', [
    { userId: 'bo', name: 'Bo Ek', profile: 'administrator' },
    { userId: 'gun', name: 'Gun Sjö', profile: 'administrator', locale: 'sv' },
    { userId: 'olle', name: 'Olle Nyman', profile: 'observer' },
  ]),
  accountOf('initech', 'Initech', [{ userId: 'ines', name: 'Ines Roth', profile: 'administrator' }]),
]
