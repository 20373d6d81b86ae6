import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LocalFunction } from '../lambda/functions.ts'
import { jwtAuthorizer, type Refusal } from './authorizer.ts'
import { type AuthorizerContext, httpEvent, writeAnswer } from './http-event.ts'
import { routedPath, splitTarget } from './paths.ts'
import type { HttpApi, Route } from './routes.ts'
import { signerOf } from './signatures.ts'

/** API Gateway's limit for a request's body. */
const maxBodyBytes = 10 * 1024 * 1024

type Options = {
  functions: Map<string, LocalFunction>
  /** The URL of the keys that sign tokens. */
  jwks: string
  /** Gets refused signatures. */
  log(line: string): void
  /** Gets a line for each request. */
  onRequest(line: string): void
}

/** An HTTP API with its authorizers in front of the functions: handles requests. */
export function gateway(api: HttpApi, { functions, jwks, log, onRequest }: Options) {
  const declared = api.routes.flatMap(({ authorizer }) => authorizer ?? [])
  const checks = new Map(declared.map((one) => [one.ref, jwtAuthorizer(one, jwks)]))

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const startedAt = performance.now()
    response.on('close', () => {
      const milliseconds = Math.round(performance.now() - startedAt)
      onRequest(`${request.method} ${request.url} ${response.statusCode}, ${milliseconds} ms`)
    })
    const requestId = randomUUID()
    response.setHeader('apigw-requestid', requestId)
    const path = pathOf(request)
    if (path === undefined) return refuse(response, 400, 'Bad Request')
    const found = find(request.method ?? 'GET', path)
    if (!found) return refuse(response, 404, 'Not Found')
    const { route, pathParameters } = found
    const body = await readBody(request)
    if (!body) return refuse(response, 413, 'Request Too Long')
    const authorizer = await authorize(route, request, body)
    if (authorizer && 'status' in authorizer) {
      const { status, challenge } = authorizer
      if (challenge !== undefined) response.setHeader('www-authenticate', challenge)
      return refuse(response, status, status === 401 ? 'Unauthorized' : 'Forbidden')
    }
    const routed = { api, routeKey: route.key, path, pathParameters, requestId, authorizer }
    await invoke(route, httpEvent(request, body, routed), response)
  }

  function find(method: string, path: string) {
    for (const route of api.routes) {
      const pathParameters = route.match(method, path)
      if (pathParameters) return { route, pathParameters }
    }
    return undefined
  }

  /** @returns the caller (undefined on an open route), or a refusal */
  async function authorize(
    { key, signed, authorizer, scopes }: Route,
    request: IncomingMessage,
    body: Buffer,
  ): Promise<AuthorizerContext | Refusal | undefined> {
    if (signed) {
      const signer = await signerOf(request, body, api)
      if (typeof signer !== 'string') return { iam: signer }
      log(`[${api.name}] ${key}: 403, ${signer}`)
      return { status: 403 }
    }
    const verified = authorizer && (await checks.get(authorizer.ref)?.(request.headers.authorization, scopes))
    return !verified || 'status' in verified ? verified : { jwt: verified }
  }

  async function invoke(route: Route, event: object, response: ServerResponse): Promise<void> {
    const target = [...functions.values()].find(({ settings }) => settings.arn === route.functionArn)
    if (!target) throw new Error(`${route.key} invokes ${route.functionArn}, which does not exist.`)
    const late = Promise.withResolvers<'late'>()
    // The wait for an isolate does not count, because Lambda would have started at once.
    let timer: NodeJS.Timeout | undefined
    const begin = () => {
      timer = setTimeout(() => late.resolve('late'), route.timeoutMilliseconds)
    }
    const answer = await Promise.race([target.invoke(JSON.stringify(event), begin), late.promise])
    clearTimeout(timer)
    if (answer === 'late') return refuse(response, 503, 'Service Unavailable')
    if (answer.functionError || !writeAnswer(response, answer.payload)) {
      refuse(response, 500, 'Internal Server Error')
    }
  }
}

/** Undefined if the gateway rejects the path as malformed. */
function pathOf({ url }: IncomingMessage): string | undefined {
  try {
    return routedPath(splitTarget(url).path)
  } catch {
    return undefined
  }
}

/** The body, or undefined if it is larger than the gateway's limit. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += (chunk as Buffer).length
    if (size <= maxBodyBytes) chunks.push(chunk as Buffer)
  }
  return size <= maxBodyBytes ? Buffer.concat(chunks) : undefined
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.setHeader('content-type', 'application/json')
  response.writeHead(status).end(JSON.stringify({ message }))
}
