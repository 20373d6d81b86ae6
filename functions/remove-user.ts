import { removeUser } from '../shared/contract/remove-user.ts'
import { action } from '../shared/runtime/action.ts'
import { keys } from '../shared/table/keys.ts'
import { removeUser as writeRemoval } from '../shared/table/users.ts'

export const handler = action(removeUser, {
  read: ({ caller, params }) => [keys.user(caller.accountId, params.id)],
  perform: async ({ context, items: [user] }) => (await writeRemoval(user, context)) ?? { status: 204 },
})
