import { putUserBody, userPath } from '../shared/contract/requests.ts'
import { isRefusal, refuse } from '../shared/domain/refusals.ts'
import { hostAction } from '../shared/runtime/host.ts'
import { directoryUserView, removedUserView } from '../shared/runtime/views.ts'
import { putUser } from '../shared/table/directory.ts'
import { keys } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'

const input = { path: userPath, body: putUserBody }

export const handler = hostAction('put-user', input, async ({ path, body, clock }) => {
  const { version: hostVersion, ...fields } = body
  const [account, found, claim] = await read(
    keys.account(path.accountId),
    keys.user(path.accountId, path.userId),
    keys.email(fields.email),
  )
  if (!account) return refuse('not-found')
  const user = await putUser(path, clock, { read: found, claim, fields, hostVersion })
  if (isRefusal(user)) return user
  // An equal version is answered like a put: an import counts them apart.
  const unchanged = found?.hostVersion !== undefined && found.hostVersion >= hostVersion
  return {
    status: 200,
    body: user.removed ? removedUserView(user) : directoryUserView(user),
    ...(unchanged && { headers: { 'X-Unchanged': 'true' } }),
  }
})
