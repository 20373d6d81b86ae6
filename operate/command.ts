/** The options that every command has. */
export const deploymentOptions = {
  env: { type: 'string' },
  stack: { type: 'string', default: '.local/stack.json' },
} as const

/** Reads the options of a command. If one is wrong, prints the error and the usage, and exits with 2. */
export function readOptions<Options>(usage: string, read: () => Options): Options {
  try {
    return read()
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`)
    return process.exit(2)
  }
}

/** Prints what went wrong and what to do next, and exits with 1. */
export function exitWith(error: Error): never {
  console.error(describeError(error))
  return process.exit(1)
}

/** What went wrong, and what to do next if it is a matter of access to AWS. */
export function describeError(error: Error): string {
  const advice = adviceFor(error)
  return advice ? `${error.message}\n${advice}` : error.message
}

function adviceFor({ name, message }: Error): string | undefined {
  if (/^(CredentialsProviderError|TokenProviderError)$/.test(name))
    return 'There are no credentials for AWS. Sign in, for example with "aws sso login --profile NAME", set AWS_PROFILE=NAME (or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), and start the same command again.'
  if (/Expired|InvalidClientToken|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch/.test(name))
    return 'AWS does not accept these credentials. Sign in again, and start the same command again.'
  if (/AccessDenied/.test(name))
    return 'These credentials do not have the permission. Use others, or add the permission.'
  if (name === 'ValidationError' && message.includes('does not exist'))
    return 'This environment is not deployed in this AWS account and region. Check AWS_PROFILE, or deploy it.'
  return undefined
}
