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

/** The outputs of these stacks, or of all that run on this machine. */
export async function outputsOf(
  { environment, client }: Access,
  stacks: ('Data' | 'Effects')[],
): Promise<Map<string, string>> {
  const cloudFormation = new CloudFormationClient(client)
  const names = environment ? stacks.map((stack) => `PartnerAccounts-${environment}-${stack}`) : [undefined]
  const described = await Promise.all(
    names.map((StackName) => cloudFormation.send(new DescribeStacksCommand({ StackName }))),
  )
  const outputs = described.flatMap(({ Stacks = [] }) => Stacks.flatMap(({ Outputs = [] }) => Outputs))
  return new Map(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]))
}
