import * as z from 'zod'
import { emailPattern, maxEmailLength, normalizeEmail, profiles } from '../domain/users.ts'

/** Control characters and line separators have no place in a name: it ends up in mails, files and terminals. */
const oneLine = /^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]*$/u

const email = z
  .string('An e-mail address is a text.')
  .transform((text, context) => {
    const normal = normalizeEmail(text)
    if (normal === undefined) context.addIssue({ code: 'custom', message: 'Write it as name@example.com.' })
    return normal ?? z.NEVER
  })
  .meta({
    maxLength: maxEmailLength,
    pattern: emailPattern.source,
    description: 'Kept trimmed, in Unicode’s form NFC and in lower case.',
  })

const name = z
  .string('A name is a text.')
  .transform((text) => text.trim().normalize('NFC'))
  .pipe(
    z
      .string()
      .min(1, 'A name has at least one character.')
      .max(200, 'A name has at most 200 characters.')
      .regex(oneLine, 'A name has no line breaks or control characters.'),
  )
  .meta({
    minLength: 1,
    maxLength: 200,
    pattern: oneLine.source,
    description: 'One line. Kept trimmed and in Unicode’s form NFC.',
  })

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

const page = {
  limit: z
    .string()
    .regex(/^([1-9]\d?|100)$/, 'A limit is a whole number from 1 to 100.')
    .transform(Number)
    .pipe(z.int().min(1).max(100))
    .default(25)
    .meta({ description: 'How many items a page has at most.' }),
  cursor: z.string().max(2048).optional().meta({ description: 'The `next` of the page before, as it is.' }),
}

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
  accountId: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .meta({ description: 'Only those of this account, which may be your own.' }),
  ...page,
})

export const pageQuery = z.strictObject(page)
