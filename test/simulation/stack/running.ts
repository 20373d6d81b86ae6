import { setTimeout as sleep } from 'node:timers/promises'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { callDynamo } from '../../../local/engines/dynamodb.ts'
import { startDevStack } from '../../kit/dev-stack.ts'
import type { Item } from '../../kit/expressions.ts'

/** What the isolates of functions may end with: they are killed, or their time runs out. */
const expectedEnds = ['Runtime.ExitError', 'Sandbox.Timedout']

/** Everything that a mail or copy may be put off for, several times over, in milliseconds. */
const restWithin = 300_000

/** Runs a synthesized assembly in this process, with all that is needed to come to rest and look at what there is. */
export async function startRunning(assembly: string) {
  /** What went wrong with functions and engines, unasked. */
  const troubles: string[] = []
  let timeouts = 0
  const { stack, sqs, outputs, refOf, readers, operate, stop } = await startDevStack({
    assembly,
    seed: 'none',
    log: (line) => {
      const type = /"errorType":"([^"]*)"/.exec(line)?.[1]
      if (type === 'Sandbox.Timedout') timeouts++
      if (type !== undefined && !expectedEnds.includes(type)) troubles.push(line)
    },
    onCrash: (error) => troubles.push(error.message),
  })
  const TableName = refOf('AWS::DynamoDB::Table')
  const queues = outputs.filter(({ key }) => key.endsWith('RetryQueueUrl')).map(({ value }) => value)

  // What a function was given when it was killed comes back after so many seconds, not minutes.
  for (const QueueUrl of queues)
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '5' } }))

  /** What functions have put off again, by their last word on it. */
  const putOffAgain = new Map<string, { QueueUrl: string; ReceiptHandle: string }>()
  stack.faults.add(({ action, input }) => {
    const { QueueUrl, ReceiptHandle } = input as { QueueUrl: string; ReceiptHandle: string }
    if (action === 'ChangeMessageVisibility') putOffAgain.set(ReceiptHandle, { QueueUrl, ReceiptHandle })
    return undefined
  })

  /** Has what was put off again come back at once, where its delay has grown long. */
  async function hasten() {
    for (const message of putOffAgain.values())
      await sqs.send(new ChangeMessageVisibilityCommand({ ...message, VisibilityTimeout: 0 })).catch(() => {})
    putOffAgain.clear()
  }

  // The mail server has one store for a process, whoever started it there before.
  const before = (await readers()).length

  /** How many messages have been put off and not been dealt with. */
  async function putOff(): Promise<number> {
    const counts = await Promise.all(
      queues.map(async (QueueUrl) => {
        const { Attributes } = await sqs.send(
          new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
        )
        return Object.entries(Attributes ?? {})
          .filter(([name]) => name.startsWith('ApproximateNumberOfMessages'))
          .reduce((sum, [, value]) => sum + Number(value), 0)
      }),
    )
    return counts.reduce((sum, count) => sum + count, 0)
  }

  /** An operator redrives the records that were given up. */
  async function redrive(): Promise<void> {
    const { code, output } = await operate('operate/redrive.ts')
    if (code !== 0 || !/\d+ redriven, 0 failed again/.test(output))
      throw new Error(`redrive failed: ${output}`)
  }

  return {
    stack,
    tableName: TableName,
    troubles,
    timeouts: () => timeouts,
    /** Puts items past the interface. */
    put: async (items: object[]) => {
      for (let at = 0; at < items.length; at += 25) {
        const puts = items
          .slice(at, at + 25)
          .map((item) => ({ PutRequest: { Item: marshall(item, { removeUndefinedValues: true }) } }))
        await callDynamo(stack.dynamodb, 'BatchWriteItem', { RequestItems: { [TableName]: puts } })
      }
    },
    /** Resolves when no event is under way: nothing undelivered, put off or given up. */
    rest: async (): Promise<void> => {
      const until = Date.now() + restWithin
      await stack.idle()
      await redrive()
      while ((await putOff()) > 0) {
        if (Date.now() > until) throw new Error('Something is put off for ever')
        await hasten()
        await sleep(2_000)
        await stack.idle()
      }
      await redrive()
      await stack.idle()
    },
    /** Compares contacts with what they should be, as an operator does. A difference is a trouble. */
    compare: async (): Promise<void> => {
      const { code, output } = await operate('operate/reconcile.ts', '--dry-run')
      if (code !== 0) troubles.push(`reconcile finds a difference: ${output}`)
    },
    /** The addresses that mails went to, each as often as it had one. */
    mails: async () => (await readers()).slice(before),
    /** The table's items of these types. */
    items: async (types: string[]): Promise<Item[]> => {
      const values = Object.fromEntries(types.map((type, nth) => [`:type${nth}`, { S: type }]))
      const items: Item[] = []
      for (let from: object | undefined, more = true; more; more = from !== undefined) {
        const page: { Items: Record<string, AttributeValue>[]; LastEvaluatedKey?: object } = await callDynamo(
          stack.dynamodb,
          'Scan',
          {
            TableName,
            ConsistentRead: true,
            ExclusiveStartKey: from,
            FilterExpression: `#type IN (${Object.keys(values).join(', ')})`,
            ExpressionAttributeNames: { '#type': 'type' },
            ExpressionAttributeValues: values,
          },
        )
        items.push(...page.Items.map((item) => unmarshall(item)))
        from = page.LastEvaluatedKey
      }
      return items
    },
    stop,
  }
}
