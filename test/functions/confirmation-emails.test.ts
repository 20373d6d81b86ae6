import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses'
import { marshall } from '@aws-sdk/util-dynamodb'
import type { Context, DynamoDBStreamEvent } from 'aws-lambda'
import { mockClient } from 'aws-sdk-client-mock'
import { v7 } from 'uuid'
import { beforeEach, expect, it } from 'vitest'
import { handler } from '../../functions/send-emails.ts'
import { db } from '../../shared/table/client.ts'
import type { ConfirmationItem } from '../../shared/table/items.ts'
import { keys } from '../../shared/table/keys.ts'
import { readOne } from '../../shared/table/read.ts'
import { account, addUser, confirm, done, type Person, tokenOf } from '../kit/accounts.ts'
import { call } from '../kit/call.ts'

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

type Delivery = { as?: string; remaining?: number }

/** Delivers the record; answers whether it succeeded. */
async function deliver({ record }: Case, { as = v7(), remaining = 30_000 }: Delivery = {}): Promise<boolean> {
  const NewImage = marshall(
    { ...keys.confirmation(record.accountId, record.userId), ...record },
    { removeUndefinedValues: true },
  )
  const Records = [{ eventID: record.confirmationId, dynamodb: { SequenceNumber: '1', NewImage } }]
  const { batchItemFailures } = await handler(
    { Records } as unknown as DynamoDBStreamEvent,
    {
      functionName: 'send-emails',
      awsRequestId: as,
      getRemainingTimeInMillis: () => remaining,
    } as unknown as Context,
  )
  return batchItemFailures.length === 0
}

const sendAgain = ({ user, by }: Case) => done(call('send-confirmation', { by, params: { id: user.userId } }))
const remove = ({ user, by }: Case) => done(call('remove-user', { by, params: { id: user.userId } }))
const putByHost = ({ user: { accountId, userId, email } }: Case) =>
  done(
    call('put-user', {
      params: { accountId, userId },
      body: { email, name: 'New', profile: 'manager', version: 1 },
    }),
  )
const takeBack = ({ user, by }: Case) =>
  done(call('change-user', { by, params: { id: user.userId }, body: { email: `other-${user.email}` } }))

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

// What happens; whether each delivery succeeds; how many e-mails go out; whether the newest link works.
it.each<[string, (given: Case) => Promise<boolean[]>, boolean[], number, boolean]>([
  ['a record is delivered', async (given) => [await deliver(given)], [true], 1, true],
  [
    'it is delivered twice',
    async (given) => [await deliver(given), await deliver(given)],
    [true, true],
    1,
    true,
  ],
  [
    'it is delivered to two invocations at once',
    async (given) => (await Promise.all([deliver(given), deliver(given)])).sort(),
    [false, true],
    1,
    true,
  ],
  [
    'SES refuses, and the record is retried by another invocation at once',
    async (given) => {
      sesIs('down')
      const first = await deliver(given)
      sesIs('up')
      return [first, await deliver(given)]
    },
    [false, true],
    1,
    true,
  ],
  [
    'the token can’t be written, and the record is retried by another invocation at once',
    async (given) => {
      beforeUpdate = fails
      return [await deliver(given), await deliver(given)]
    },
    [false, true],
    1,
    true,
  ],
  [
    'the record of a sent e-mail fails at first',
    async (given) => {
      sesIs('up', nextUpdateFails)
      const first = await deliver(given)
      return [first, await deliver(given)]
    },
    [true, true],
    1,
    true,
  ],
  [
    'the address was confirmed meanwhile',
    async (given) => {
      await confirm(await tokenOf(given.user))
      return [await deliver(given)]
    },
    [true],
    0,
    false,
  ],
  [
    'the e-mail was asked for again meanwhile',
    async (given) => {
      await sendAgain(given)
      return [await deliver(given)]
    },
    [true],
    0,
    false,
  ],
  [
    'the user was removed meanwhile',
    async (given) => {
      await remove(given)
      return [await deliver(given)]
    },
    [true],
    0,
    false,
  ],
  [
    'the address was changed meanwhile',
    async (given) => {
      await takeBack(given)
      return [await deliver(given)]
    },
    [true],
    0,
    false,
  ],
  [
    'the host puts the user between the claim and the token',
    async (given) => {
      beforeUpdate = () => putByHost(given)
      return [await deliver(given)]
    },
    [true],
    0,
    false,
  ],
  [
    'the e-mail is asked for again between the claim and the token',
    async (given) => {
      beforeUpdate = () => sendAgain(given)
      return [await deliver(given)]
    },
    [true],
    0,
    false,
  ],
  [
    'the user is removed between the claim and the token',
    async (given) => {
      beforeUpdate = () => remove(given)
      return [await deliver(given)]
    },
    [true],
    0,
    false,
  ],
  [
    'the host puts the user while SES has the e-mail',
    async (given) => {
      sesIs('up', async () => void (await putByHost(given)))
      return [await deliver(given)]
    },
    [true],
    1,
    false,
  ],
  [
    'the e-mail is asked for again while SES has it',
    async (given) => {
      sesIs('up', async () => void (await sendAgain(given)))
      return [await deliver(given)]
    },
    [true],
    1,
    false,
  ],
])('where %s', async (_, happens, succeeded, emails, newestWorks) => {
  const given = await newCase()
  expect(await happens(given)).toEqual(succeeded)
  expect(inbox).toHaveLength(emails)
  for (const older of inbox.slice(0, -1)) expect(await works(older)).toBe(false)
  expect(await works(inbox.at(-1))).toBe(newestWorks)
})

it('a claim that its invocation died with is taken over when it has run out, and not before', async () => {
  const given = await newCase()
  sesIs('up', nextUpdateFails)
  expect(await deliver(given, { as: 'first', remaining: 2_000 })).toBe(false)
  sesIs('up')
  expect(await deliver(given, { as: 'second' })).toBe(false)
  expect(inbox).toHaveLength(1)
  await new Promise((resolve) => setTimeout(resolve, 2_000))
  expect(await deliver(given, { as: 'second' })).toBe(true)
  expect(inbox).toHaveLength(2)
  expect(await works(inbox[0])).toBe(false)
  expect(await works(inbox[1])).toBe(true)
})
