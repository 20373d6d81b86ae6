import { parseArgs } from 'node:util'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { DeleteObjectCommand, GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3'
import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { deploymentOptions, exitWith, readOptions } from './command.ts'
import { deploymentOf, outputsOf, requireOutput } from './deployment.ts'

const usage = `npm run redrive [-- --env NAME] [-- --stack FILE]
  Invokes functions again with the stream records that failed, and deletes the records that succeed. Sends the messages
  of dead-letter queues back to their retry queues.
  --env NAME     the environment in AWS; without it, the stack on this machine
  --stack FILE   the file with the addresses of that stack (.local/stack.json)`

/** Lambda takes a payload of at most 6 MB. */
const maxPayloadBytes = 5_500_000

type Failure = { functionArn: string; records: object[] }

const deployment = readOptions(usage, () => {
  const { values } = parseArgs({ options: deploymentOptions })
  return deploymentOf(values.env, values.stack)
})
const { client } = deployment
const s3 = new S3Client({ ...client, forcePathStyle: client.endpoint !== undefined })
const sqs = new SQSClient({ ...client, useQueueUrlAsEndpoint: false })
const lambda = new LambdaClient(client)
const outputs = await outputsOf(deployment, ['Data', 'Effects']).catch(exitWith)
const bucket = requireOutput(outputs, 'FailuresBucket')

let redriven = 0
let failed = 0
for await (const key of failureKeys()) {
  const problem = await redrive(key).catch((error) => String(error))
  if (problem === undefined) redriven++
  else failed++
  console.log(`${key}: ${problem === undefined ? 'redriven' : `failed again. ${problem}`}`)
}
console.log(`${redriven} redriven, ${failed} failed again and stay in ${bucket}`)
if (failed > 0) process.exitCode = 1

for (const [name, deadLetterQueue] of outputs) {
  const retryQueue = outputs.get(name.replace('DeadLetterQueueUrl', 'RetryQueueUrl'))
  if (!name.endsWith('DeadLetterQueueUrl') || !retryQueue) continue
  const { moved, problems } = await moveMessages(deadLetterQueue, retryQueue)
  console.log(`${moved} sent back to ${queueName(retryQueue)}`)
  for (const problem of problems) console.log(`One stays in ${queueName(deadLetterQueue)}. ${problem}`)
  if (problems.length > 0) process.exitCode = 1
}

/** Keys of failed records, within a shard the oldest first: a key contains the time. */
async function* failureKeys(): AsyncGenerator<string> {
  const pages = paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: 'aws/lambda/' })
  for await (const { Contents = [] } of pages) for (const { Key } of Contents) if (Key) yield Key
}

/** Invokes the function with the records of an object, then deletes the object. @returns why that failed, if it did */
async function redrive(key: string): Promise<string | undefined> {
  const object = { Bucket: bucket, Key: key }
  const { Body } = await s3.send(new GetObjectCommand(object))
  const failure = parse((await Body?.transformToString()) ?? '')
  if (!failure) return 'The object is not a record of a failed batch.'
  for (const records of batchesOf(failure.records)) {
    const problem = await invoke(failure.functionArn, records)
    if (problem !== undefined) return problem
  }
  await s3.send(new DeleteObjectCommand(object))
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

/** @returns why some of the records failed, if they did */
async function invoke(functionArn: string, records: object[]): Promise<string | undefined> {
  // Without the version or alias that failed: it may be gone, and the newest version has the fix.
  const FunctionName = functionArn.split(':').slice(0, 7).join(':')
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify({ Records: records }) }),
  )
  const answer = Payload?.transformToString() ?? ''
  if (FunctionError) return `${FunctionError}: ${answer}`
  const failures = (JSON.parse(answer || 'null') as { batchItemFailures?: object[] } | null)
    ?.batchItemFailures
  return failures?.length
    ? `${failures.length} of ${records.length} records failed; see the function's log.`
    : undefined
}

/** Moves all messages of a queue to another. */
async function moveMessages(from: string, to: string): Promise<{ moved: number; problems: string[] }> {
  const problems: string[] = []
  for (let moved = 0; ; ) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: from, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    )
    if (Messages.length === 0) return { moved, problems }
    for (const { Body: MessageBody, ReceiptHandle } of Messages) {
      try {
        await sqs.send(new SendMessageCommand({ QueueUrl: to, MessageBody }))
        await sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }))
        moved++
      } catch (error) {
        problems.push(String(error))
      }
    }
  }
}

function queueName(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1)
}
