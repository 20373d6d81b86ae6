import { readFileSync } from 'node:fs'
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'

/** Where an operator's commands find a deployment, and with what. */
export type Access = {
  /** Undefined: the only one that the endpoint has. */
  environment?: string
  client: {
    endpoint?: string
    region?: string
    credentials?: { accessKeyId: string; secretAccessKey: string }
  }
}

/** Of an environment in AWS; without one, the AWS endpoint and key of the stack on this machine, which wrote `stackFile`. */
export function accessTo(environment: string | undefined, stackFile: string): Access {
  if (environment) return { environment, client: {} }
  const { endpoint, region, ...credentials } = JSON.parse(readFileSync(stackFile, 'utf8')).aws
  return { client: { endpoint, region, credentials } }
}

/** What a stack of the deployment tells programs. Throws where it does not. */
export async function outputOf(
  { environment, client }: Access,
  stack: 'Data' | 'Effects',
  key: string,
): Promise<string> {
  const StackName = environment && `PartnerAccounts-${environment}-${stack}`
  const { Stacks = [] } = await new CloudFormationClient(client).send(
    new DescribeStacksCommand({ StackName }),
  )
  const outputs = Stacks.flatMap(({ Outputs = [] }) => Outputs)
  const value = outputs.find(({ OutputKey }) => OutputKey === key)?.OutputValue
  if (!value) throw new Error(`No stack has the output ${key}`)
  return value
}
