import { removeShare } from '../shared/contract/remove-share.ts'
import { action, type Request } from '../shared/runtime/action.ts'
import { keys, parseShareId } from '../shared/table/keys.ts'
import { removeShare as writeRemoval } from '../shared/table/shares.ts'

/** The share that the id names, if the caller's account has shared it. */
const ownShare = ({ caller, params }: Pick<Request<typeof removeShare>, 'caller' | 'params'>) => {
  const ref = parseShareId(params.id)
  return ref?.accountId === caller.accountId ? ref : undefined
}

export const handler = action(removeShare, {
  read: (request) => {
    const ref = ownShare(request)
    return [ref && keys.share(ref.accountId, ref.hash)]
  },
  perform: async ({ context, items: [share], ...request }) =>
    (await writeRemoval(share, ownShare(request)?.sharingId, context)) ?? { status: 204 },
})
