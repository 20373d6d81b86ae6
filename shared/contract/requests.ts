import * as z from 'zod'
import { shareKinds } from '../domain/shares.ts'
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

const shareKind = z.enum(shareKinds, `The kind is one of ${shareKinds.join(', ')}.`)

/** A link for people to follow: it ends up in pages, where other schemes would be scripts. */
const webUrl = z
  .url({ protocol: /^https?$/, error: 'A link is an address that begins with https:// or http://.' })
  .max(2_000, 'A link has at most 2000 characters.')

const oneLineOf = (what: string, max: number) =>
  z
    .string(`${what} is a text.`)
    .min(1, `${what} has at least one character.`)
    .max(max, `${what} has at most ${max} characters.`)
    .regex(oneLine, `${what} has no line breaks or control characters.`)

export const addShareBody = z.strictObject({
  partnerAccountId: z
    .string('An account id is a text.')
    .min(1, 'Which partner?')
    .max(128, 'There is no such account.'),
  kind: shareKind,
  objectId: oneLineOf('An object id', 256),
  title: oneLineOf('A title', 200),
  url: webUrl.optional(),
})

const limit = z.string().regex(/^([1-9]\d?|100)$/, 'A limit is a whole number from 1 to 100.')
const cursor = z.string().max(2048).optional()
const page = { limit: limit.default('25').transform(Number), cursor }

export const listInvitationsQuery = z.strictObject({
  direction: z.enum(['sent', 'received'], 'The direction is sent or received.'),
  status: z.enum(['pending', 'rejected'], 'The status is pending or rejected.').optional(),
  ...page,
})

export const listContactsQuery = z.strictObject({
  kind: z.enum(['user', 'member'], 'The kind is user or member.').optional(),
  accountId: z.string().min(1).max(128).optional(),
  q: z.string().max(200, 'A search has at most 200 characters.').default(''),
  limit: limit.transform(Number).optional(),
  cursor,
})

export const listSharesQuery = z.strictObject({
  direction: z.enum(['outgoing', 'incoming'], 'The direction is outgoing or incoming.').optional(),
  kind: shareKind.optional(),
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
