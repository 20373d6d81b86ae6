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

/** Ids are parts of keys, percent-encoded; an id that would be longer than this belongs to nobody. */
export const longestId = 300

/** Characters in an e-mail address (RFC 5321). */
export const maxEmailLength = 254

/** One `@`, something on either side, no spaces or control characters. Deliberately no stricter: whether it exists, the directory knows. */
export const emailPattern =
  /^[^\s\p{C}@<>,;:"()[\]\\]{1,64}@[^\s\p{C}@<>,;:"()[\]\\.]+(\.[^\s\p{C}@<>,;:"()[\]\\.]+)+$/u

/**
 * The form in which e-mail addresses are kept and compared: trimmed, NFC, lower-cased. Undefined for what is no
 * address, or too long for one.
 */
export function normalizeEmail(text: string): string | undefined {
  // Lower-casing can leave a sequence that composes, so it is normalized once more.
  const email = text.trim().normalize('NFC').toLowerCase().normalize('NFC')
  if (email.length > maxEmailLength) return undefined
  return emailPattern.test(email) ? email : undefined
}

/** A name as it is sorted and searched: compatibility-decomposed, without marks, lower case. */
export const foldName = (name: string): string =>
  name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim()
