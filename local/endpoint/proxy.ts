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

/** A function's call, as hooks of `Stack.faults` see it. */
export type FaultCall = {
  functionName: string
  /** The access key id of the isolate, which no other has. */
  isolate: string
  service: Service
  action: string
  input: Record<string, unknown>
}

/** A fault that happens to a call. */
export type Fault =
  /** The call is answered with an error and does not reach the service. */
  | { error: AwsError }
  /** The call reaches the service. Its answer is lost, and the connection is closed. */
  | { cut: true }
  /** The calling isolate is ended before or after the call reaches the service. */
  | { kill: 'before' | 'after' }
  /** The call reaches the service so many milliseconds later. */
  | { delay: number }

/** The deployment that the proxy serves. */
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

type Exchange = { call: Call; requestId: string; incoming: IncomingMessage; body: Buffer }

/** The operator's key has every permission. An isolate's key has the permissions of the function's role. */
export const operator = { accessKeyId: 'OPERATOR', secretAccessKey: 'local' }

type Options = {
  /** The present deployment. */
  world(): ProxyWorld
  /** The base URL of each engine. */
  engines: Partial<Record<Service, string>>
  faults: Hooks<[FaultCall], Fault>
  log(line: string): void
}

/**
 * The AWS endpoint: identifies the caller by the access key id in the signature, checks the call against the role's
 * synthesized policies, and forwards it to the engine. It does not check signatures.
 */
export function awsProxy({ world, engines, faults, log }: Options) {
  const agent = new Agent({ keepAlive: true })

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming)
    const requestId = randomUUID()
    const { place, resources } = world()
    const call = readCall(incoming, body, { ...place, resources })
    if (!call) return send(outgoing, xmlReply(400, '<Error><Code>MissingAuthenticationToken</Code></Error>'))
    const caller = callerOf(call.accessKeyId)
    const refusal = refusalOf(call, caller)
    if (refusal) return send(outgoing, errorReply(call.service, requestId, refusal))

    const exchange = { call, requestId, incoming, body }
    const fault = caller && faultFor(call, caller)
    if (fault && 'error' in fault) return send(outgoing, errorReply(call.service, requestId, fault.error))
    if (fault && 'delay' in fault) await new Promise((resolve) => setTimeout(resolve, fault.delay))
    if (!fault || 'delay' in fault) return serve(exchange, outgoing)
    const kill = 'kill' in fault ? fault.kill : undefined
    if (kill !== 'before') await serve(exchange, undefined)
    if (kill) await caller?.isolate.terminate()
    outgoing.destroy()
  }

  function callerOf(accessKeyId: string): Caller | undefined {
    for (const target of world().functions.values()) {
      const isolate = target.isolateOf(accessKeyId)
      if (isolate) return { target, isolate }
    }
    return undefined
  }

  function refusalOf(call: Call, caller: Caller | undefined): AwsError | undefined {
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
    log(`[${name}] ${message}`)
    return accessDenied(call.service, message)
  }

  function faultFor({ service, action, input }: Call, { target, isolate }: Caller): Fault | undefined {
    const functionName = target.settings.name
    return faults.call({ functionName, isolate: isolate.accessKeyId, service, action, input })
  }

  /** Without `outgoing`, the call is served and its answer dropped. */
  async function serve(exchange: Exchange, outgoing: ServerResponse | undefined): Promise<void> {
    const { call, requestId } = exchange
    const engine = engines[call.service]
    if (engine) {
      return forward(engine, exchange, outgoing).catch(() => {
        // The engine has ended, and may be starting again.
        if (outgoing?.headersSent) outgoing.destroy()
        else if (outgoing) send(outgoing, errorReply(call.service, requestId, unavailable))
      })
    }
    const reply =
      call.service === 'lambda' ? await invoke(call, requestId) : describeStacks(call, requestId, world())
    if (outgoing) send(outgoing, reply)
  }

  async function forward(engine: string, { incoming, body }: Exchange, outgoing: ServerResponse | undefined) {
    const done = Promise.withResolvers<void>()
    const onward = request(engine, {
      path: incoming.url,
      method: incoming.method,
      headers: withoutHopByHop(incoming.headers),
      agent,
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

  async function invoke(call: Call, requestId: string): Promise<Reply> {
    const { FunctionName, Payload } = call.input as { FunctionName: string; Payload: string }
    const target = world().functions.get(FunctionName)
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

  return { handle, stop: () => agent.destroy() }
}

function withoutHopByHop(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const { connection, 'transfer-encoding': _, 'keep-alive': __, ...rest } = headers
  return rest
}

function send(outgoing: ServerResponse, { status, headers, body }: Reply): void {
  outgoing.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
}
