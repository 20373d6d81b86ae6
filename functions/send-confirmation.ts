import { sendConfirmation } from '../shared/contract/send-confirmation.ts'
import { action } from '../shared/runtime/action.ts'
import { sendConfirmation as writeConfirmation } from '../shared/table/confirmations.ts'
import { keys } from '../shared/table/keys.ts'

export const handler = action(sendConfirmation, {
  read: ({ caller, params }) => [keys.user(caller.accountId, params.id)],
  perform: async ({ clock, items: [user] }) => (await writeConfirmation(user, clock)) ?? { status: 202 },
})
