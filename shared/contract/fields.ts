import * as z from 'zod'
import { maxEmailLength, normalizeEmail } from '../domain/addresses.ts'
import { hostIdPattern, hostIdRule } from '../domain/ids.ts'
import { profiles } from '../domain/profiles.ts'
import { shareKinds } from '../domain/shares.ts'
import { normalizeText } from '../domain/texts.ts'

export const email = z
  .string('An e-mail address is a text.')
  .transform((text, context) => {
    const normal = normalizeEmail(text)
    if (normal === undefined) context.addIssue({ code: 'custom', message: 'Write it as name@example.com.' })
    return normal ?? z.NEVER
  })
  .meta({
    maxLength: maxEmailLength,
    pattern: '^[^\\s@]{1,64}@[^\\s@]+$',
    description:
      "Before the `@`, ASCII letters, digits and ``!#$%&'*+/=?^_`{|}~-``, with single dots between them; after it, a domain name in any script. The address is stored trimmed, in lower case, with the domain in ASCII (UTS 46), so that two spellings of one address are equal. It is shown with the domain in Unicode.",
  })

/** A text that people read. The pattern expresses the part of the rule that needs no Unicode mode. */
export const readable = (what: string, max: number) =>
  z
    .string(`${what} is a text.`)
    .transform((text, context) => {
      const normal = normalizeText(text)
      const message =
        normal === undefined
          ? `${what} has at least one visible character, and no control characters, line separators, unassigned characters or changes of direction.`
          : `${what} has at most ${max} characters.`
      if (normal === undefined || normal.length > max) context.addIssue({ code: 'custom', message })
      return normal ?? z.NEVER
    })
    .meta({
      minLength: 1,
      maxLength: max,
      pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]*$',
      description:
        'One line with at least one visible character, and no unassigned characters. It is stored trimmed, in Unicode’s form NFC, with one space for each run of white space.',
    })

export const name = readable('A name', 200)

export const profile = z.enum(profiles, `A profile is one of ${profiles.join(', ')}.`)

const maxLocaleLength = 35

export const locale = z
  .string('A locale is a text.')
  .transform((text, context) => {
    try {
      const [canonical] = Intl.getCanonicalLocales(text)
      if (canonical !== undefined && canonical.length <= maxLocaleLength) return canonical
    } catch {
      // A RangeError means what the issue below says.
    }
    context.addIssue({ code: 'custom', message: 'A locale is a BCP 47 tag such as en or sv-SE.' })
    return z.NEVER
  })
  .meta({
    minLength: 2,
    maxLength: maxLocaleLength,
    description: 'A BCP 47 tag, the language of e-mails to the user. It is stored in its canonical form.',
  })

export const hostId = z.string('An id is a text.').regex(hostIdPattern, hostIdRule)

export const shareKind = z.enum(shareKinds, `The kind is one of ${shareKinds.join(', ')}.`)

/** A link that pages show. Other schemes could run scripts. */
export const webUrl = z
  .url({ protocol: /^https?$/, error: 'A link is an address that begins with https:// or http://.' })
  .max(2_000, 'A link has at most 2000 characters.')
  .meta({ pattern: '^[Hh][Tt][Tt][Pp][Ss]?:', description: 'For people to follow.' })

export const limit = z
  .string()
  .regex(/^([1-9]\d?|100)$/, 'A limit is a whole number from 1 to 100.')
  .transform(Number)
  .pipe(z.int().min(1).max(100))
export const cursor = z
  .string()
  .max(2048)
  .optional()
  .meta({ description: 'The `next` of the previous page.' })
export const page = {
  limit: limit.default(25).meta({ description: 'The maximum number of items in a page.' }),
  cursor,
}

export const highestVersion = `A version is a whole number from 1 to ${Number.MAX_SAFE_INTEGER}.`
export const hostVersion = z
  .int(highestVersion)
  .min(1, highestVersion)
  .meta({ description: 'The host’s version, which rises with each change.' })
