import { changeUserBody, ownUserPath } from '../shared/contract/requests.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/http.ts'
import { userView } from '../shared/runtime/views.ts'
import { confirmationQuotaKey } from '../shared/table/confirmation-items.ts'
import { keys } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'
import { changeUser } from '../shared/table/users.ts'

export const handler = action('change-user', { path: ownUserPath, body: changeUserBody }, async (request) => {
  const { accountId, userId } = request.caller
  const { id = '' } = request.params
  const { body, clock } = request
  const [found, user, confirmations] = await read(
    keys.user(accountId, userId),
    keys.user(accountId, id),
    body.email === undefined ? undefined : confirmationQuotaKey(accountId, body.email, clock),
  )
  const by = request.admit(found)
  if (isRefusal(by)) return by
  const changed = await changeUser(by, clock, { read: user, fields: body, confirmations })
  return isRefusal(changed) ? changed : { status: 200, body: userView(changed) }
})
