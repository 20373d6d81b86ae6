import { randomUUID } from 'node:crypto'
import {
  Agent,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { LocalFunction } from '../lambda/functions.ts'
import type { Hooks } from '../lambda/hooks.ts'
import type { Isolate } from '../lambda/isolate.ts'
import type { Resources } from '../template/resources.ts'
import { denial } from '../template/roles.ts'
import { type Call, type Place, readCall, type Service } from './calls.ts'
import { describeStacks } from './cloudformation.ts'
import { type AwsError, accessDenied, errorReply, type Reply, xmlReply } from './errors.ts'

/** What the hooks of `Stack.faults` are shown. */
export type FaultCall = {
  functionName: string
  /** The isolate's access key id, which is its alone. */
  isolate: string
  service: Service
  action: string
  input: Record<string, unknown>
}

/** What happens to a call instead of its being answered. */
export type Fault =
  /** Answered so, without reaching the service. */
  | { error: AwsError }
  /** Reaches the service; the answer is lost, the connection broken. */
  | { cut: true }
  /** Ends the calling isolate before or after the service has done it. */
  | { kill: 'before' | 'after' }
  /** Reaches the service so many milliseconds later. */
  | { delay: number }

type ProxyWorld = {
  place: Place
  functions: Map<string, LocalFunction>
  resources: Resources
}

const unavailable: AwsError = {
  status: 500,
  type: 'InternalServerError',
  message: 'The local engine does not answer.',
}

type Caller = { target: LocalFunction; isolate: Isolate }

/** The operator's key may do anything; an isolate's only what its function's role allows. */
export const operator = { accessKeyId: 'OPERATOR', secretAccessKey: 'local' }

/**
 * The one AWS endpoint: knows the caller by the access key id that the request is signed with, checks the call
 * against the role's synthesized policies, and passes it on to the engine. Signatures are not checked.
 */
export class AwsProxy {
  /** Set anew when the assembly changes. */
  world: ProxyWorld
  readonly #engines: Partial<Record<Service, string>>
  readonly #faults: Hooks<[FaultCall], Fault>
  readonly #log: (line: string) => void
  readonly #agent = new Agent({ keepAlive: true })

  constructor(
    world: ProxyWorld,
    engines: Partial<Record<Service, string>>,
    faults: Hooks<[FaultCall], Fault>,
    log: (line: string) => void,
  ) {
    this.world = world
    this.#engines = engines
    this.#faults = faults
    this.#log = log
  }

  async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming)
    const requestId = randomUUID()
    const { place, resources } = this.world
    const call = readCall(incoming, body, { ...place, resources })
    if (!call) return send(outgoing, xmlReply(400, '<Error><Code>MissingAuthenticationToken</Code></Error>'))
    const caller = this.#callerOf(call.accessKeyId)
    const refusal = this.#refusal(call, caller)
    if (refusal) return send(outgoing, errorReply(call.service, requestId, refusal))

    const fault = caller && this.#faultFor(call, caller)
    if (fault && 'error' in fault) return send(outgoing, errorReply(call.service, requestId, fault.error))
    if (fault && 'delay' in fault) await new Promise((resolve) => setTimeout(resolve, fault.delay))
    if (!fault || 'delay' in fault) return this.#serve(call, requestId, incoming, body, outgoing)
    const kill = 'kill' in fault ? fault.kill : undefined
    if (kill !== 'before') await this.#serve(call, requestId, incoming, body, undefined)
    if (kill) await caller?.isolate.terminate()
    outgoing.destroy()
  }

  stop() {
    this.#agent.destroy()
  }

  #callerOf(accessKeyId: string): Caller | undefined {
    for (const target of this.world.functions.values()) {
      const isolate = target.isolateOf(accessKeyId)
      if (isolate) return { target, isolate }
    }
    return undefined
  }

  #refusal(call: Call, caller: Caller | undefined): AwsError | undefined {
    if (call.accessKeyId === operator.accessKeyId) return undefined
    if (!caller) {
      const message = 'The security token included in the request is invalid.'
      return { status: 400, type: 'UnrecognizedClientException', message }
    }
    const { name, role } = caller.target.settings
    const denied = call.needs.find((oneOf) => !oneOf.some((need) => role.allows(need)))?.[0]
    if (!denied) return undefined
    const session = `${role.arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${name}`
    const message = denial(session, denied)
    this.#log(`[${name}] ${message}`)
    return accessDenied(call.service, message)
  }

  #faultFor({ service, action, input }: Call, { target, isolate }: Caller): Fault | undefined {
    const functionName = target.settings.name
    return this.#faults.call({ functionName, isolate: isolate.accessKeyId, service, action, input })
  }

  /** Without `outgoing`, the call is served and its answer dropped. */
  async #serve(
    call: Call,
    requestId: string,
    incoming: IncomingMessage,
    body: Buffer,
    outgoing: ServerResponse | undefined,
  ): Promise<void> {
    const engine = this.#engines[call.service]
    if (engine) {
      return this.#forward(engine, incoming, body, outgoing).catch(() => {
        // The engine ended, and may be being started again: to the caller, the service has failed.
        if (outgoing?.headersSent) outgoing.destroy()
        else if (outgoing) send(outgoing, errorReply(call.service, requestId, unavailable))
      })
    }
    const reply =
      call.service === 'lambda'
        ? await this.#invoke(call, requestId)
        : describeStacks(call, requestId, this.world)
    if (outgoing) send(outgoing, reply)
  }

  async #forward(
    engine: string,
    incoming: IncomingMessage,
    body: Buffer,
    outgoing: ServerResponse | undefined,
  ): Promise<void> {
    const done = Promise.withResolvers<void>()
    const onward = request(engine, {
      path: incoming.url,
      method: incoming.method,
      headers: withoutHopByHop(incoming.headers),
      agent: this.#agent,
    })
    onward.on('error', done.reject)
    onward.on('response', (answer) => {
      answer.on('error', done.reject)
      answer.on('end', done.resolve)
      if (!outgoing) return answer.resume()
      outgoing.writeHead(answer.statusCode ?? 502, withoutHopByHop(answer.headers))
      return answer.pipe(outgoing)
    })
    onward.end(body)
    return done.promise
  }

  async #invoke(call: Call, requestId: string): Promise<Reply> {
    const { FunctionName, Payload } = call.input as { FunctionName: string; Payload: string }
    const target = this.world.functions.get(FunctionName)
    if (!target) {
      const message = `Function not found: ${FunctionName}`
      return errorReply('lambda', requestId, { status: 404, type: 'ResourceNotFoundException', message })
    }
    const { payload, functionError, requestId: invocation } = await target.invoke(Payload || '{}')
    const headers = {
      'content-type': 'application/json',
      'x-amzn-requestid': invocation,
      'x-amz-executed-version': '$LATEST',
      ...(functionError && { 'x-amz-function-error': functionError }),
    }
    return { status: 200, headers, body: payload }
  }
}

function withoutHopByHop(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const { connection, 'transfer-encoding': _, 'keep-alive': __, ...rest } = headers
  return rest
}

function send(outgoing: ServerResponse, { status, headers, body }: Reply): void {
  outgoing.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
}
