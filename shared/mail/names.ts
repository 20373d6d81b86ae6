import { shownEmail } from '../domain/addresses.ts'

/** Code points that a name may take in a mail, and that anything may take in a subject. */
const nameLimit = 60
/** Octets in the longest address that SMTP carries. */
const addressLimit = 254

const plainAddress = /^(?!www\.)[\p{L}\p{N}._+-]+@[\p{L}\p{M}\p{N}.-]+$/u

/** A stranger's name, fit to be read on one line and to be nothing but read. Not escaped for HTML. */
export function shownName(name: string): string {
  return unlinked(shortened(oneLine(name), nameLimit))
}

/**
 * An address that the reader's own account typed, fit for one line. A plain one is left whole, to be copied and
 * invited again, since a program that links it links the address itself; any other is treated as a stranger's name.
 */
export function shownAddress(address: string): string {
  const line = shortened(oneLine(shownEmail(address)), addressLimit)
  return plainAddress.test(line) ? line : unlinked(line)
}

/** What `shownName` or `shownAddress` gave, fit for a subject. */
export function shownInSubject(shown: string): string {
  return shortened(shown, nameLimit)
}

/** Invisible characters go (bidi controls, soft hyphens, byte order marks), save the joiners that scripts and emoji need. */
function oneLine(value: string): string {
  const line = value
    .toWellFormed()
    .replace(/(?![\u200c\u200d])\p{Cf}/gu, '')
    .replace(/[\p{Cc}\p{Z}]+/gu, ' ')
    .trim()
  return line || '–'
}

function shortened(value: string, limit: number): string {
  const characters = [...value]
  return characters.length <= limit ? value : `${characters.slice(0, limit - 1).join('')}…`
}

/**
 * Mail programs make links of what looks like one. A word joiner is invisible and no part of an address, but it has to be on
 * both sides: Thunderbird links `www.` and `x@` whatever comes after the dot or at sign, and linkify-it (as in webmail)
 * links `evil.com` whatever comes before the dot. Thunderbird also joins `<http: //evil.com>`, so spaces excuse
 * only the full stop: "Dr. Ek" stays as it is.
 */
function unlinked(value: string): string {
  return value.replace(/[/:@]|\.(?=\S)/gu, '\u2060$&\u2060')
}
