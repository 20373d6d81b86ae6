/** An answer of DynamoDB that is an error; `type` is the exception's name. */
export class DynamoError extends Error {
  readonly type: string

  constructor(type: string, message: string) {
    super(message)
    this.type = type
  }
}

const targets = { table: 'DynamoDB_20120810', stream: 'DynamoDBStreams_20120810' }

/**
 * Calls DynamoDB Local in its own JSON, which is the template's and, for stream records, Lambda's too.
 *
 * @param engine its base URL
 * @throws DynamoError
 */
export async function callDynamo<Answer>(
  engine: string,
  api: keyof typeof targets,
  action: string,
  input: object,
): Promise<Answer> {
  const response = await fetch(engine, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `${targets[api]}.${action}`,
      // It wants the form and checks nothing.
      authorization: 'AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, Signature=none',
    },
    body: JSON.stringify(input),
  })
  const answer = (await response.json()) as { __type?: string; message?: string; Message?: string }
  if (response.ok) return answer as Answer
  const type = answer.__type?.split('#').at(-1) ?? 'UnknownError'
  throw new DynamoError(type, `${action}: ${answer.message ?? answer.Message ?? type}`)
}
