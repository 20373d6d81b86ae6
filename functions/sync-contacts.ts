import { record } from '../shared/runtime/metric.ts'
import { effect } from '../shared/runtime/stream.ts'
import { copySnapshot, copyTail } from '../shared/table/copies.ts'
import type { CopyItem, PartnershipItem, UserItem } from '../shared/table/items.ts'

type Source = UserItem | PartnershipItem | CopyItem

/**
 * Copies a changed user to the account's partners, and all users of an account to a new partner. The users are those of
 * the account whose partnership record changed: from then on, its changed users find that record.
 */
export const handler = effect<Source>('sync-contacts', async (item, { before, context }) => {
  await copy(item, before?.type === 'user' ? before : undefined)
  record(context, 'syncLag', 'Milliseconds', Math.max(Date.now() - Date.parse(writtenAt(item)), 0))
})

/** @param before the user as it was before the change, where it is a user that has changed */
async function copy(item: Source, before: UserItem | undefined): Promise<void> {
  switch (item.type) {
    case 'user':
      return copyTail({ user: item, before })
    case 'partnership':
      return copySnapshot({ owner: item.partnerId, source: item.accountId, epoch: item.epoch })
    case 'copy':
      return 'user' in item ? copyTail(item) : copySnapshot(item)
    default:
      return item satisfies never
  }
}

/** The time of the change that is copied, also on later pages. */
function writtenAt(item: Source): string {
  if (item.type === 'user') return item.changedAt
  return 'user' in item ? item.user.changedAt : item.since
}
