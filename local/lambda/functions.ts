import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Assembly } from '../template/assembly.ts'
import { ofType, type Resource, type Resources } from '../template/resources.ts'
import type { Role } from '../template/roles.ts'
import { type Answer, type FunctionSettings, type Isolate, type IsolateLog, stopped } from './isolate.ts'
import type { Isolates } from './isolates.ts'

type Surroundings = {
  isolates: Isolates
  log: IsolateLog
  onAnswer(): void
}

/** A function. Each request at the same time runs in an isolate of its own, within the limits of Isolates. */
export class LocalFunction {
  readonly settings: FunctionSettings
  /** The number of requests that wait or run. */
  running = 0
  /** The number of all requests so far. */
  invoked = 0
  readonly log: IsolateLog
  readonly #isolates: Isolates
  readonly #onAnswer: () => void

  constructor(settings: FunctionSettings, { isolates, log, onAnswer }: Surroundings) {
    this.settings = settings
    this.log = log
    this.#isolates = isolates
    this.#onAnswer = onAnswer
  }

  /** Runs one event, given as JSON. Never rejects: see Answer. Calls `onStart` when the request has an isolate. */
  async invoke(event: string, onStart: () => void = () => {}): Promise<Answer & { requestId: string }> {
    const requestId = randomUUID()
    this.running++
    this.invoked++
    const isolate = await this.#isolates.take(this)
    if (isolate) onStart()
    const answer = isolate ? await isolate.invoke(event, requestId) : stopped
    this.running--
    this.#onAnswer()
    if (isolate) this.#isolates.release(this, isolate)
    if (answer.functionError) this.log(answer.payload, true)
    return { ...answer, requestId }
  }

  isolateOf(accessKeyId: string): Isolate | undefined {
    return this.#isolates.find(this, accessKeyId)
  }
}

type FunctionOptions = { roles: Map<string, Role>; endpoint: string; localized(text: string): string }

/**
 * Reads the functions. `endpoint` is the address of AWS for SDK clients, and `localized` replaces deployed addresses in
 * environment variables by local ones. Throws if a function's asset, handler or role does not exist.
 */
export function readFunctions(
  assembly: Assembly,
  resources: Resources,
  { roles, endpoint, localized }: FunctionOptions,
): FunctionSettings[] {
  // CloudFormation invokes the functions of custom resources. The local stack does their work itself.
  const ofDeployment = resources.all.map(({ properties }) => properties.ServiceToken)
  const functions = ofType(resources, 'AWS::Lambda::Function').filter(
    ({ arn }) => !ofDeployment.includes(arn),
  )
  return functions.map((resource) => {
    const declared = resource.properties as {
      Handler: string
      Role: string
      Timeout?: number
      MemorySize?: number
      Environment?: { Variables?: Record<string, string> }
      Runtime: string
    }
    const role = roles.get(declared.Role)
    if (!role)
      throw new Error(`Function ${resource.logicalId} has the role ${declared.Role}, which is not declared.`)
    const name = resource.ref
    const logGroup = `/aws/lambda/${name}`
    const logStream = 'local'
    const memory = String(declared.MemorySize ?? 128)
    return {
      name,
      arn: resource.arn,
      role,
      ...handlerOf(assembly, resource, declared.Handler),
      timeoutSeconds: declared.Timeout ?? 3,
      environment: {
        ...mapped(declared.Environment?.Variables, localized),
        AWS_REGION: resource.region,
        AWS_DEFAULT_REGION: resource.region,
        AWS_EXECUTION_ENV: `AWS_Lambda_${declared.Runtime}`,
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memory,
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
        AWS_LAMBDA_LOG_STREAM_NAME: logStream,
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_ENDPOINT_URL: endpoint,
        _HANDLER: declared.Handler,
      },
      context: {
        functionName: name,
        functionVersion: '$LATEST',
        invokedFunctionArn: resource.arn,
        memoryLimitInMB: memory,
        logGroupName: logGroup,
        logStreamName: logStream,
        callbackWaitsForEmptyEventLoop: true,
      },
    }
  })
}

const mapped = (variables: Record<string, string> = {}, to: (text: string) => string) =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, to(value)]))

/** `index.handler` is the export `handler` of index.cjs in the asset of Code.S3Key, or of index.js. */
function handlerOf(assembly: Assembly, resource: Resource, handler: string) {
  const code = resource.properties.Code as { S3Key?: string }
  const folder = assembly.assets.get(code.S3Key?.replace(/\.zip$/, '') ?? '')
  if (!folder) throw new Error(`Function ${resource.logicalId} has no built asset in the assembly.`)
  const dot = handler.lastIndexOf('.')
  const entry = ['.cjs', '.js']
    .map((extension) => join(folder, handler.slice(0, dot) + extension))
    .find(existsSync)
  if (!entry) throw new Error(`Function ${resource.logicalId}: ${handler} is not in ${folder}.`)
  return { entry, exportName: handler.slice(dot + 1) }
}
