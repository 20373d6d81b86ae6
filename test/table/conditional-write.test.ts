import { ConditionalCheckFailedException, TransactionConflictException } from '@aws-sdk/client-dynamodb'
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { db } from '../../shared/table/client.ts'
import { putIf, updateIf } from '../../shared/table/conditional-write.ts'

// DynamoDB Local can't be made to show that a transaction holds an item.
const engine = mockClient(db)
const held = new TransactionConflictException({ message: 'Held by a transaction', $metadata: {} })
const failed = new ConditionalCheckFailedException({
  message: 'The conditional request failed',
  $metadata: {},
  Item: { sk: { S: 'there' } },
})
const Key = { pk: '1', sk: 'A' }

beforeEach(() => {
  engine.reset()
  // No jitter, so no waiting.
  vi.spyOn(Math, 'random').mockReturnValue(0)
})
afterEach(() => {
  vi.restoreAllMocks()
})

it('a write that a transaction holds up is tried again', async () => {
  engine.on(UpdateCommand).rejectsOnce(held).rejectsOnce(held).resolves({})
  expect(await updateIf({ Key })).toEqual({ written: true })
  expect(engine.commandCalls(UpdateCommand)).toHaveLength(3)
  engine.on(PutCommand).rejectsOnce(held).resolves({})
  await putIf({ Item: Key })
  expect(engine.commandCalls(PutCommand)).toHaveLength(2)
})

it('a write that is held up eight times fails, and so does any other error at once', async () => {
  engine.on(UpdateCommand).rejects(held)
  await expect(updateIf({ Key })).rejects.toBe(held)
  expect(engine.commandCalls(UpdateCommand)).toHaveLength(8)
  engine.on(PutCommand).rejects(new Error('Something else'))
  await expect(putIf({ Item: Key })).rejects.toThrow('Something else')
  expect(engine.commandCalls(PutCommand)).toHaveLength(1)
})

it('a condition that fails returns the item, after a conflict too', async () => {
  engine.on(UpdateCommand).rejectsOnce(held).rejects(failed)
  expect(await updateIf({ Key })).toEqual({ written: false, existing: { sk: 'there' } })
})
