import * as z from 'zod'
import { longestId, normalizeEmail, profiles } from '../domain/users.ts'

/** Control characters and line separators have no place in a name: it ends up in mails, files and terminals. */
const oneLine = /^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]*$/u

const email = z.string('An e-mail address is a text.').transform((text, context) => {
  const normal = normalizeEmail(text)
  if (normal === undefined) context.addIssue({ code: 'custom', message: 'Write it as name@example.com.' })
  return normal ?? z.NEVER
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

const profile = z.enum(profiles, `A profile is one of ${profiles.join(', ')}.`)

const locale = z.string('A locale is a text.').transform((text, context) => {
  try {
    const [canonical] = Intl.getCanonicalLocales(text)
    if (canonical !== undefined && canonical.length <= 35) return canonical
  } catch {
    // A RangeError says the same as the issue below.
  }
  context.addIssue({ code: 'custom', message: 'A locale is a BCP 47 tag such as en or sv-SE.' })
  return z.NEVER
})

export const sendInvitationBody = z.strictObject({ email })

export const addUserBody = z.strictObject({ email, name, profile, locale: locale.default('en') })

export const changeUserBody = z.strictObject({
  email: email.optional(),
  name: name.optional(),
  profile: profile.optional(),
  locale: locale.optional(),
})

const page = {
  limit: z
    .string()
    .regex(/^([1-9]\d?|100)$/, 'A limit is a whole number from 1 to 100.')
    .default('25')
    .transform(Number),
  cursor: z.string().max(2048).optional(),
}

export const listInvitationsQuery = z.strictObject({
  direction: z.enum(['sent', 'received'], 'The direction is sent or received.'),
  status: z.enum(['pending', 'rejected'], 'The status is pending or rejected.').optional(),
  ...page,
})

export const listContactsQuery = z.strictObject({
  kind: z.enum(['user', 'member'], 'The kind is user or member.').optional(),
  accountId: z.string().min(1).max(128).optional(),
  ...page,
})

export const pageQuery = z.strictObject(page)

const hostId = z
  .string()
  .max(128, 'An id has at most 128 characters.')
  .regex(oneLine, 'An id has no line breaks or control characters.')
  .refine(
    (id) => encodeURIComponent(id.toWellFormed()).length <= longestId,
    `An id has at most ${longestId} characters when it is percent-encoded.`,
  )

export const accountPath = z.object({ accountId: hostId })

export const userPath = z.object({ accountId: hostId, userId: hostId })

const highestVersion = `A version is a whole number from 1 to ${Number.MAX_SAFE_INTEGER}.`
const hostVersion = z.int(highestVersion).min(1, highestVersion)

export const putAccountBody = z.strictObject({ name, version: hostVersion })

export const putUserBody = addUserBody.extend({ version: hostVersion })

export const dropUserQuery = z.strictObject({
  version: z
    .string(highestVersion)
    .regex(/^\d{1,16}$/, highestVersion)
    .transform(Number)
    .pipe(hostVersion),
})
