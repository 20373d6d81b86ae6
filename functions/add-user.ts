import { addUserBody } from '../shared/contract/requests.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { admit } from '../shared/runtime/caller.ts'
import { action } from '../shared/runtime/http.ts'
import { userView } from '../shared/runtime/views.ts'
import { keys } from '../shared/table/keys.ts'
import { readOne } from '../shared/table/read.ts'
import { addUser } from '../shared/table/users.ts'

export const handler = action('add-user', { body: addUserBody }, async ({ caller, body, clock }) => {
  const by = admit(await readOne(keys.user(caller.accountId, caller.userId)), 'administrator')
  if (isRefusal(by)) return by
  const user = await addUser(by, clock, body)
  return isRefusal(user) ? user : { status: 201, body: userView(user) }
})
