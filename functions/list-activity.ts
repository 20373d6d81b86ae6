import { byId, eventView } from '../shared/answers/views.ts'
import { listActivity } from '../shared/contract/list-activity.ts'
import { listAction } from '../shared/runtime/list.ts'
import type { EventItem } from '../shared/table/items.ts'
import { keys, logPartition } from '../shared/table/keys.ts'
import { read, readNewest } from '../shared/table/read.ts'

export const handler = listAction(listActivity, {
  list: ({ caller }) => logPartition(caller.accountId),
  page: ({ caller, query: { limit } }, after) =>
    readNewest<EventItem>(logPartition(caller.accountId), { after, limit }),
  views: async (events) => {
    const accountIds = events.flatMap(({ by, partner }) => [by?.accountId, partner])
    const accounts = byId(
      ...(await read(...accountIds.map((id) => (id === undefined ? undefined : keys.account(id))))),
    )
    return events.map((event) => eventView(event, accounts))
  },
})
