import { isRefusal } from '../shared/domain/refusals.ts'
import { action } from '../shared/runtime/http.ts'
import { keys, parseShareId } from '../shared/table/keys.ts'
import { read } from '../shared/table/read.ts'
import { removeShare } from '../shared/table/shares.ts'

export const handler = action('remove-share', {}, async ({ caller, params, clock, admit }) => {
  const { accountId, userId } = caller
  const id = parseShareId(params.id ?? '')
  const own = id?.accountId === accountId ? id : undefined
  const [found, share] = await read(keys.user(accountId, userId), own && keys.share(accountId, own.hash))
  const user = admit(found)
  if (isRefusal(user)) return user
  return (await removeShare(user, clock, share, own?.life)) ?? { status: 204 }
})
