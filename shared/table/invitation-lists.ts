import { lastExpired, type Validity } from '../domain/invitation.ts'
import type { InvitationItem } from './items.ts'
import { lists } from './keys.ts'
import { readList } from './read.ts'

type Selection = {
  accountId: string
  direction: 'sent' | 'received'
  status?: 'pending' | 'rejected' | 'expired' | undefined
}

/**
 * A page of the invitations that an account has sent or received, newest first. An expired invitation is in the lists of
 * pending ones, at a position up to `lastExpired`: its sender reads that part, its recipient leaves it out.
 */
export async function readInvitations(
  { accountId, direction, status }: Selection,
  { after, limit }: { after: string | undefined; limit: number },
  validity: Validity,
): Promise<{ items: InvitationItem[]; next: string | undefined }> {
  const page = { after, limit, newestFirst: true }
  const expired = lastExpired(validity)
  const all = lists.invitations(direction, accountId)
  const pending = lists.invitations(direction, accountId, 'pending')
  const rejected = lists.invitations(direction, accountId, 'rejected')
  if (status === 'rejected') return readList(rejected, page)
  if (status === 'pending') return readList(pending, { ...page, above: expired })
  if (status === 'expired')
    return direction === 'sent'
      ? readList(pending, { ...page, after: after ?? expired })
      : { items: [], next: undefined }
  if (direction === 'sent') return readList(all, page)
  const start = after === undefined || after > expired ? expired : after
  const [valid, old] = await Promise.all([
    readList<InvitationItem>(all, { ...page, above: expired }),
    readList<InvitationItem>(rejected, { ...page, after: start }),
  ])
  if (valid.next !== undefined) return valid
  const items = [...valid.items, ...old.items]
  return items.length > limit
    ? { items: items.slice(0, limit), next: items[limit - 1]?.sendingId }
    : { items, next: old.next }
}
