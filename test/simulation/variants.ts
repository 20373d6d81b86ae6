import { basename } from 'node:path'
import type * as confirmedAddresses from '../../shared/domain/confirmed-addresses.ts'
import type * as contacts from '../../shared/domain/contacts.ts'
import type * as invitation from '../../shared/domain/invitation.ts'
import type * as user from '../../shared/domain/user.ts'
import type * as retryQueue from '../../shared/runtime/retry-queue.ts'
import type * as stream from '../../shared/runtime/stream.ts'
import type * as addresses from '../../shared/table/addresses.ts'
import type * as copies from '../../shared/table/copies.ts'
import type * as mails from '../../shared/table/mails.ts'
import type * as partners from '../../shared/table/partners.ts'
import type * as read from '../../shared/table/read.ts'

/** The modules of the product in which variants replace functions. */
type Modules = {
  'shared/domain/confirmed-addresses.ts': typeof confirmedAddresses
  'shared/domain/contacts.ts': typeof contacts
  'shared/domain/invitation.ts': typeof invitation
  'shared/domain/user.ts': typeof user
  'shared/runtime/retry-queue.ts': typeof retryQueue
  'shared/runtime/stream.ts': typeof stream
  'shared/table/addresses.ts': typeof addresses
  'shared/table/copies.ts': typeof copies
  'shared/table/mails.ts': typeof mails
  'shared/table/partners.ts': typeof partners
  'shared/table/read.ts': typeof read
}

/** By module and name, what makes a broken function from the product's own, and from the module that it is in. */
type Variant = {
  [File in keyof Modules]?: {
    [Name in keyof Modules[File]]?: (
      original: Modules[File][Name],
      module: Modules[File],
    ) => Modules[File][Name]
  }
}

/**
 * The sync, the mails and the addresses, each broken in one place: what the simulation must notice. A sync that ignores
 * what a user was before its change is not among them, because only one run in ten thousand shows it:
 * test/effects/copies.test.ts does. For a claim on a mail that anybody may release there is test/table/mails.test.ts.
 */
export const variants = {
  /** Not broken: small accounts have several pages only if a page is small. */
  'pages of two': {
    'shared/table/copies.ts': {
      copySnapshot: (original) => (page) => original(page, 2),
      copyTail: (original) => (page) => original(page, 2),
    },
  },
  'invitations that do not expire': {
    'shared/domain/invitation.ts': { lastExpired: () => () => '' },
  },
  'no version check': {
    'shared/table/copies.ts': {
      ifEarlier: (original) => (epoch) => original(epoch, Number.POSITIVE_INFINITY),
    },
  },
  'no tombstone of a removed contact': {
    'shared/table/copies.ts': {
      ifEarlier: (original) => (epoch, version) => {
        const { ConditionExpression, ExpressionAttributeValues, ...condition } = original(epoch, version)
        // What an administrator has removed has the highest version.
        const values = { ...ExpressionAttributeValues, ':highest': Number.MAX_SAFE_INTEGER }
        return {
          ...condition,
          ConditionExpression: `${ConditionExpression} OR (attribute_exists(removed) AND #version < :highest)`,
          ExpressionAttributeValues: values,
        }
      },
    },
  },
  "a removed contact's tombstone is no higher than the contact was": {
    'shared/domain/contacts.ts': {
      decideRemoveContact: (original) => (state) => {
        const decision = original(state)
        if (!('tombstone' in decision)) return decision
        return {
          ...decision,
          tombstone: { ...decision.tombstone, version: decision.removed.version },
        }
      },
    },
  },
  "a removed contact's tombstone has the epoch of the contact, not of the last partnership": {
    'shared/domain/contacts.ts': {
      decideRemoveContact: (original) => (state) =>
        original({ ...state, partnership: state.partnership && { ...state.partnership, epoch: 0 } }),
    },
  },
  'no tombstone of a user removed before the partnership was copied': {
    'shared/table/copies.ts': {
      readSnapshot: (original) => async (snapshot, limit) => {
        const page = await original(snapshot, limit)
        return { ...page, users: page.users.filter((user) => !user.removed) }
      },
    },
  },
  'no fence at the end': {
    'shared/domain/contacts.ts': {
      belongsInContacts: () => (_, partnership) => partnership !== undefined,
    },
  },
  'nothing copied after the end that was under way': {
    'shared/domain/contacts.ts': {
      belongsInContacts: () => (_, partnership) =>
        partnership !== undefined && partnership.endedAt === undefined,
    },
  },
  'stop at the first page of users': {
    'shared/table/copies.ts': {
      copySnapshot: (original) => async (page) => (page.after === undefined ? original(page) : undefined),
    },
  },
  'stop at the first page of partners': {
    'shared/table/copies.ts': {
      copyTail: (original) => async (page) => (page.after === undefined ? original(page) : undefined),
    },
  },
  'partnership read before the users': {
    'shared/table/copies.ts': {
      readSnapshot: (original) => async (snapshot, limit) => {
        const { partnership } = await original(snapshot, limit)
        return { ...(await original(snapshot, limit)), partnership }
      },
    },
  },
  "copies by the owner's record of the partnership": {
    'shared/table/copies.ts': {
      copySnapshot:
        (original) =>
        ({ owner, source, ...page }) =>
          original(
            page.after === undefined ? { ...page, owner: source, source: owner } : { ...page, owner, source },
          ),
      readSnapshot: (original) => async (snapshot, limit) => {
        const { owner, source } = snapshot
        const { partnership } = await original({ owner: source, source: owner }, limit)
        return { ...(await original(snapshot, limit)), partnership }
      },
    },
  },
  'no copies for a new partnership': {
    'shared/table/copies.ts': {
      copySnapshot: (original) => async (page) => (page.after === undefined ? undefined : original(page)),
    },
  },
  'reads that are not consistent': {
    'shared/table/read.ts': {
      query: (original) => (input) => original({ ...input, ConsistentRead: false }),
    },
  },
  'acknowledged before it is written': {
    'shared/runtime/stream.ts': {
      effect: (original) => (name, perform) => {
        const unawaited: typeof perform = async (...change) => {
          perform(...change).catch(() => {})
        }
        return original(name, unawaited)
      },
    },
  },
  'a failure is not reported, so its retry is lost': {
    'shared/runtime/stream.ts': {
      effect: (original) => (name, perform) =>
        original(name, perform).after((request) => {
          request.response = { batchItemFailures: [] }
        }),
    },
  },
  'a failed record counts as queued, and is not': {
    'shared/runtime/retry-queue.ts': { retryLater: () => async () => {} },
  },
  'only one side records the end': {
    'shared/table/partners.ts': {
      endedPartnerships: (original) => (accountId, partnerId, context) =>
        original(accountId, partnerId, context).slice(0, 1),
    },
  },
  'a mail without a claim': {
    'shared/table/mails.ts': { claimMail: () => async () => 'claimed' },
  },
  'a mail recorded as sent before it is': {
    'shared/table/mails.ts': {
      sendOnce:
        (original, { recordMail }) =>
        (envelope, invocation, send) =>
          original(envelope, invocation, async () => {
            await recordMail(envelope.key, { sentAt: new Date().toISOString(), messageId: 'early' })
            return send()
          }),
    },
  },
  'a claim that is not given up when its holder has died': {
    'shared/table/mails.ts': {
      claimMail: (original) => (key, claim, address) =>
        original(key, { ...claim, claimedUntil: 1e15 }, address),
    },
  },
  "a takeover that deletes another's claim": {
    'shared/table/addresses.ts': {
      claimWrite: (original) => (change) => {
        const { Delete, ...write } = original(change)
        return Delete ? { Delete: { Key: Delete.Key } } : write
      },
    },
  },
  'an address that is not handed back when its holder leaves it': {
    'shared/domain/confirmed-addresses.ts': {
      claimLeftBy:
        (original, { isSameUser }) =>
        (claim, user) =>
          claim && isSameUser(claim, user) ? undefined : original(claim, user),
    },
  },
  "a takeover that keeps the displaced user's version": {
    'shared/table/addresses.ts': {
      confirmedWrite: (original) => (other, clock) => {
        const { Update } = original(other, clock)
        const values = { ...Update?.ExpressionAttributeValues, ':one': 0 }
        return { Update: Update && { ...Update, ExpressionAttributeValues: values } }
      },
    },
  },
  "a confirmation link that works after the host's put": {
    'shared/domain/user.ts': {
      decideUser: (original) => (state, command, context) => {
        const decision = original(state, command, context)
        if (command.type !== 'put' || !('after' in decision) || decision.after.removed) return decision
        const pendingEmail = state.user?.removed ? undefined : state.user?.pendingEmail
        return { ...decision, after: { ...decision.after, pendingEmail }, confirmation: undefined }
      },
    },
  },
} satisfies Record<string, Variant>

export type VariantName = keyof typeof variants

export const smallPages: VariantName = 'pages of two'
export const brokenVariants = (Object.keys(variants) as VariantName[]).filter((name) => name !== smallPages)

/**
 * What is appended to the source of a module of the product, by its path, so that functions of variants take the place of
 * its own: a function that is declared can be assigned. Empty if they replace none.
 */
export function replacementsIn(file: string, names: readonly VariantName[]): string {
  const assignments = names.flatMap((name) =>
    Object.keys((variants[name] as Record<string, object>)[file] ?? {}).map(
      (key) => `${key} = variants[${JSON.stringify(name)}]['${file}'].${key}(${key}, module)`,
    ),
  )
  if (assignments.length === 0) return ''
  return [
    `\nimport * as module from './${basename(file)}'`,
    `import { variants } from ${JSON.stringify(import.meta.filename)}`,
    ...assignments,
  ].join('\n')
}
