import { readFileSync } from 'node:fs'
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { type Environment, environments } from '../infra/environments.ts'

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

/** @throws where there is no such environment, with those that there are */
export function environmentNamed(name: string): Environment {
  if (Object.hasOwn(environments, name)) return environments[name as keyof typeof environments]
  throw new Error(`There is no environment ${name}, but ${Object.keys(environments).join(', ')}.`)
}

/** Of an environment in AWS; without one, the AWS endpoint and key of the stack on this machine, which wrote `stackFile`. */
export function accessTo(environment: string | undefined, stackFile: string): Access {
  if (environment !== undefined)
    return { environment, client: { region: environmentNamed(environment).region } }
  const { endpoint, region, ...credentials } = readStackFile(stackFile).aws
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

/** What the stack on this machine says of itself; throws where none has written the file. */
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

/** Ends the command with what went wrong and what to do next. */
export function exitWith(error: Error): never {
  console.error(describeTrouble(error))
  return process.exit(1)
}

/** What went wrong, and where it is a matter of access to AWS, what to do next. */
export function describeTrouble(error: Error): string {
  const advice = adviceFor(error)
  return advice ? `${error.message}\n${advice}` : error.message
}

function adviceFor({ name, message }: Error): string | undefined {
  if (/^(CredentialsProviderError|TokenProviderError)$/.test(name))
    return 'There are no credentials for AWS. Sign in, for example with "aws sso login --profile NAME", set AWS_PROFILE=NAME (or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), and start the same command again.'
  if (/Expired|InvalidClientToken|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch/.test(name))
    return 'AWS does not accept these credentials, or no longer. Sign in again, and start the same command again.'
  if (/AccessDenied/.test(name))
    return 'These credentials are not allowed to do this. Use others, or have them allowed it.'
  if (name === 'ValidationError' && message.includes('does not exist'))
    return 'This environment is not deployed in this AWS account and region. Check AWS_PROFILE, or deploy it.'
  return undefined
}
