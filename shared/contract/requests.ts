import * as z from 'zod'
import { maxEmailLength, normalizeEmail } from '../domain/addresses.ts'
import { hostIdPattern, hostIdRule } from '../domain/ids.ts'
import { shareKinds } from '../domain/shares.ts'
import { normalizeText } from '../domain/texts.ts'
import { profiles } from '../domain/users.ts'

const email = z
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
      "Before the `@`, ASCII letters, digits and ``!#$%&'*+/=?^_`{|}~-``, with single dots between them; after it, a domain name in any script. Kept trimmed, in lower case and with the domain in its ASCII form (UTS 46), so that two spellings of one address are the same; shown with the domain in Unicode.",
  })

/** A text that people read. The pattern tells a part of the rule, in terms that need no Unicode mode. */
const readable = (what: string, max: number) =>
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
        'One line with at least one visible character, and no unassigned characters. Kept trimmed, in Unicode’s form NFC, with one space for each run of white space.',
    })

const name = readable('A name', 200)

const profile = z.enum(profiles, `A profile is one of ${profiles.join(', ')}.`)

const maxLocaleLength = 35

const locale = z
  .string('A locale is a text.')
  .transform((text, context) => {
    try {
      const [canonical] = Intl.getCanonicalLocales(text)
      if (canonical !== undefined && canonical.length <= maxLocaleLength) return canonical
    } catch {
      // A RangeError says the same as the issue below.
    }
    context.addIssue({ code: 'custom', message: 'A locale is a BCP 47 tag such as en or sv-SE.' })
    return z.NEVER
  })
  .meta({
    minLength: 2,
    maxLength: maxLocaleLength,
    description: 'A BCP 47 tag, the language that e-mails are written in. Kept in its canonical form.',
  })

export const sendInvitationBody = z.strictObject({ email }).meta({ id: 'NewInvitation' })

export const addUserBody = z
  .strictObject({ email, name, profile, locale: locale.default('en') })
  .meta({ id: 'NewUser' })

export const changeUserBody = z
  .strictObject({
    email: email.optional(),
    name: name.optional(),
    profile: profile.optional(),
    locale: locale.optional(),
  })
  .meta({ id: 'UserChange' })

export const confirmAddressBody = z
  .strictObject({
    token: z.string('A token is a text.').meta({
      description: 'What follows the `#` in the link of the confirmation e-mail.',
    }),
  })
  .meta({ id: 'Confirmation' })

const hostId = z.string('An id is a text.').regex(hostIdPattern, hostIdRule)

const shareKind = z.enum(shareKinds, `The kind is one of ${shareKinds.join(', ')}.`)

/** A link for people to follow: it ends up in pages, where other schemes would be scripts. */
const webUrl = z
  .url({ protocol: /^https?$/, error: 'A link is an address that begins with https:// or http://.' })
  .max(2_000, 'A link has at most 2000 characters.')
  .meta({ pattern: '^[Hh][Tt][Tt][Pp][Ss]?:', description: 'For people to follow.' })

export const addShareBody = z
  .strictObject({
    partnerAccountId: hostId.meta({ description: 'The partner’s `accountId`.' }),
    kind: shareKind,
    objectId: hostId.meta({ description: 'Your own id of the proof, file or folder.' }),
    title: readable('A title', 200),
    url: webUrl.optional(),
  })
  .meta({ id: 'NewShare' })

const limit = z
  .string()
  .regex(/^([1-9]\d?|100)$/, 'A limit is a whole number from 1 to 100.')
  .transform(Number)
  .pipe(z.int().min(1).max(100))
const cursor = z
  .string()
  .max(2048)
  .optional()
  .meta({ description: 'The `next` of the page before, as it is.' })
const page = { limit: limit.default(25).meta({ description: 'How many items a page has at most.' }), cursor }

export const listInvitationsQuery = z.strictObject({
  direction: z
    .enum(['sent', 'received'], 'The direction is sent or received.')
    .meta({ description: 'Those that your account has sent, or those that it has received.' }),
  status: z
    .enum(['pending', 'rejected'], 'The status is pending or rejected.')
    .optional()
    .meta({ description: 'Only these.' }),
  ...page,
})

export const listContactsQuery = z.strictObject({
  kind: z
    .enum(['user', 'member'], 'The kind is user or member.')
    .optional()
    .meta({ description: 'Only your own account’s users, or only members: users of partners.' }),
  accountId: hostId.optional().meta({ description: 'Only those of this account, which may be your own.' }),
  q: z.string().max(200, 'A search has at most 200 characters.').default('').meta({
    description:
      'Only those with all of these words in their name or address; parts of words count, case and accents do not. Such a page may be short and still have a `next`.',
  }),
  limit: limit
    .optional()
    .meta({ description: 'How many items a page has at most: 25 unless said, and in CSV as many as fit.' }),
  cursor,
})

export const listSharesQuery = z.strictObject({
  direction: z
    .enum(['outgoing', 'incoming'], 'The direction is outgoing or incoming.')
    .optional()
    .meta({ description: 'Only those that your account has shared, or only those shared with it.' }),
  kind: shareKind.optional().meta({ description: 'Only these.' }),
  ...page,
})

export const pageQuery = z.strictObject(page)

export const accountPath = z.object({ accountId: hostId })

export const userPath = z.object({ accountId: hostId, userId: hostId })

export const ownUserPath = z.object({ id: hostId })

const highestVersion = `A version is a whole number from 1 to ${Number.MAX_SAFE_INTEGER}.`
const hostVersion = z
  .int(highestVersion)
  .min(1, highestVersion)
  .meta({ description: 'The host’s own, higher with each change.' })

export const putAccountBody = z.strictObject({ name, version: hostVersion }).meta({ id: 'AccountAtHost' })

export const putUserBody = addUserBody.extend({ version: hostVersion }).meta({ id: 'UserAtHost' })

export const dropUserQuery = z.strictObject({
  version: z
    .string(highestVersion)
    .regex(/^\d{1,16}$/, highestVersion)
    .transform(Number)
    .pipe(hostVersion),
})
