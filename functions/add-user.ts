import { userView } from '../shared/answers/views.ts'
import { addUser } from '../shared/contract/add-user.ts'
import { isRefusal } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/action.ts'
import { confirmationQuotaKey } from '../shared/table/confirmation-items.ts'
import type { ActiveUser } from '../shared/table/items.ts'
import { madeBefore } from '../shared/table/requests.ts'
import { addUser as writeUser } from '../shared/table/users.ts'

export const handler = action(addUser, {
  read: ({ caller, body, clock }) => [confirmationQuotaKey(caller.accountId, body.email, clock)],
  query: ({ idempotency }) => madeBefore<ActiveUser>(idempotency),
  perform: async ({ body, context, idempotency, items: [confirmations], queried: before }) => {
    const user = before ?? (await writeUser({ confirmations }, { fields: body, idempotency }, context))
    if (isRefusal(user)) return user
    // A repeated request gets the user as it was added.
    const added = { ...user, ...body, emailConfirmed: false, pendingEmail: undefined }
    return { status: 201, body: userView(added) }
  },
})
