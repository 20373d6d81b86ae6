import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { describe, expect, test } from 'vitest'
import type { Fault } from '../../../local/endpoint/proxy.ts'
import { callDynamo } from '../../../local/engines/dynamodb.ts'
import { fixture, itemsOf, withFixture } from '../fixture/stack.ts'

withFixture()

type Answer = { status?: number; type?: string; text?: string; broken?: string }

/** What the function `fixture-call` gets when it calls AWS so. */
async function called(call: object): Promise<Answer> {
  const response = await fetch(`${fixture.stack.api}/call`, { method: 'POST', body: JSON.stringify(call) })
  return (await response.json()) as Answer
}

const dynamo = (action: string, input: object) =>
  called({ service: 'dynamodb', target: `DynamoDB_20120810.${action}`, input })

const TableName = 'fixture-table'
const Key = { pk: { S: 'a' }, sk: { S: 'b' } }
const put = (pk: string) => ({ TableName, Item: { pk: { S: pk }, sk: { S: 's' } } })
const query = (IndexName?: string) => ({
  TableName,
  IndexName,
  KeyConditionExpression: '#key = :x',
  ExpressionAttributeNames: { '#key': IndexName ? 'list' : 'pk' },
  ExpressionAttributeValues: { ':x': { S: 'x' } },
})
const transaction = (...parts: object[]) => ({ TransactItems: parts })
const check = { ConditionCheck: { TableName, Key, ConditionExpression: 'attribute_not_exists(pk)' } }
const email = (Source: string) => ({
  service: 'ses',
  input: new URLSearchParams({
    Action: 'SendEmail',
    Source,
    'Destination.ToAddresses.member.1': 'you@there.example',
    'Message.Subject.Data': 'Hello',
    'Message.Body.Text.Data': 'there',
  }).toString(),
})
const object = (path: string, method = 'GET') => ({ service: 's3', path, method, input: '' })
const invocation = (name: string) => ({
  service: 'lambda',
  path: `/2015-03-31/functions/${name}/invocations`,
  input: { pathParameters: { from: 'call' } },
})

describe('a call that the synthesized role allows reaches the service', () => {
  test.each([
    ['an action on the table', () => dynamo('PutItem', put('allowed')), '{}'],
    [
      'a batch',
      () => dynamo('BatchGetItem', { RequestItems: { [TableName]: { Keys: [Key] } } }),
      'Responses',
    ],
    ['a query of the index', () => dynamo('Query', query('byList')), '"Count":0'],
    [
      'a transaction whose parts are all allowed',
      () => dynamo('TransactWriteItems', transaction({ Put: put('t') }, check)),
      '{}',
    ],
    [
      'mail from the address that the condition names',
      () => called(email('no-reply@sender.example')),
      '<MessageId>',
    ],
    ['mail with a display name', () => called(email('"A, B" <no-reply@sender.example>')), '<MessageId>'],
    ['a function', () => called(invocation('fixture-open')), '"from":"call"'],
    [
      'a function by its ARN',
      () =>
        called(
          invocation(encodeURIComponent('arn:aws:lambda:eu-north-1:000000000000:function:fixture-open')),
        ),
      '"open":true',
    ],
  ])('%s', async (_, call, text) => {
    const answer = await call()
    expect(answer.status).toBe(200)
    expect(answer.text).toContain(text)
  })
})

describe('a call that the role does not allow fails as in AWS, with action and resource', () => {
  const table = 'arn:aws:dynamodb:eu-north-1:000000000000:table/fixture-table'
  test.each([
    [
      'another action',
      () => dynamo('GetItem', { TableName, Key }),
      400,
      `dynamodb:GetItem on resource: ${table}`,
    ],
    ['a query of the table', () => dynamo('Query', query()), 400, `dynamodb:Query on resource: ${table}`],
    [
      'a query of another index',
      () => dynamo('Query', query('other')),
      400,
      `dynamodb:Query on resource: ${table}/index/other`,
    ],
    [
      'another table',
      () => dynamo('PutItem', { ...put('x'), TableName: 'elsewhere' }),
      400,
      'dynamodb:PutItem on resource: arn:aws:dynamodb:eu-north-1:000000000000:table/elsewhere',
    ],
    [
      'a transaction with one part too many',
      () => dynamo('TransactWriteItems', transaction({ Put: put('denied') }, { Delete: { TableName, Key } })),
      400,
      `dynamodb:DeleteItem on resource: ${table}`,
    ],
    [
      'an update in a transaction',
      () =>
        dynamo(
          'TransactWriteItems',
          transaction({ Update: { TableName, Key, UpdateExpression: 'REMOVE x' } }),
        ),
      400,
      'dynamodb:UpdateItem',
    ],
    [
      'a read in a transaction',
      () => dynamo('TransactGetItems', transaction({ Get: { TableName, Key } })),
      400,
      'dynamodb:GetItem',
    ],
    [
      'mail from another address of the domain',
      () => called(email('root@sender.example')),
      403,
      'ses:SendEmail',
    ],
    ['mail from another domain', () => called(email('no-reply@other.example')), 403, 'ses:SendEmail'],
    [
      'a function that it may not invoke',
      () => called(invocation('fixture-echo')),
      403,
      'lambda:InvokeFunction on resource: arn:aws:lambda:eu-north-1:000000000000:function:fixture-echo',
    ],
    [
      'an object elsewhere',
      () => called(object('/bucket/yours/x')),
      403,
      's3:GetObject on resource: arn:aws:s3:::bucket/yours/x',
    ],
    [
      'listing a bucket',
      () => called(object('/bucket?list-type=2')),
      403,
      's3:ListBucket on resource: arn:aws:s3:::bucket',
    ],
    ['putting an object', () => called(object('/bucket/mine/x', 'PUT')), 403, 's3:PutObject'],
    [
      'describing stacks',
      () => called({ service: 'cloudformation', input: 'Action=DescribeStacks' }),
      403,
      'cloudformation:DescribeStacks',
    ],
  ])('%s', async (_, call, status, words) => {
    const answer = await call()
    expect(answer.status).toBe(status)
    expect(`${answer.type} ${answer.text}`).toContain('AccessDenied')
    expect(answer.text).toContain('assumed-role')
    expect(answer.text).toContain(`is not authorized to perform: ${words}`)
  })

  test('a denied transaction writes nothing, and the terminal shows what was denied', async () => {
    await dynamo('TransactWriteItems', transaction({ Put: put('half') }, { Delete: { TableName, Key } }))
    expect(await itemsOf(fixture.stack, 'half')).toEqual([])
    expect(fixture.lines).toContainEqual(
      expect.stringMatching(/^\[fixture-call\] User: .* dynamodb:DeleteItem/),
    )
  })

  test('a key that belongs to no isolate is refused', async () => {
    const response = await fetch(fixture.stack.aws.endpoint, {
      method: 'POST',
      headers: {
        authorization: 'AWS4-HMAC-SHA256 Credential=STRANGER/20260101/eu-north-1/dynamodb/aws4_request',
      },
      body: '{}',
    })
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('UnrecognizedClientException')
  })
})

test('the table is as declared: keys, indexes, stream, expiry and protection', async () => {
  const describeIt = (action: string) =>
    callDynamo<Record<string, object>>(fixture.stack.dynamodb, action, { TableName })
  const indexed = (IndexName: string) => ({
    IndexName,
    KeySchema: [{ AttributeName: 'list', KeyType: 'HASH' }],
    Projection: { ProjectionType: 'KEYS_ONLY' },
  })
  const { Table } = await describeIt('DescribeTable')
  expect(Table).toMatchObject({
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    DeletionProtectionEnabled: true,
  })
  const { GlobalSecondaryIndexes } = Table as { GlobalSecondaryIndexes: { IndexName: string }[] }
  expect(GlobalSecondaryIndexes.toSorted((a, b) => a.IndexName.localeCompare(b.IndexName))).toMatchObject([
    indexed('byList'),
    indexed('other'),
  ])
  expect(await describeIt('DescribeTimeToLive')).toMatchObject({
    TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' },
  })
})

describe("an operator's key has every permission", () => {
  test('to invoke a function, whose errors are marked', async () => {
    const { endpoint, region, ...credentials } = fixture.stack.aws
    const lambda = new LambdaClient({ endpoint, region, credentials })
    const event = { queryStringParameters: { as: 'throw' } }
    const answer = await lambda.send(
      new InvokeCommand({ FunctionName: 'fixture-misbehave', Payload: JSON.stringify(event) }),
    )
    expect(answer.FunctionError).toBe('Unhandled')
    expect(JSON.parse(answer.Payload?.transformToString() ?? '')).toMatchObject({
      errorType: 'RangeError',
      errorMessage: 'out of range',
    })
    await expect(lambda.send(new InvokeCommand({ FunctionName: 'gone' }))).rejects.toThrow(
      'Function not found: gone',
    )
  })

  test('to find deployed resources by the stacks’ outputs', async () => {
    const describeStacks = async (input: string) => {
      const authorization =
        'AWS4-HMAC-SHA256 Credential=OPERATOR/20260101/eu-north-1/cloudformation/aws4_request'
      const init = { method: 'POST', headers: { authorization }, body: `Action=DescribeStacks${input}` }
      return (await fetch(fixture.stack.aws.endpoint, init)).text()
    }
    expect(await describeStacks('&StackName=fixture-data')).toContain(
      '<OutputKey>TableName</OutputKey><OutputValue>fixture-table</OutputValue>',
    )
    expect(await describeStacks('')).toContain(`<OutputValue>${fixture.stack.api}</OutputValue>`)
    expect(await describeStacks('&StackName=gone')).toContain('Stack with id gone does not exist')
  })
})

describe('faults are injected', () => {
  /** Puts an item while the first call of its action meets with the fault. */
  async function withFault(pk: string, fault: Fault): Promise<Answer & { failed: boolean }> {
    let left = 1
    const remove = fixture.stack.faults.add(({ action }) =>
      action === 'PutItem' && left-- > 0 ? fault : undefined,
    )
    const body = JSON.stringify({ service: 'dynamodb', target: 'DynamoDB_20120810.PutItem', input: put(pk) })
    const response = await fetch(`${fixture.stack.api}/call`, { method: 'POST', body })
    remove()
    return { ...((await response.json()) as Answer), failed: response.status === 500 }
  }
  const isThere = async (pk: string) => (await itemsOf(fixture.stack, pk)).length === 1

  test('an error is answered without calling the service', async () => {
    const cancellationReasons = [
      { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' },
    ]
    const error = {
      status: 400,
      type: 'TransactionCanceledException',
      message: 'cancelled',
      cancellationReasons,
    }
    const answer = await withFault('error', { error })
    expect(answer.status).toBe(400)
    expect(JSON.parse(answer.text ?? '')).toMatchObject({
      __type: expect.stringMatching(/#TransactionCanceledException$/),
      message: 'cancelled',
      CancellationReasons: cancellationReasons,
    })
    expect(await isThere('error')).toBe(false)
  })

  test('a cut loses the answer after the service has acted', async () => {
    expect((await withFault('cut', { cut: true })).broken).toBeTruthy()
    expect(await isThere('cut')).toBe(true)
  })

  test('a kill ends the isolate before or after the service has acted', async () => {
    expect((await withFault('before', { kill: 'before' })).failed).toBe(true)
    expect(await isThere('before')).toBe(false)
    expect((await withFault('after', { kill: 'after' })).failed).toBe(true)
    expect(await isThere('after')).toBe(true)
  })

  test('a delayed call reaches the service later; the hook sees the caller and the call', async () => {
    const seen: object[] = []
    const remove = fixture.stack.faults.add((call) => {
      seen.push(call)
      return undefined
    })
    expect((await withFault('delay', { delay: 20 })).status).toBe(200)
    remove()
    expect(await isThere('delay')).toBe(true)
    expect(seen).toMatchObject([
      { functionName: 'fixture-call', service: 'dynamodb', action: 'PutItem', input: put('delay') },
    ])
  })
})
