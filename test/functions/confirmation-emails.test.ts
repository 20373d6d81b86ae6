import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import { handler } from '../../functions/send-emails.ts'
import { db } from '../../shared/table/client.ts'
import type { ConfirmationItem } from '../../shared/table/items.ts'
import { keys } from '../../shared/table/keys.ts'
import { readOne } from '../../shared/table/read.ts'
import { account, addUser, confirm, done, type Person, removeUser, tokenOf } from '../kit/accounts.ts'
import { call } from '../kit/call.ts'
import { deliver, recordOf } from '../kit/deliver.ts'

/** A user who waits to be confirmed, an administrator, and the stream's record of the confirmation. */
type Case = { user: Person; by: Person; record: ConfirmationItem }

// SES is replaced, so that it can refuse.
const ses = mockClient(SESClient)
const inbox: string[] = []
beforeEach(() => {
  inbox.length = 0
  sesIs('up')
})

/** @param meanwhile happens while SES has the e-mail */
function sesIs(state: 'up' | 'down', meanwhile = async () => {}): void {
  ses.reset()
  ses.on(SendEmailCommand).callsFake(async ({ Message }) => {
    if (state === 'down') throw new Error('SES is down')
    await meanwhile()
    inbox.push(/#([\w-]+)/.exec(Message.Body.Text.Data)?.[1] ?? 'no link')
    return { MessageId: `${inbox.length}` }
  })
}

/** Happens once, right before the next update of an item outside a transaction: a token, a sent e-mail, a released claim. */
let beforeUpdate: (() => Promise<unknown>) | undefined
db.middlewareStack.add(
  (next, { commandName }) =>
    async (args) => {
      if (commandName === 'UpdateItemCommand') {
        const happens = beforeUpdate
        beforeUpdate = undefined
        await happens?.()
      }
      return next(args)
    },
  { step: 'initialize', name: 'beforeUpdate' },
)

const fails = async () => {
  throw new Error('A write that fails')
}
const nextUpdateFails = async () => {
  beforeUpdate = fails
}

/** Delivers the record; answers whether it succeeded. */
async function delivers({ record }: Case, options?: Parameters<typeof deliver>[2]): Promise<boolean> {
  const item = { ...keys.confirmation(record.accountId, record.userId), ...record }
  return (await deliver(handler, [recordOf(item)], options)) === 0
}

async function newCase(): Promise<Case> {
  const { ada: by } = await account()
  const { body } = await addUser(by, 'new')
  const user = { ...by, userId: String(body.id), email: String(body.email) }
  const record = await readOne(keys.confirmation(user.accountId, user.userId))
  if (!record) throw new Error('No confirmation')
  return { user, by, record }
}

const works = async (token: string | undefined) =>
  token !== undefined && (await call('confirm-address', { body: { token } })).status === 204

// What happens, and whether each delivery succeeds.
it.each<[string, (given: Case) => Promise<boolean[]>, boolean[]]>([
  ['a record is delivered', async (given) => [await delivers(given)], [true]],
  ['it is delivered twice', async (given) => [await delivers(given), await delivers(given)], [true, true]],
  [
    'it is delivered to another invocation while SES has the e-mail',
    async (given) => {
      const other: boolean[] = []
      sesIs('up', async () => void other.push(await delivers(given)))
      return [await delivers(given), ...other]
    },
    [true, false],
  ],
  [
    'SES refuses, and the record is retried by another invocation at once',
    async (given) => {
      sesIs('down')
      const first = await delivers(given)
      sesIs('up')
      return [first, await delivers(given)]
    },
    [false, true],
  ],
  [
    'the token can’t be written, and the record is retried by another invocation at once',
    async (given) => {
      beforeUpdate = fails
      return [await delivers(given), await delivers(given)]
    },
    [false, true],
  ],
  [
    'the record of a sent e-mail fails at first',
    async (given) => {
      sesIs('up', nextUpdateFails)
      return [await delivers(given), await delivers(given)]
    },
    [true, true],
  ],
])('where %s, one e-mail goes out, whose link works', async (_, happens, succeeded) => {
  const given = await newCase()
  expect(await happens(given)).toEqual(succeeded)
  expect(inbox).toHaveLength(1)
  expect(await works(inbox[0])).toBe(true)
})

type Change = (given: Case) => Promise<unknown>
const changes: Record<string, Change> = {
  'the address is confirmed': async ({ user }) => confirm(await tokenOf(user)),
  'the e-mail is asked for again': ({ user, by }) =>
    done(call('send-confirmation', { by, params: { id: user.userId } })),
  'the user is removed': ({ user, by }) => removeUser(by, user.userId),
  'the address is changed': ({ user, by }) =>
    done(call('change-user', { by, params: { id: user.userId }, body: { email: `other-${user.email}` } })),
  'the host puts the user': ({ user: { accountId, userId, email } }) =>
    done(
      call('put-user', {
        params: { accountId, userId },
        body: { email, name: 'New', profile: 'manager', version: 1 },
      }),
    ),
}

describe.each<[string, (given: Case, change: Change) => unknown, emails: number]>([
  ['before the delivery', (given, change) => change(given), 0],
  [
    'between the claim and the token',
    (given, change) => {
      beforeUpdate = () => change(given)
    },
    0,
  ],
  ['while SES has the e-mail', (given, change) => sesIs('up', async () => void (await change(given))), 1],
])('a change %s', (_, happens, emails) => {
  it.each(Object.entries(changes))(
    '%s: no link works, and no e-mail goes out any more',
    async (_, change) => {
      const given = await newCase()
      await happens(given, change)
      expect(await delivers(given)).toBe(true)
      expect(inbox).toHaveLength(emails)
      expect(await works(inbox[0])).toBe(false)
    },
  )
})

it('a claim that its invocation died with is taken over when it has run out, and not before', async () => {
  const given = await newCase()
  sesIs('up', nextUpdateFails)
  expect(await delivers(given, { as: 'first', remaining: 2_000 })).toBe(false)
  sesIs('up')
  expect(await delivers(given, { as: 'second' })).toBe(false)
  expect(inbox).toHaveLength(1)
  await new Promise((resolve) => setTimeout(resolve, 2_000))
  expect(await delivers(given, { as: 'second' })).toBe(true)
  expect(inbox).toHaveLength(2)
  expect(await works(inbox[0])).toBe(false)
  expect(await works(inbox[1])).toBe(true)
})
