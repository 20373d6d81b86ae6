import { accountPath, putAccountBody } from '../shared/contract/requests.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { hostAction } from '../shared/runtime/host.ts'
import { accountView } from '../shared/runtime/views.ts'
import { putAccount } from '../shared/table/directory.ts'

const input = { path: accountPath, body: putAccountBody }

export const handler = hostAction('put-account', input, async ({ path, body }) => {
  const { name, version } = body
  const account = await putAccount(path.accountId, { name, hostVersion: version })
  return isRefusal(account) ? account : { status: 200, body: accountView(account) }
})
