import { isRefusal, refuse } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/http.ts'
import { keys } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'

export const handler = action('send-confirmation', {}, async ({ caller, params, admit }) => {
  const { accountId, userId } = caller
  const { id = '' } = params
  const [found] = await read(keys.user(accountId, userId), keys.user(accountId, id))
  const by = admit(found)
  if (isRefusal(by)) return by
  // Every address is confirmed yet, so none can be asked for.
  return refuse('not-found')
})
