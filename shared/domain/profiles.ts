export const profiles = [
  'billing-administrator',
  'administrator',
  'supervisor',
  'manager',
  'observer',
] as const

/** A user's role in its account. */
export type Profile = (typeof profiles)[number]

/** Only administrators can change partner relationships and users. */
export const isAdministrator = (profile: Profile): boolean =>
  profile === 'administrator' || profile === 'billing-administrator'

/** One item has the ids of all administrators of an account, so their number is limited. */
export const maxAdministrators = 100
