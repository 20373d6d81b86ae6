import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Assembly } from './assembly.ts'
import { type Answer, type FunctionSettings, Isolate } from './isolate.ts'
import { ofType, type Resource, type Resources } from './resources.ts'
import type { Role } from './roles.ts'

/** Isolates that were idle for so long are ended, each being some 30 MB. */
const idleMilliseconds = 30_000

type Idle = { isolate: Isolate; since: number }

/** One function: as many isolates as there are requests at once, idle ones used again. */
export class LocalFunction {
  readonly settings: FunctionSettings
  /** The requests that are under way. */
  running = 0
  /** All requests there ever were. */
  invoked = 0
  readonly #all = new Set<Isolate>()
  #idle: Idle[] = []
  readonly #log: (line: string) => void
  readonly #onAnswer: () => void

  constructor(settings: FunctionSettings, log: (line: string) => void, onAnswer: () => void) {
    this.settings = settings
    this.#log = log
    this.#onAnswer = onAnswer
  }

  /** Runs one event, given as JSON. Never rejects: see Answer. */
  async invoke(event: string): Promise<Answer & { requestId: string }> {
    const requestId = randomUUID()
    const isolate = this.#take()
    this.running++
    this.invoked++
    const answer = await isolate.invoke(event, requestId)
    this.running--
    this.#onAnswer()
    if (isolate.alive) this.#idle.push({ isolate, since: Date.now() })
    else this.#all.delete(isolate)
    if (answer.functionError) this.#log(answer.payload)
    return { ...answer, requestId }
  }

  isolateOf(accessKeyId: string): Isolate | undefined {
    return [...this.#all].find((isolate) => isolate.accessKeyId === accessKeyId)
  }

  /** Ends the isolates that nobody has needed for a while. */
  async endIdle() {
    const before = Date.now() - idleMilliseconds
    const [old, kept] = [
      this.#idle.filter((one) => one.since <= before),
      this.#idle.filter((one) => one.since > before),
    ]
    this.#idle = kept
    await Promise.all(old.map(({ isolate }) => this.#end(isolate)))
  }

  /** Ends all isolates, busy ones too. */
  async stop() {
    this.#idle = []
    await Promise.all([...this.#all].map((isolate) => this.#end(isolate)))
  }

  /** The one that was used last, as that is warm and the others may go. */
  #take(): Isolate {
    for (let one = this.#idle.pop(); one; one = this.#idle.pop()) {
      if (one.isolate.alive) return one.isolate
      this.#all.delete(one.isolate)
    }
    const isolate = new Isolate(this.settings, this.#log)
    this.#all.add(isolate)
    return isolate
  }

  async #end(isolate: Isolate) {
    this.#all.delete(isolate)
    await isolate.terminate()
  }
}

/**
 * Every function of the assembly, by its name.
 *
 * @param endpoint where its SDK clients find AWS
 * @param localized what of its environment is told otherwise here
 * @throws where a function's asset, handler or role is not there
 */
export function readFunctions(
  assembly: Assembly,
  resources: Resources,
  roles: Map<string, Role>,
  endpoint: string,
  localized: (text: string) => string,
): FunctionSettings[] {
  // Those that a custom resource names run while CloudFormation deploys; what they do then is done here without them.
  const ofDeployment = resources.all.map(({ properties }) => properties.ServiceToken)
  const functions = ofType(resources, 'AWS::Lambda::Function').filter(
    ({ arn }) => !ofDeployment.includes(arn),
  )
  return functions.map((resource) => {
    const {
      Handler,
      Role: roleArn,
      Timeout,
      MemorySize,
      Environment,
      Runtime,
    } = resource.properties as {
      Handler: string
      Role: string
      Timeout?: number
      MemorySize?: number
      Environment?: { Variables?: Record<string, string> }
      Runtime: string
    }
    const role = roles.get(roleArn)
    if (!role)
      throw new Error(`Function ${resource.logicalId} has the role ${roleArn}, which is not declared.`)
    const name = resource.ref
    const logGroup = `/aws/lambda/${name}`
    const logStream = 'local'
    const memory = String(MemorySize ?? 128)
    return {
      name,
      arn: resource.arn,
      role,
      ...handlerOf(assembly, resource, Handler),
      timeoutSeconds: Timeout ?? 3,
      environment: {
        ...mapped(Environment?.Variables, localized),
        AWS_REGION: resource.region,
        AWS_DEFAULT_REGION: resource.region,
        AWS_EXECUTION_ENV: `AWS_Lambda_${Runtime}`,
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memory,
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
        AWS_LAMBDA_LOG_STREAM_NAME: logStream,
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_ENDPOINT_URL: endpoint,
        _HANDLER: Handler,
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

/** `index.handler` is the export `handler` of index.cjs, .mjs or .js in the asset that Code.S3Key names. */
function handlerOf(assembly: Assembly, resource: Resource, handler: string) {
  const code = resource.properties.Code as { S3Key?: string }
  const folder = assembly.assets.get(code.S3Key?.replace(/\.zip$/, '') ?? '')
  if (!folder) throw new Error(`Function ${resource.logicalId} has no built asset in the assembly.`)
  const dot = handler.lastIndexOf('.')
  const entry = ['.cjs', '.mjs', '.js']
    .map((extension) => join(folder, handler.slice(0, dot) + extension))
    .find(existsSync)
  if (!entry) throw new Error(`Function ${resource.logicalId}: ${handler} is not in ${folder}.`)
  return { entry, exportName: handler.slice(dot + 1) }
}
