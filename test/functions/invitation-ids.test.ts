import { createHash } from 'node:crypto'
import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { expect, test } from 'vitest'
import { db, tableName } from '../../shared/table/client.ts'
import { keys, parseInvitationId } from '../../shared/table/keys.ts'
import { readOne } from '../../shared/table/read.ts'
import { account, send } from '../kit/accounts.ts'
import { call, inShort } from '../kit/call.ts'

const hashIn = (id: string) => parseInvitationId(id)?.hash

test('an invitation’s id does not tell the recipient to a sender who tries account ids', async () => {
  const [acme, initech, globex] = [await account(), await account(), await account()]
  const { email } = globex.ada
  const [one, other] = [await send(acme.ada, email), await send(initech.ada, email)]
  expect(hashIn(one)).not.toBe(hashIn(other))
  // What the sender could compute by itself: a digest of the recipient and the address.
  const guess = createHash('sha256')
    .update(`${globex.id}#${encodeURIComponent(email)}`)
    .digest('hex')
  expect(guess).not.toContain(hashIn(one))
})

test('an account without a salt is given one with its first invitation', async () => {
  const [acme, globex] = [await account(), await account()]
  const key = keys.account(acme.id)
  await db.send(
    new UpdateCommand({
      TableName: tableName,
      Key: { pk: key.pk, sk: key.sk },
      UpdateExpression: 'REMOVE salt',
    }),
  )
  await send(acme.ada, globex.ada.email)
  const salt = (await readOne(key))?.salt
  expect(salt).toMatch(/^[\w-]{22}$/)
  const again = await call('send-invitation', { by: acme.ada, body: { email: globex.ada.email } })
  expect(inShort(again)).toBe('409 invitation-pending')
  await send(acme.ada, globex.bill.email)
  expect((await readOne(key))?.salt).toBe(salt)
})
