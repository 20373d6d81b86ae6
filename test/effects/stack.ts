import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { expect, vi } from 'vitest'
import type { Fault, FaultCall } from '../../local/endpoint/proxy.ts'
import { callDynamo } from '../../local/engines/dynamodb.ts'
import { startDevStack } from '../kit/dev-stack.ts'
import { Tokens } from '../kit/tokens.ts'

type Answer = { status: number; code?: string; id: string }
type Item = { name: string; email: string; live: boolean; kind: string }

/** The stack with its demo accounts, and what the tests of effects do with it. */
export async function startDev() {
  const lines: string[] = []
  const { stack, client, sqs, outputs, refOf, readers, operate, stop } = await startDevStack({
    seed: 'demo',
    log: (line) => lines.push(line),
    onCrash: (error) => lines.push(error.message),
  })
  const Bucket = refOf('AWS::S3::Bucket')
  const TableName = refOf('AWS::DynamoDB::Table')
  const s3 = new S3Client({ ...client, forcePathStyle: true })

  const tokens = new Tokens(stack.token)
  async function call<T = Answer>(
    email: string,
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const response = await fetch(`${stack.api}/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await tokens.of(email)}`,
        'content-type': 'application/json',
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { ...JSON.parse((await response.text()) || '{}'), status: response.status }
  }

  return {
    lines,
    call,
    idle: () => stack.idle(),
    deliverTwice: () => stack.deliveries.add(() => 'twice'),
    /** Has calls fail, until what it returns is called. */
    fail: (faultFor: (call: FaultCall) => Fault | undefined) => stack.faults.add(faultFor),
    send: async (by: string, email: string) => (await call(by, 'POST', '/invitations', { email })).id,
    /** The addresses that mails went to, since there were so many. */
    mailsSince: async (mark: number) => (await readers()).slice(mark),
    /** The addresses of an account's members, with whether they are live. */
    members: async (by: string): Promise<Item[]> =>
      (await call<{ items: Item[] }>(by, 'GET', '/contacts?kind=member&limit=100')).items,
    eventsOf: async (accountId: string): Promise<string[]> => {
      const { Items } = await callDynamo<{ Items: { event: { S: string } }[] }>(stack.dynamodb, 'Query', {
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: `LOG#${accountId}` } },
      })
      return Items.map(({ event }) => event.S)
    },
    /** The stream records that were given up, as S3 keeps them. */
    failedRecords: async () => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }))
      const payloads = await Promise.all(
        Contents.map(async ({ Key }) => {
          const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
          const { payload } = JSON.parse((await Body?.transformToString()) ?? '')
          return JSON.parse(payload).Records as { dynamodb: { Keys: object; NewImage: object } }[]
        }),
      )
      return payloads.flat()
    },
    redrive: () => operate('operate/redrive.ts'),
    reconcile: (...args: string[]) => operate('operate/reconcile.ts', ...args),
    /** Runs a function, as its schedule would. */
    invoke: async (name: string, payload: object): Promise<unknown> => {
      const lambda = new LambdaClient(client)
      const FunctionName = `partner-accounts-dev-${name}`
      const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload) }))
      if (answer.FunctionError) throw new Error(answer.Payload?.transformToString())
      return JSON.parse(answer.Payload?.transformToString() ?? 'null')
    },
    /** Writes to the table past everything. */
    write: (action: 'PutItem' | 'UpdateItem' | 'DeleteItem', input: object) =>
      callDynamo(stack.dynamodb, action, { TableName, ...input }),
    /** Has what a function has put off go where it goes after its last try, without waiting for a day. */
    giveUp: async (construct: string) => {
      const urlOf = (queue: string) =>
        outputs.find(({ key }) => key === `${construct}${queue}QueueUrl`)?.value
      await vi.waitFor(
        async () => {
          const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: urlOf('Retry') }))
          expect(Messages).toHaveLength(1)
          for (const { Body, ReceiptHandle } of Messages) {
            await sqs.send(new SendMessageCommand({ QueueUrl: urlOf('DeadLetter'), MessageBody: Body }))
            await sqs.send(new DeleteMessageCommand({ QueueUrl: urlOf('Retry'), ReceiptHandle }))
          }
        },
        { timeout: 60_000, interval: 20 },
      )
    },
    stop,
  }
}

/** The fault, for the first so many calls that it is meant for. */
export function times(
  count: number,
  fault: Fault,
  meant: (call: FaultCall) => boolean,
): (call: FaultCall) => Fault | undefined {
  let left = count
  return (call) => (left > 0 && meant(call) && left-- > 0 ? fault : undefined)
}
