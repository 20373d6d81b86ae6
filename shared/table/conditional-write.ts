import { ConditionalCheckFailedException, TransactionConflictException } from '@aws-sdk/client-dynamodb'
import {
  PutCommand,
  type PutCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { db, tableName } from './client.ts'
import { attempts, pause } from './transact.ts'

/** The result of a conditional write. `existing` is the item on which the condition failed, undefined if there is none. */
type Written<Item> = { written: true } | { written: false; existing: Item | undefined }

/** Updates one item of the table, if its condition holds. */
export const updateIf = <Item>(update: Omit<UpdateCommandInput, 'TableName'>): Promise<Written<Item>> =>
  written(() =>
    db.send(
      new UpdateCommand({ TableName: tableName, ReturnValuesOnConditionCheckFailure: 'ALL_OLD', ...update }),
    ),
  )

/** Puts one item into the table, if its condition holds. */
export async function putIf(put: Omit<PutCommandInput, 'TableName'>): Promise<void> {
  await written(() => db.send(new PutCommand({ TableName: tableName, ...put })))
}

/** Tries a write again while a transaction holds its item, which the SDK does not. Throws if that lasts. */
async function written<Item>(write: () => Promise<unknown>): Promise<Written<Item>> {
  for (let attempt = 1; ; attempt++) {
    try {
      await write()
      return { written: true }
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException)
        return { written: false, existing: error.Item && (unmarshall(error.Item) as Item) }
      if (!(error instanceof TransactionConflictException) || attempt === attempts) throw error
      await pause(attempt)
    }
  }
}
