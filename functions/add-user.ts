import { addUserBody } from '../shared/contract/requests.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/http.ts'
import { userView } from '../shared/runtime/views.ts'
import { confirmationQuotaKey } from '../shared/table/confirmation-items.ts'
import type { ActiveUser } from '../shared/table/items.ts'
import { keys } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'
import { madeBefore } from '../shared/table/requests.ts'
import { addUser } from '../shared/table/users.ts'

export const handler = action('add-user', { body: addUserBody }, async (request) => {
  const { caller, body, clock, once } = request
  const [[found, confirmations], before] = await Promise.all([
    read(
      keys.user(caller.accountId, caller.userId),
      confirmationQuotaKey(caller.accountId, body.email, clock),
    ),
    madeBefore<ActiveUser>(once),
  ])
  const by = request.admit(found)
  if (isRefusal(by)) return by
  const user = before ?? (await addUser(by, clock, { fields: body, confirmations, once }))
  // A repetition is answered with the user as it was added.
  return isRefusal(user)
    ? user
    : { status: 201, body: userView({ ...user, ...body, emailConfirmed: false, pendingEmail: undefined }) }
})
