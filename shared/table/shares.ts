import type { Context } from '../domain/context.ts'
import type { IdempotencyRecord } from '../domain/idempotency.ts'
import { isRefusal, type Refusal } from '../domain/refusals.ts'
import { decideAddShare, decideRemoveShare, type Share, type ShareKind } from '../domain/shares.ts'
import { commit, latest, latestState } from './commit.ts'
import { shareEvents } from './events.ts'
import { assign } from './expressions.ts'
import type { PartnershipItem, ShareItem } from './items.ts'
import { inLists, keys, lists, shareHash } from './keys.ts'
import type { Write } from './transact.ts'

type Fields = {
  partnerAccountId: string
  kind: ShareKind
  objectId: string
  title: string
  url?: string | undefined
}
type Shared = { share: ShareItem; status: 200 | 201 }

/** The key of the account's share of an object with a partner. */
export const shareKey = (accountId: string, { partnerAccountId, kind, objectId }: Fields) =>
  keys.share(accountId, shareHash(partnerAccountId, kind, objectId))

const listed = (
  { owner, sharingId, kind }: { owner: string; sharingId: string; kind: ShareKind },
  direction: 'outgoing' | 'incoming',
) => ({
  position: sharingId,
  ...inLists(
    lists.shares(owner),
    lists.shares(owner, { kind }),
    lists.shares(owner, { direction }),
    lists.shares(owner, { direction, kind }),
  ),
})

/** A share as the item of the account that shares it. */
const shareItem = (share: Share): ShareItem => ({
  ...share,
  type: 'share',
  owner: share.accountId,
  hash: shareHash(share.partnerId, share.kind, share.objectId),
  ...listed({ ...share, owner: share.accountId }, 'outgoing'),
})

/**
 * Shares an object with a partner of the user's account, or changes the title and link of the share that was read, for
 * both sides, while the partnership lasts. 201 for a new share. Refusals: those of `decideAddShare`.
 */
export async function addShare(
  read: { share: ShareItem | undefined; partnership: PartnershipItem | undefined },
  { fields, idempotency }: { fields: Fields; idempotency: IdempotencyRecord | undefined },
  context: Context,
): Promise<Shared | Refusal> {
  const { partnerAccountId: partnerId, ...rest } = fields
  const command = { ...rest, partnerId, idempotency }
  const done = await commit(read, {
    decide: (state) => decideAddShare(state, command, context),
    transaction: ({ before, after }) => {
      const share: ShareItem = { ...shareItem(after), ...idempotency }
      const partnership = whilePartners(share)
      return before
        ? {
            conditional: { partnership, share: change(before, share) },
            unconditional: [changeMirror(share)],
          }
        : {
            conditional: { partnership, share: placed(share) },
            unconditional: [mirrored(share), ...shareEvents(share, 'share-added', context)],
          }
    },
    learn: latestState,
  })
  if (isRefusal(done)) return done
  const { decision } = done
  const share = 'unchanged' in decision ? decision.unchanged : decision.after
  return { share: shareItem(share), status: decision.status }
}

const whilePartners = ({ accountId, partnerId }: ShareItem): Write => ({
  ConditionCheck: {
    Key: keys.partnership(accountId, partnerId),
    ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(endedAt)',
  },
})

const placed = (share: ShareItem): Write => ({
  Put: {
    Item: { ...keys.share(share.accountId, share.hash), ...share },
    ConditionExpression: 'attribute_not_exists(pk)',
  },
})

const mirrored = ({ request: _, bodyDigest: __, requests: ___, ...share }: ShareItem): Write => ({
  Put: {
    Item: {
      ...keys.mirror(share.partnerId, share),
      ...share,
      owner: share.partnerId,
      ...listed({ ...share, owner: share.partnerId }, 'incoming'),
    },
  },
})

/** On the condition that the share is as it was read: one that was removed and made again is another one. */
function change(read: ShareItem, { title, url, requests, request, bodyDigest }: ShareItem): Write {
  const update = assign({ title, url, requests, request, bodyDigest })
  return {
    Update: {
      Key: keys.share(read.accountId, read.hash),
      ...update,
      ConditionExpression: `#sharingId = :sharingId AND ${read.requests ? '#requests = :read' : 'attribute_not_exists(#requests)'}`,
      ExpressionAttributeNames: { ...update.ExpressionAttributeNames, '#sharingId': 'sharingId' },
      ExpressionAttributeValues: {
        ...update.ExpressionAttributeValues,
        ':sharingId': read.sharingId,
        ...(read.requests && { ':read': read.requests }),
      },
    },
  }
}

const changeMirror = ({ partnerId, title, url, ...share }: ShareItem): Write => ({
  Update: { Key: keys.mirror(partnerId, share), ...assign({ title, url }) },
})

/**
 * Removes a share of the user's account, as it was read, for both sides, also of former partners. Undefined when done.
 * Refusal: `not-found`, also for another sharing of the object.
 */
export async function removeShare(
  read: ShareItem | undefined,
  sharingId: string | undefined,
  context: Context,
): Promise<Refusal | undefined> {
  const done = await commit(read, {
    decide: (share) => decideRemoveShare(share, { sharingId }),
    transaction: ({ removed }) => ({
      conditional: {
        share: {
          Delete: {
            Key: keys.share(removed.accountId, removed.hash),
            ConditionExpression: 'sharingId = :sharingId',
            ExpressionAttributeValues: { ':sharingId': sharingId },
          },
        },
      },
      unconditional: [
        { Delete: { Key: keys.mirror(removed.partnerId, removed) } },
        ...shareEvents(removed, 'share-removed', context),
      ],
    }),
    learn: (share, failed) => latest(failed, 'share', share),
  })
  return isRefusal(done) ? done : undefined
}
