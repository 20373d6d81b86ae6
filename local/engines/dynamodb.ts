/** An error that DynamoDB answers with. `type` is the exception's name. */
export class DynamoError extends Error {
  readonly type: string

  constructor(type: string, message: string) {
    super(message)
    this.type = type
  }
}

const streamActions = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams']

/** Calls DynamoDB Local, or its streams, at the URL `engine`, in DynamoDB's JSON. Throws DynamoError. */
export async function callDynamo<Answer>(engine: string, action: string, input: object): Promise<Answer> {
  const api = streamActions.includes(action) ? 'DynamoDBStreams_20120810' : 'DynamoDB_20120810'
  const response = await fetch(engine, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `${api}.${action}`,
      // DynamoDB Local requires this header and does not check the signature.
      authorization: 'AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, Signature=none',
    },
    body: JSON.stringify(input),
  })
  const answer = (await response.json()) as { __type?: string; message?: string; Message?: string }
  if (response.ok) return answer as Answer
  const type = answer.__type?.split('#').at(-1) ?? 'UnknownError'
  throw new DynamoError(type, `${action}: ${answer.message ?? answer.Message ?? type}`)
}
