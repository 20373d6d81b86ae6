import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import {
  PutCommand,
  type PutCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { db, tableName } from './client.ts'

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
export const putIf = <Item>(put: Omit<PutCommandInput, 'TableName'>): Promise<Written<Item>> =>
  written(() => db.send(new PutCommand({ TableName: tableName, ...put })))

async function written<Item>(write: () => Promise<unknown>): Promise<Written<Item>> {
  try {
    await write()
    return { written: true }
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    return { written: false, existing: error.Item && (unmarshall(error.Item) as Item) }
  }
}
