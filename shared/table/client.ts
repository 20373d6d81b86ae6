import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { environment, requireEnv } from '../environment.ts'

/**
 * The document client, one per isolate, which keeps connections between invocations. The SDK tries a call up to three
 * times, a transaction with the same client request token. The time-out of a call leaves time for that.
 */
export const db = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_500, throwOnRequestTimeout: true },
  }),
  {
    marshallOptions: { removeUndefinedValues: true },
    // Without it, a number that is too large for JavaScript makes the whole answer an error.
    unmarshallOptions: { wrapNumbers: Number },
  },
)

export const tableName = requireEnv(environment.table)
