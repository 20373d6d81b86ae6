import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LocalFunction } from '../lambda/functions.ts'
import { JwtAuthorizer, type Refusal } from './authorizer.ts'
import { type AuthorizerContext, httpEvent, writeAnswer } from './http-event.ts'
import { routedPath, splitTarget } from './paths.ts'
import type { HttpApi, Route } from './routes.ts'
import { signerOf } from './signatures.ts'

/** API Gateway's limit for a request's body. */
const maxBodyBytes = 10 * 1024 * 1024

/** An HTTP API with its authorizers in front of the functions. */
export class Gateway {
  readonly #api: HttpApi
  readonly #functions: LocalFunction[]
  readonly #authorizers: Map<string, JwtAuthorizer>
  readonly #log: (line: string) => void
  readonly #onRequest: (line: string) => void

  /** @param options `jwks`: the URL of the keys; `log` gets refused signatures, and `onRequest` a line for each request */
  constructor(
    api: HttpApi,
    functions: LocalFunction[],
    { jwks, log, onRequest }: { jwks: string; log(line: string): void; onRequest(line: string): void },
  ) {
    this.#api = api
    this.#functions = functions
    this.#log = log
    this.#onRequest = onRequest
    const declared = api.routes.flatMap(({ authorizer }) => authorizer ?? [])
    this.#authorizers = new Map(declared.map((one) => [one.ref, new JwtAuthorizer(one, jwks)]))
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = performance.now()
    response.on('close', () => {
      const milliseconds = Math.round(performance.now() - startedAt)
      this.#onRequest(`${request.method} ${request.url} ${response.statusCode}, ${milliseconds} ms`)
    })
    const requestId = randomUUID()
    response.setHeader('apigw-requestid', requestId)
    const path = pathOf(request)
    if (path === undefined) return refuse(response, 400, 'Bad Request')
    const found = this.#find(request.method ?? 'GET', path)
    if (!found) return refuse(response, 404, 'Not Found')
    const { route, pathParameters } = found
    const body = await readBody(request)
    if (!body) return refuse(response, 413, 'Request Too Long')
    const authorizer = await this.#authorize(route, request, body)
    if (authorizer && 'status' in authorizer) {
      const { status, challenge } = authorizer
      if (challenge !== undefined) response.setHeader('www-authenticate', challenge)
      return refuse(response, status, status === 401 ? 'Unauthorized' : 'Forbidden')
    }
    const { id: apiId, account, region } = this.#api
    const routed = {
      routeKey: route.key,
      path,
      pathParameters,
      requestId,
      apiId,
      account,
      region,
      authorizer,
    }
    await this.#invoke(route, httpEvent(request, body, routed), response)
  }

  #find(method: string, path: string): { route: Route; pathParameters: Record<string, string> } | undefined {
    for (const route of this.#api.routes) {
      const pathParameters = route.match(method, path)
      if (pathParameters) return { route, pathParameters }
    }
    return undefined
  }

  /** @returns the caller (undefined on an open route), or a refusal */
  async #authorize(
    { key, signed, authorizer, scopes }: Route,
    request: IncomingMessage,
    body: Buffer,
  ): Promise<AuthorizerContext | Refusal | undefined> {
    if (signed) {
      const signer = await signerOf(request, body, this.#api)
      if (typeof signer !== 'string') return { iam: signer }
      this.#log(`[${this.#api.name}] ${key}: 403, ${signer}`)
      return { status: 403 }
    }
    const check = authorizer && this.#authorizers.get(authorizer.ref)
    if (!check) return undefined
    const verified = await check.check(request.headers.authorization, scopes)
    return 'status' in verified ? verified : { jwt: verified }
  }

  async #invoke(route: Route, event: object, response: ServerResponse): Promise<void> {
    const target = this.#functions.find(({ settings }) => settings.arn === route.functionArn)
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

/** Undefined if the gateway takes the path for malformed. */
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
