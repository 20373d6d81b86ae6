import { accountView } from '../shared/answers/views.ts'
import { putAccount } from '../shared/contract/put-account.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { hostAction } from '../shared/runtime/action.ts'
import { putAccount as writeAccount } from '../shared/table/directory.ts'

export const handler = hostAction(putAccount, async ({ params, body: { name, version } }) => {
  const account = await writeAccount(params.accountId, { name, hostVersion: version })
  return isRefusal(account) ? account : { status: 200, body: accountView(account) }
})
