import { dropUserQuery, userPath } from '../shared/contract/requests.ts'
import { refuse } from '../shared/domain/refusals.ts'
import { hostAction } from '../shared/runtime/host.ts'
import { dropUser } from '../shared/table/directory.ts'
import { keys } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'

const input = { path: userPath, query: dropUserQuery }

export const handler = hostAction('drop-user', input, async ({ path, query, clock }) => {
  const [account, found] = await read(keys.account(path.accountId), keys.user(path.accountId, path.userId))
  if (!account) return refuse('not-found')
  return (await dropUser(path, clock, { read: found, hostVersion: query.version })) ?? { status: 204 }
})
