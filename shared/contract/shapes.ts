import * as z from 'zod'
import { eventTypes } from '../domain/events.ts'
import type { InvitationAction } from '../domain/invitation.ts'
import { profiles } from '../domain/profiles.ts'
import { refusalCodes } from '../domain/refusals.ts'
import { shareKinds } from '../domain/shares.ts'

/** The bodies of answers. Times are RFC 3339 in UTC. Ids are opaque. */

const id = z.string().meta({ description: 'Opaque.' })
const at = z.iso.datetime()
export const problemCode = z.enum(refusalCodes).meta({
  id: 'ProblemCode',
  description: 'The reason why a request was refused or failed. Codes never change. New codes may be added.',
})
export const eventType = z.enum(eventTypes).meta({
  id: 'EventType',
  description: 'The kind of event. New types may be added.',
})

/** RFC 9457. */
export const problem = z
  .object({
    type: z.string().meta({ description: '`/problems/` followed by the code.' }),
    title: z.string().meta({ description: 'For people.' }),
    status: z.int().meta({ description: 'The HTTP status.' }),
    detail: z.string().meta({ description: 'For people. Says what to do next.' }),
    code: problemCode,
    requestId: z.string().meta({ description: 'The value of X-Request-Id.' }),
    errors: z
      .array(
        z.object({
          pointer: z.string().meta({ description: 'A JSON pointer (RFC 6901) to the field or parameter.' }),
          detail: z.string(),
        }),
      )
      .optional()
      .meta({ description: 'The invalid fields of the request.' }),
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof problem>

export const gatewayMessage = z.object({ message: z.string().nullable() }).meta({
  id: 'GatewayMessage',
  description: 'An answer of API Gateway itself, before or instead of a function.',
})
const accountName = z.string()
const profile = z.enum(profiles)

const emailConfirmed = z.boolean().meta({
  description:
    'True if somebody has followed the link of the confirmation e-mail, or if the host product has put the address. Only a confirmed address can be invited.',
})

export const user = z
  .object({
    id,
    email: z.string(),
    emailConfirmed,
    pendingEmail: z.string().nullable().meta({
      description: 'The address that replaces `email` once it is confirmed, or null.',
    }),
    name: z.string(),
    profile,
    locale: z.string(),
    createdAt: at,
  })
  .meta({ id: 'User' })
export type User = z.infer<typeof user>

export const me = z
  .object({ user, account: z.object({ id, name: z.string() }), administrator: z.boolean() })
  .meta({ id: 'Me' })
export type Me = z.infer<typeof me>

const action = problemCode.nullable()

export const invitation = z
  .object({
    id,
    direction: z.enum(['sent', 'received']),
    status: z.enum(['pending', 'rejected', 'accepted', 'expired']).meta({
      description: 'Only your own invitations are shown as expired.',
    }),
    email: z.string(),
    sender: z.object({
      accountId: id,
      accountName,
      userName: z.string(),
      userEmail: z.string().nullable().meta({
        description: 'The address of the user who sent it. Null if it is not confirmed, or the user is gone.',
      }),
    }),
    recipient: z.object({ accountId: id, accountName }).nullable().meta({
      description: 'Null for the sender until the invitation has been accepted once.',
    }),
    createdAt: at,
    updatedAt: at,
    expiresAt: at.nullable().meta({
      description:
        'From then on, a pending invitation is expired. Null if it is neither pending nor expired.',
    }),
    actions: z
      .object({ accept: action, reject: action, delete: action, resend: action } satisfies Record<
        InvitationAction,
        typeof action
      >)
      .partial()
      .meta({
        description: 'For each action, null if the caller can do it now, or the code of the refusal.',
      }),
  })
  .meta({ id: 'Invitation' })
export type Invitation = z.infer<typeof invitation>

export const partner = z
  .object({ accountId: id, accountName, initiatedBy: z.enum(['us', 'them']), since: at })
  .meta({ id: 'Partner' })
export type Partner = z.infer<typeof partner>

export const contact = z
  .object({
    id,
    kind: z.enum(['user', 'member']),
    name: z.string(),
    email: z.string(),
    profile,
    accountId: id,
    accountName,
    live: z.boolean().meta({ description: 'False for a contact that a former partner left behind.' }),
    emailConfirmed,
  })
  .meta({ id: 'Contact' })
export type Contact = z.infer<typeof contact>

export const share = z
  .object({
    id,
    direction: z.enum(['outgoing', 'incoming']),
    partnerAccountId: id,
    partnerAccountName: accountName,
    kind: z.enum(shareKinds),
    objectId: id.meta({ description: 'The id of the object in the host product.' }),
    title: z.string(),
    url: z.string().nullable(),
    sharedBy: z.string(),
    createdAt: at,
  })
  .meta({ id: 'Share' })
export type Share = z.infer<typeof share>

export const event = z
  .object({
    id,
    type: eventType,
    at,
    by: z
      .object({ accountId: id, accountName, userName: z.string().nullable() })
      .nullable()
      .meta({ description: 'Who did it, if your account may know. Only users of your account are named.' }),
    invitationId: id.nullable(),
    email: z.string().nullable(),
    partner: z
      .object({ accountId: id, accountName })
      .nullable()
      .meta({ description: 'The other account, if your account may know it.' }),
  })
  .meta({ id: 'Event' })
export type Event = z.infer<typeof event>

export const changes = z
  .object({
    latest: z.string().meta({ description: 'Opaque. Compare it with the one that you got before.' }),
  })
  .meta({ id: 'Changes' })
export type Changes = z.infer<typeof changes>

/** The answers of the directory: the account or user, as it is now. */
export const account = z.object({ id, name: z.string(), version: z.int() }).meta({ id: 'Account' })
export type Account = z.infer<typeof account>

export const directoryUser = user.extend({ accountId: id, version: z.int() }).meta({ id: 'DirectoryUser' })
export type DirectoryUser = z.infer<typeof directoryUser>

export const removedDirectoryUser = z
  .object({ id, accountId: id, removed: z.literal(true), version: z.int() })
  .meta({ id: 'RemovedDirectoryUser' })
export type RemovedDirectoryUser = z.infer<typeof removedDirectoryUser>

export const putDirectoryUser = z
  .union([directoryUser, removedDirectoryUser])
  .meta({ id: 'PutDirectoryUser' })

const pageOf = <Item extends z.ZodType>(items: Item) =>
  z.object({
    items: z.array(items),
    next: z
      .string()
      .nullable()
      .meta({ description: 'The `cursor` of the next page, or null on the last page.' }),
  })
export type Page<Item> = { items: Item[]; next: string | null }

export const invitationPage = pageOf(invitation).meta({ id: 'InvitationPage' })
export const partnerPage = pageOf(partner).meta({ id: 'PartnerPage' })
export const contactPage = pageOf(contact).meta({ id: 'ContactPage' })
export const userPage = pageOf(user).meta({ id: 'UserPage' })
export const sharePage = pageOf(share).meta({ id: 'SharePage' })
export const eventPage = pageOf(event).meta({ id: 'EventPage' })

export const contactsCsv = z.string()

/** The documentation of the interface, for programs and for people. */
export const openApi = z
  .looseObject({ openapi: z.string(), info: z.looseObject({}), paths: z.looseObject({}) })
  .meta({ id: 'OpenApi' })
export const docsPage = z.string()
