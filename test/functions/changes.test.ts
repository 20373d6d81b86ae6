import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { v7 as uuid } from 'uuid'
import { expect, it } from 'vitest'
import { db, tableName } from '../../shared/table/client.ts'
import { keys } from '../../shared/table/keys.ts'
import { account } from '../kit/accounts.ts'
import { call } from '../kit/call.ts'

const start = Date.parse('2026-11-01T00:00:00Z')
const acme = await account()
const latest = async () => (await call('get-changes', { by: acme.max })).body.latest

/** An entry in the log with an id of so many seconds after the start. */
const enter = (seconds: number) => {
  const id = uuid({ msecs: start + seconds * 1000 })
  const entry = { ...keys.event(acme.id, id), type: 'event', id, accountId: acme.id, event: 'user-added' }
  return db.send(
    new PutCommand({ TableName: tableName, Item: { ...entry, at: new Date(start).toISOString() } }),
  )
}

it('answers otherwise for each entry in the log, also for one with an older id that is among the newest 25', async () => {
  for (let second = 1; second <= 24; second++) await enter(second)
  const before = await latest()
  expect(await latest()).toBe(before)
  await enter(0)
  const afterOlder = await latest()
  expect(afterOlder).not.toBe(before)
  await enter(25)
  expect(await latest()).not.toBe(afterOlder)
})
