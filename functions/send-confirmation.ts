import { ownUserPath } from '../shared/contract/requests.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/http.ts'
import { sendConfirmation } from '../shared/table/confirmations.ts'
import { keys } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'

export const handler = action(
  'send-confirmation',
  { path: ownUserPath },
  async ({ caller, params, clock, admit }) => {
    const { accountId, userId } = caller
    const { id = '' } = params
    const [found, user] = await read(keys.user(accountId, userId), keys.user(accountId, id))
    const by = admit(found)
    if (isRefusal(by)) return by
    return (await sendConfirmation(user, clock)) ?? { status: 202 }
  },
)
