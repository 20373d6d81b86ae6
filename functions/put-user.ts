import { directoryUserView, removedUserView } from '../shared/answers/views.ts'
import { putUser } from '../shared/contract/put-user.ts'
import { isRefusal, refuse } from '../shared/domain/refusals.ts'
import { hostAction } from '../shared/runtime/action.ts'
import { putUser as writeUser } from '../shared/table/directory.ts'
import { keys } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'

export const handler = hostAction(putUser, async ({ params, body, clock }) => {
  const { version: hostVersion, ...fields } = body
  const [account, found, claim] = await read(
    keys.account(params.accountId),
    keys.user(params.accountId, params.userId),
    keys.email(fields.email),
  )
  if (!account) return refuse('not-found')
  const user = await writeUser({ user: found, claim }, { key: params, fields, hostVersion }, clock)
  if (isRefusal(user)) return user
  // A call with the stored version has the same answer. An import counts such calls apart.
  const unchanged = found?.hostVersion !== undefined && found.hostVersion >= hostVersion
  return {
    status: 200,
    body: user.removed ? removedUserView(user) : directoryUserView(user),
    ...(unchanged && { headers: { 'X-Unchanged': 'true' } }),
  }
})
