import { dropUser } from '../shared/contract/drop-user.ts'
import { refuse } from '../shared/domain/refusals.ts'
import { hostAction } from '../shared/runtime/action.ts'
import { dropUser as writeRemoval } from '../shared/table/directory.ts'
import { keys } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'

export const handler = hostAction(dropUser, async ({ params, query, clock }) => {
  const [account, user] = await read(
    keys.account(params.accountId),
    keys.user(params.accountId, params.userId),
  )
  if (!account) return refuse('not-found')
  return (await writeRemoval(user, { key: params, hostVersion: query.version }, clock)) ?? { status: 204 }
})
