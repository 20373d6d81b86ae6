import { userView } from '../shared/answers/views.ts'
import { changeUser } from '../shared/contract/change-user.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/action.ts'
import { confirmationQuotaKey } from '../shared/table/confirmation-items.ts'
import { keys } from '../shared/table/keys.ts'
import { changeUser as writeChange } from '../shared/table/users.ts'

export const handler = action(changeUser, {
  read: ({ caller: { accountId }, params, body, clock }) => [
    keys.user(accountId, params.id),
    body.email === undefined ? undefined : confirmationQuotaKey(accountId, body.email, clock),
  ],
  perform: async ({ body: fields, context, items: [user, confirmations] }) => {
    const changed = await writeChange({ user, confirmations }, fields, context)
    return isRefusal(changed) ? changed : { status: 200, body: userView(changed) }
  },
})
