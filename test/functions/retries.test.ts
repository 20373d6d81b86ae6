import { expect, it } from 'vitest'
import { db } from '../../shared/table/client.ts'
import { partners, type World, world } from '../kit/accounts.ts'
import { call, inShort } from '../kit/call.ts'

/** An index as it is a moment after a write in AWS, which DynamoDB Local never shows: without what was written. */
function indexBehind(): () => void {
  const name = 'behind'
  db.middlewareStack.add(
    (next) => async (args) => {
      const { IndexName } = args.input as { IndexName?: string }
      return IndexName === 'request' ? { output: { Items: [], $metadata: {} }, response: {} } : next(args)
    },
    { step: 'initialize', name },
  )
  return () => db.middlewareStack.remove(name)
}

const bodies = {
  'send-invitation': ({ globex }: World) => ({ email: globex.ada.email }),
  'add-user': ({ acme }: World) => ({ email: `new@${acme.id}.example`, name: 'New', profile: 'observer' }),
  'add-share': ({ globex }: World) => ({
    partnerAccountId: globex.id,
    kind: 'proof',
    objectId: '1',
    title: 'A',
  }),
}
const others = {
  'send-invitation': {},
  'add-user': { name: 'Newer' },
  'add-share': { title: 'B' },
}

it.each(Object.keys(bodies) as (keyof typeof bodies)[])(
  '%s, repeated before the index knows of the first request, gives the first answer again',
  async (action) => {
    const accounts = await world()
    const by = accounts.acme.ada
    if (action === 'add-share') await partners(accounts.acme, accounts.globex)
    const body = bodies[action](accounts)
    const first = await call(action, { by, body, key: 'once' })
    expect(inShort(first)).toBe('201')
    const caughtUp = indexBehind()
    try {
      expect((await call(action, { by, body, key: 'once' })).body).toEqual(first.body)
      const { length } = Object.keys(others[action])
      const reused = await call(action, { by, body: { ...body, ...others[action] }, key: 'once' })
      if (length > 0) expect(inShort(reused)).toBe('422 idempotency-key-reused')
      const anotherKey = await call(action, { by, body, key: 'twice' })
      expect(inShort(anotherKey)).toBe(
        { 'send-invitation': '409 invitation-pending', 'add-user': '409 email-taken', 'add-share': '200' }[
          action
        ],
      )
    } finally {
      caughtUp()
    }
  },
)
