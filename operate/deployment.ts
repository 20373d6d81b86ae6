import { readFileSync } from 'node:fs'
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { type Environment, environments } from '../infra/environments.ts'

/** The deployment that a command works on, and the settings of AWS clients that reach it. */
export type Deployment = {
  /** Undefined for the stack on this machine. */
  environment: string | undefined
  client: {
    endpoint?: string
    region?: string
    credentials?: { accessKeyId: string; secretAccessKey: string }
  }
}

/** @throws with the names of all environments if there is none of this name */
export function environmentNamed(name: string): Environment {
  if (Object.hasOwn(environments, name)) return environments[name as keyof typeof environments]
  throw new Error(
    `There is no environment ${name}. The environments are ${Object.keys(environments).join(', ')}.`,
  )
}

/** An environment in AWS, or, without a name, the stack on this machine that wrote `stackFile`. */
export function deploymentOf(environment: string | undefined, stackFile: string): Deployment {
  if (environment !== undefined)
    return { environment, client: { region: environmentNamed(environment).region } }
  const { endpoint, region, ...credentials } = readStackFile(stackFile).aws
  return { environment, client: { endpoint, region, credentials } }
}

/** Reads the outputs of these stacks of a deployment, by name. */
export async function outputsOf(
  { environment, client }: Deployment,
  stacks: ('Data' | 'Directory' | 'Effects')[],
): Promise<Map<string, string>> {
  const cloudFormation = new CloudFormationClient(client)
  const names = environment ? stacks.map((stack) => `PartnerAccounts-${environment}-${stack}`) : [undefined]
  const described = await Promise.all(
    names.map((StackName) => cloudFormation.send(new DescribeStacksCommand({ StackName }))),
  )
  const outputs = described.flatMap(({ Stacks = [] }) => Stacks.flatMap(({ Outputs = [] }) => Outputs))
  return new Map(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]))
}

/** @throws if no stack has the output */
export function requireOutput(outputs: Map<string, string>, name: string): string {
  const value = outputs.get(name)
  if (!value) throw new Error(`No stack has the output ${name}. Deploy the environment again.`)
  return value
}

/** The addresses and keys of the stack on this machine. Throws if no stack has written the file. */
export function readStackFile(file: string) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new Error(
      `${file} can't be read. Run npm start in another terminal, or name an environment in AWS with --env.`,
      { cause },
    )
  }
}
