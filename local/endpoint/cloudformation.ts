import type { Output, Resources } from '../template/resources.ts'
import type { Call, Place } from './calls.ts'
import { errorReply, escapeXml, type Reply, xmlReply } from './errors.ts'

/** Answers DescribeStacks, so that commands find tables, functions and buckets by outputs, as in AWS. */
export function describeStacks(
  { action, input }: Call,
  requestId: string,
  { resources, place }: { resources: Resources; place: Place },
): Reply {
  const refuse = (type: string, message: string) =>
    errorReply('cloudformation', requestId, { status: 400, type, message })
  if (action !== 'DescribeStacks')
    return refuse('InvalidAction', `${action} is not supported by the local stack.`)
  const wanted = resources.stacks.filter((name) => input.StackName === undefined || input.StackName === name)
  if (wanted.length === 0) return refuse('ValidationError', `Stack with id ${input.StackName} does not exist`)
  const members = wanted.map((name) => {
    const outputs = resources.outputs.filter((output) => output.stack === name)
    return stackXml(
      name,
      `arn:aws:cloudformation:${place.region}:${place.account}:stack/${name}/local`,
      outputs,
    )
  })
  return xmlReply(
    200,
    '<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult>' +
      `<Stacks>${members.join('')}</Stacks></DescribeStacksResult></DescribeStacksResponse>`,
  )
}

function stackXml(name: string, id: string, outputs: Output[]): string {
  const members = outputs.map(({ key, value }) => {
    const pair = `<OutputKey>${key}</OutputKey><OutputValue>${escapeXml(value)}</OutputValue>`
    return `<member>${pair}</member>`
  })
  return (
    `<member><StackName>${escapeXml(name)}</StackName><StackId>${escapeXml(id)}</StackId>` +
    `<CreationTime>${new Date(0).toISOString()}</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>` +
    `<Outputs>${members.join('')}</Outputs></member>`
  )
}
