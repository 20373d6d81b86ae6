import { addUserBody } from '../shared/contract/requests.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/http.ts'
import { userView } from '../shared/runtime/views.ts'
import type { ActiveUser } from '../shared/table/items.ts'
import { keys } from '../shared/table/keys.ts'
import { readOne } from '../shared/table/read.ts'
import { madeBefore } from '../shared/table/requests.ts'
import { addUser } from '../shared/table/users.ts'

export const handler = action('add-user', { body: addUserBody }, async (request) => {
  const { caller, body, clock, once } = request
  const [found, before] = await Promise.all([
    readOne(keys.user(caller.accountId, caller.userId)),
    madeBefore<ActiveUser>(once),
  ])
  const by = request.admit(found)
  if (isRefusal(by)) return by
  const user = before ?? (await addUser(by, clock, body, once))
  // A repetition is answered with the user as it was added.
  return isRefusal(user) ? user : { status: 201, body: userView({ ...user, ...body }) }
})
