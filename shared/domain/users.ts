export const profiles = [
  'billing-administrator',
  'administrator',
  'supervisor',
  'manager',
  'observer',
] as const

/** A user's role in its account. */
export type Profile = (typeof profiles)[number]

/** Only administrators may touch partner relationships and users. */
export const isAdministrator = (profile: Profile): boolean =>
  profile === 'administrator' || profile === 'billing-administrator'

/** The ids of an account's administrators stand in one item, so there is a bound. */
export const maxAdministrators = 100

/** A name as it is sorted and searched: compatibility-decomposed, without marks, lower case. */
export const foldName = (name: string): string =>
  name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim()
