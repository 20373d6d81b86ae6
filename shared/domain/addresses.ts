import { domainToASCII, domainToUnicode } from 'node:url'

/** Characters in an e-mail address (RFC 5321). */
export const maxEmailLength = 254

/** RFC 5321's dot-atom, in lower case. SES can't deliver to any other character, since it has no SMTPUTF8. */
const localPart = /^(?=.{1,64}$)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/

/** RFC 1123's labels, two or more of them. A last label without a letter would be an IPv4 address's. */
const asciiDomain =
  /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[a-z0-9-]*[a-z])[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/** ASCII that a domain may have. Any other, such as `/`, `%` or `:`, has a meaning to the URL parser that converts it. */
const onlyDomainCharacters = /^[a-z0-9.\-\u0080-\uffff]+$/i

/**
 * The form in which addresses are stored and compared: trimmed, in lower case, the domain in ASCII (UTS 46,
 * non-transitional), so that two spellings of one mailbox are equal. Undefined if the text is no deliverable address.
 */
export function normalizeEmail(text: string): string | undefined {
  const address = text.trim().normalize('NFC')
  if (address.length > maxEmailLength) return undefined
  const [local = '', typedDomain = '', ...more] = address.split('@')
  const domain = more.length === 0 ? domainInAscii(typedDomain) : undefined
  if (domain === undefined) return undefined
  const email = `${local.toLowerCase()}@${domain}`
  return localPart.test(local.toLowerCase()) && email.length <= maxEmailLength ? email : undefined
}

function domainInAscii(typed: string): string | undefined {
  if (!onlyDomainCharacters.test(typed)) return undefined
  const ascii = domainToASCII(typed)
  if (!asciiDomain.test(ascii)) return undefined
  if (!ascii.includes('xn--')) return ascii
  // Node converts a Unicode label, but lets an encoded one pass that encodes nothing or something that is not allowed.
  const unicode = domainToUnicode(ascii)
  return /(^|\.)xn--/.test(unicode) || domainToASCII(unicode) !== ascii ? undefined : ascii
}

/** An e-mail address as people read it: its domain in Unicode. */
export function shownEmail(email: string): string {
  if (!email.includes('xn--')) return email
  const at = email.lastIndexOf('@') + 1
  const domain = domainToUnicode(email.slice(at))
  return domain === '' ? email : email.slice(0, at) + domain
}
