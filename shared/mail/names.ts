import { shownEmail } from '../domain/addresses.ts'

/** The maximum of code points of a name in an e-mail, and of any value in a subject. */
const nameLimit = 60
/** Octets in the longest address that SMTP carries. */
const addressLimit = 254

const plainAddress = /^(?!www\.)[\p{L}\p{N}._+-]+@[\p{L}\p{M}\p{N}.-]+$/u

/** A stranger's name on one line, without anything that becomes a link. Not escaped for HTML. */
export function shownName(name: string): string {
  return unlinked(shortened(oneLine(name), nameLimit))
}

/**
 * An address that the reader's own account typed, on one line. A plain address stays as it is, so that it can be
 * copied: a mail program that links it links the address itself. Any other is treated as a stranger's name.
 */
export function shownAddress(address: string): string {
  const line = shortened(oneLine(shownEmail(address)), addressLimit)
  return plainAddress.test(line) ? line : unlinked(line)
}

/** A result of `shownName` or `shownAddress`, shortened for a subject. */
export function shownInSubject(shown: string): string {
  return shortened(shown, nameLimit)
}

/** Removes invisible characters (bidi controls, soft hyphens, byte order marks) except joiners, which scripts and emoji need. */
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
 * Mail programs make links of text that looks like one. A word joiner is invisible and not part of an address. It must
 * be on both sides: Thunderbird links `www.` and `x@` whatever comes after the dot or at sign, and linkify-it (in
 * webmail) links `evil.com` whatever comes before the dot. Thunderbird also joins `<http: //evil.com>`, so only a full
 * stop before a space stays as it is: "Dr. Ek".
 */
function unlinked(value: string): string {
  return value.replace(/[/:@]|\.(?=\S)/gu, '\u2060$&\u2060')
}
