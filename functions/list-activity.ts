import { pageQuery } from '../shared/contract/requests.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/http.ts'
import { pageOf, positionOf } from '../shared/runtime/page.ts'
import { byId, eventView } from '../shared/runtime/views.ts'
import type { EventItem } from '../shared/table/items.ts'
import { keys, logPartition } from '../shared/table/keys.ts'
import { read, readNewest, readOne } from '../shared/table/read.ts'

export const handler = action(
  'list-activity',
  { query: pageQuery },
  async ({ caller, query, self, admit }) => {
    const { accountId, userId } = caller
    const log = logPartition(accountId)
    const from = positionOf(query.cursor, log)
    if (isRefusal(from)) return from
    const [found, { items, next }] = await Promise.all([
      readOne(keys.user(accountId, userId)),
      readNewest<EventItem>(log, { ...from, limit: query.limit }),
    ])
    const user = admit(found)
    if (isRefusal(user)) return user
    const concerned = items.flatMap(({ by, partner }) => [by?.accountId, partner])
    const accounts = byId(
      ...(await read(...concerned.map((id) => (id === undefined ? id : keys.account(id))))),
    )
    const views = items.map((event) => eventView(event, accounts))
    return pageOf(self, log, views, next)
  },
)
