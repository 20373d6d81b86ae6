import { parseArgs } from 'node:util'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { DeleteObjectCommand, GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3'
import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { type Access, accessTo, exitWith, outputsOf } from './access.ts'

const usage = `npm run redrive [-- --env NAME] [-- --stack FILE]
  Gives stream records that failed for good to their function once more, and deletes those that go through; and puts
  what was tried for a day in vain back into its queue.
  --env NAME     the environment, in AWS; without it, the stack that runs on this machine
  --stack FILE   where that stack has written its addresses (.local/stack.json)`

/** An invocation's payload has at most 6 MB. */
const maxPayloadBytes = 5_500_000

type Failure = { functionArn: string; records: object[] }

const access = readAccess()
const { client } = access
const s3 = new S3Client({ ...client, forcePathStyle: client.endpoint !== undefined })
const lambda = new LambdaClient(client)

const sqs = new SQSClient({ ...client, useQueueUrlAsEndpoint: false })

const outputs = await outputsOf(access, ['Data', 'Effects']).catch(exitWith)
const Bucket = outputs.get('FailuresBucket')
if (!Bucket) throw new Error('No stack has the output FailuresBucket')
let redriven = 0
let remaining = 0
for await (const key of failureKeys()) {
  const trouble = await redrive(key).catch((error) => String(error))
  if (trouble === undefined) redriven++
  else remaining++
  console.log(`${key}: ${trouble === undefined ? 'redriven' : `kept. ${trouble}`}`)
}
console.log(`${redriven} redriven, ${remaining} kept in ${Bucket}`)
if (remaining > 0) process.exitCode = 1
for (const [key, kept] of outputs) {
  const retries = outputs.get(key.replace('DeadLetterQueueUrl', 'RetryQueueUrl'))
  if (!key.endsWith('DeadLetterQueueUrl') || !retries) continue
  const { moved, troubles } = await moveBack(kept, retries)
  console.log(`${moved} put back into ${retries.split('/').at(-1)}`)
  for (const trouble of troubles) console.log(`kept in ${kept.split('/').at(-1)}. ${trouble}`)
  if (troubles.length > 0) process.exitCode = 1
}

/** Without `--env`, the AWS endpoint and key of the stack on this machine. */
function readAccess(): Access {
  try {
    const { values } = parseArgs({
      options: { env: { type: 'string' }, stack: { type: 'string', default: '.local/stack.json' } },
    })
    return accessTo(values.env, values.stack)
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`)
    return process.exit(2)
  }
}

/**
 * Puts what a queue keeps back into the queue that it came from.
 *
 * @returns how many messages, and why others were not
 */
async function moveBack(kept: string, retries: string): Promise<{ moved: number; troubles: string[] }> {
  const troubles: string[] = []
  for (let moved = 0; ; ) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: kept, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    )
    if (Messages.length === 0) return { moved, troubles }
    for (const { Body: MessageBody, ReceiptHandle } of Messages) {
      try {
        await sqs.send(new SendMessageCommand({ QueueUrl: retries, MessageBody }))
        await sqs.send(new DeleteMessageCommand({ QueueUrl: kept, ReceiptHandle }))
        moved++
      } catch (error) {
        troubles.push(String(error))
      }
    }
  }
}

/** Oldest first within a shard: its keys carry the time. */
async function* failureKeys(): AsyncGenerator<string> {
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client: s3 },
    { Bucket, Prefix: 'aws/lambda/' },
  )) {
    for (const { Key } of Contents) if (Key) yield Key
  }
}

/** Gives what an object holds to its function; why that failed, or undefined once it is through and deleted. */
async function redrive(Key: string): Promise<string | undefined> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
  const failure = parse((await Body?.transformToString()) ?? '')
  if (!failure) return 'It is not a record of a failed batch.'
  for (const Records of batchesOf(failure.records)) {
    const trouble = await invoke(failure.functionArn, Records)
    if (trouble !== undefined) return trouble
  }
  await s3.send(new DeleteObjectCommand({ Bucket, Key }))
  return undefined
}

function parse(text: string): Failure | undefined {
  try {
    const { requestContext, payload } = JSON.parse(text)
    const { Records: records } = typeof payload === 'string' ? JSON.parse(payload) : payload
    const { functionArn } = requestContext
    const readable = typeof functionArn === 'string' && Array.isArray(records) && records.length > 0
    return readable ? { functionArn, records } : undefined
  } catch {
    return undefined
  }
}

function batchesOf(records: object[]): object[][] {
  const batches: object[][] = [[]]
  let bytes = 0
  for (const record of records) {
    const size = Buffer.byteLength(JSON.stringify(record)) + 1
    if (bytes > 0 && bytes + size > maxPayloadBytes) {
      batches.push([])
      bytes = 0
    }
    batches.at(-1)?.push(record)
    bytes += size
  }
  return batches
}

async function invoke(functionArn: string, Records: object[]): Promise<string | undefined> {
  const { FunctionError, Payload } = await lambda.send(
    // The alias or version that failed may be gone; what mends the cause is the newest.
    new InvokeCommand({
      FunctionName: functionArn.split(':').slice(0, 7).join(':'),
      Payload: JSON.stringify({ Records }),
    }),
  )
  const answer = Payload?.transformToString() ?? ''
  if (FunctionError) return `${FunctionError}: ${answer}`
  const failed = (JSON.parse(answer || 'null') as { batchItemFailures?: object[] } | null)?.batchItemFailures
  return failed?.length
    ? `${failed.length} of ${Records.length} records failed; see the function's log.`
    : undefined
}
