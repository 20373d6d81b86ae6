import { livePartnership } from '../domain/contacts.ts'
import { isRefusal, type Refusal, refuse } from '../domain/refusals.ts'
import type { ShareKind } from '../domain/shares.ts'
import { type Clock, shareEvents } from './events.ts'
import { assign } from './expressions.ts'
import type { ActiveUser, PartnershipItem, ShareItem } from './items.ts'
import { keys, lists, shareHash } from './keys.ts'
import type { IndexName } from './read.ts'
import { madeBy, type RequestMark } from './requests.ts'
import { transact, type Write } from './transact.ts'

type Fields = {
  partnerAccountId: string
  kind: ShareKind
  objectId: string
  title: string
  url?: string | undefined
}
type Shared = { share: ShareItem; status: 200 | 201 }

/** Where the account's share of an object with a partner is, if there is one. */
export const shareKey = (accountId: string, { partnerAccountId, kind, objectId }: Fields) =>
  keys.share(accountId, shareHash(partnerAccountId, kind, objectId))

/** The list that shows an account's shares: all of them, or those of a direction, a kind, or both. */
export function shareList(
  owner: string,
  { direction, kind }: { direction?: 'outgoing' | 'incoming' | undefined; kind?: ShareKind | undefined },
): { index: IndexName; list: string } {
  const index = direction ? (kind ? 'gsi4' : 'gsi3') : kind ? 'gsi2' : 'gsi1'
  return { index, list: lists.shares(owner, direction, kind) }
}

const listed = (
  { owner, life, kind }: { owner: string; life: string; kind: ShareKind },
  direction: 'outgoing' | 'incoming',
) => ({
  position: life,
  list1: lists.shares(owner),
  list2: lists.shares(owner, undefined, kind),
  list3: lists.shares(owner, direction),
  list4: lists.shares(owner, direction, kind),
})

/** So many retries can still come; older ones are told by nothing but what they ask for. */
const maxRequests = 5

/** A race is lost to somebody else's change; so many in a row are contention. */
const maxLostRaces = 8

/**
 * Shares an object with a partner of the user's account, or changes the title and link of the share that was read: both
 * sides' items, on the condition that the partnership stands. 201 for a new one. Refusals: `not-partners`,
 * `idempotency-key-reused`.
 */
export async function addShare(
  user: ActiveUser,
  clock: Clock,
  fields: Fields,
  read: { share: ShareItem | undefined; partnership: PartnershipItem | undefined },
  once: RequestMark | undefined,
): Promise<Shared | Refusal> {
  if (!livePartnership(read.partnership)) {
    return answeredBefore(read.share, fields, once) ?? refuse('not-partners')
  }
  let { share } = read
  for (let lost = 0; lost < maxLostRaces; lost++) {
    const before = answeredBefore(share, fields, once)
    if (before) return before
    const next = share ? changed(share, fields, once) : made(user, clock, fields, once)
    if (share && share.title === next.title && share.url === next.url) return { share, status: 200 }
    const outcome = share
      ? await transact({ partnership: whilePartners(next), share: change(share, next) }, [changeMirror(next)])
      : await transact({ partnership: whilePartners(next), share: placed(next) }, [
          mirrored(next),
          ...shareEvents(user, clock, 'share-added', next.partnerId),
        ])
    if (isRefusal(outcome)) return outcome
    if (outcome.committed) return { share: next, status: share ? 200 : 201 }
    if (outcome.failed.has('partnership')) return refuse('not-partners')
    share = outcome.failed.get('share') as ShareItem | undefined
  }
  return refuse('conflict')
}

/** The answer that the same request has had; refused where its key came with another body. */
function answeredBefore(
  share: ShareItem | undefined,
  { title, url }: Fields,
  once: RequestMark | undefined,
): Shared | Refusal | undefined {
  const before = once && share?.requests?.find(({ request }) => request === once.request)
  if (!share || !before) return undefined
  if (before.asked !== once.asked) return refuse('idempotency-key-reused')
  return { share: withLink({ ...share, title }, url), status: before.status }
}

const withLink = ({ url: _, ...share }: ShareItem, url: string | undefined): ShareItem =>
  url === undefined ? share : { ...share, url }

function made(
  { accountId, name }: ActiveUser,
  clock: Clock,
  { partnerAccountId: partnerId, kind, objectId, title, url }: Fields,
  once: RequestMark | undefined,
): ShareItem {
  const life = clock.newId()
  const share: ShareItem = {
    type: 'share',
    owner: accountId,
    accountId,
    partnerId,
    life,
    hash: shareHash(partnerId, kind, objectId),
    kind,
    objectId,
    title,
    sharedByName: name,
    createdAt: clock.now,
    ...listed({ owner: accountId, life, kind }, 'outgoing'),
    ...madeBy(once),
    ...(once && { requests: [{ ...once, status: 201 }] }),
  }
  return withLink(share, url)
}

function changed(share: ShareItem, { title, url }: Fields, once: RequestMark | undefined): ShareItem {
  const next = withLink({ ...share, title }, url)
  if (!once) return next
  const requests = [{ ...once, status: 200 as const }, ...(share.requests ?? [])].slice(0, maxRequests)
  return { ...next, ...madeBy(once), requests }
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

const mirrored = ({ list5: _, asked: __, requests: ___, ...share }: ShareItem): Write => ({
  Put: {
    Item: {
      ...keys.mirror(share.partnerId, share),
      ...share,
      owner: share.partnerId,
      ...listed({ ...share, owner: share.partnerId }, 'incoming'),
    },
  },
})

/** Only as it was read: a share that was taken back and made again is another one. */
function change(read: ShareItem, { title, url, requests, list5, asked }: ShareItem): Write {
  const update = assign({ title, url, requests, list5, asked })
  return {
    Update: {
      Key: keys.share(read.accountId, read.hash),
      ...update,
      ConditionExpression: `#life = :life AND ${read.requests ? '#requests = :read' : 'attribute_not_exists(#requests)'}`,
      ExpressionAttributeNames: { ...update.ExpressionAttributeNames, '#life': 'life' },
      ExpressionAttributeValues: {
        ...update.ExpressionAttributeValues,
        ':life': read.life,
        ...(read.requests && { ':read': read.requests }),
      },
    },
  }
}

const changeMirror = ({ partnerId, title, url, ...share }: ShareItem): Write => ({
  Update: { Key: keys.mirror(partnerId, share), ...assign({ title, url }) },
})

/**
 * Takes back a share of the user's account, as it was read, for both sides, partners or not. Undefined when done;
 * `not-found` for whatever is not, or no longer, the share with this life.
 */
export async function removeShare(
  user: ActiveUser,
  clock: Clock,
  read: ShareItem | undefined,
  life: string | undefined,
): Promise<Refusal | undefined> {
  if (!read || read.life !== life) return refuse('not-found')
  const { accountId, partnerId, hash } = read
  const outcome = await transact(
    {
      share: {
        Delete: {
          Key: keys.share(accountId, hash),
          ConditionExpression: 'life = :life',
          ExpressionAttributeValues: { ':life': life },
        },
      },
    },
    [
      { Delete: { Key: keys.mirror(partnerId, read) } },
      ...shareEvents(user, clock, 'share-removed', partnerId),
    ],
  )
  if (isRefusal(outcome)) return outcome
  return outcome.committed ? undefined : refuse('not-found')
}
