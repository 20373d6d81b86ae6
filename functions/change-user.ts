import { changeUserBody } from '../shared/contract/requests.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/http.ts'
import { userView } from '../shared/runtime/views.ts'
import { keys } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'
import { changeUser } from '../shared/table/users.ts'

export const handler = action('change-user', { body: changeUserBody }, async (request) => {
  const { accountId, userId } = request.caller
  const { id = '' } = request.params
  const [found, there] = await read(keys.user(accountId, userId), keys.user(accountId, id))
  const by = request.admit(found)
  if (isRefusal(by)) return by
  const user = await changeUser(by, request.clock, there, request.body)
  return isRefusal(user) ? user : { status: 200, body: userView(user) }
})
