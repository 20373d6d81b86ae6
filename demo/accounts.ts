import type { Profile } from '../shared/domain/profiles.ts'

type DemoUser = { userId: string; name: string; email: string; profile: Profile; locale: string }

export type DemoAccount = { accountId: string; name: string; users: DemoUser[] }

/** The demo accounts. Gun at Globex gets e-mails in Swedish, all others in English. */
export const demoAccounts: DemoAccount[] = [
  {
    accountId: 'acme',
    name: 'Acme',
    users: [
      { userId: 'ada', name: 'Ada Lind', email: 'ada@acme.example', profile: 'administrator', locale: 'en' },
      {
        userId: 'bill',
        name: 'Bill Berg',
        email: 'bill@acme.example',
        profile: 'billing-administrator',
        locale: 'en',
      },
      { userId: 'max', name: 'Max Holm', email: 'max@acme.example', profile: 'manager', locale: 'en' },
    ],
  },
  {
    accountId: 'globex',
    name: 'Globex',
    users: [
      { userId: 'bo', name: 'Bo Ek', email: 'bo@globex.example', profile: 'administrator', locale: 'en' },
      { userId: 'gun', name: 'Gun Sjö', email: 'gun@globex.example', profile: 'administrator', locale: 'sv' },
      { userId: 'olle', name: 'Olle Nyman', email: 'olle@globex.example', profile: 'observer', locale: 'en' },
    ],
  },
  {
    accountId: 'initech',
    name: 'Initech',
    users: [
      {
        userId: 'ines',
        name: 'Ines Roth',
        email: 'ines@initech.example',
        profile: 'administrator',
        locale: 'en',
      },
    ],
  },
]
