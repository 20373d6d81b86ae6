import { userView } from '../shared/answers/views.ts'
import { getMe } from '../shared/contract/get-me.ts'
import { isAdministrator } from '../shared/domain/profiles.ts'
import { action } from '../shared/runtime/action.ts'
import { keys } from '../shared/table/keys.ts'

export const handler = action(getMe, {
  read: ({ caller }) => [keys.account(caller.accountId)],
  perform: ({ user, items: [account] }) => ({
    status: 200,
    body: {
      user: userView(user),
      account: { id: user.accountId, name: account?.name ?? user.accountId },
      administrator: isAdministrator(user.profile),
    },
  }),
})
