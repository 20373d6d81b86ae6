import { type IncomingMessage, type OutgoingHttpHeaders, request, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { createBrotliCompress } from 'node:zlib'
import { unsigned } from '../engines/s3-and-sqs.ts'
import type { Behavior } from './distribution.ts'
import { splitTarget } from './paths.ts'

/** What S3 is told of a viewer's request: CloudFront signs it and keeps the rest to itself. */
const passedToS3 = ['if-modified-since', 'if-none-match', 'range']

/** The sizes that CloudFront compresses, in bytes. */
const [smallest, largest] = [1000, 10_000_000]

/** Browsers leave in the middle of an answer that nobody waits for any more. */
const viewerLeft = ['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_UNABLE_TO_PIPE']

/** CloudFront in front of the pages and the API: the first behaviour that fits the path takes the request. */
export class WebServer {
  readonly #behaviors: Behavior[]
  readonly #s3: string

  constructor(behaviors: Behavior[], s3: string) {
    this.#behaviors = behaviors
    this.#s3 = s3
  }

  async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const method = incoming.method ?? 'GET'
    const { path, query } = splitTarget(incoming.url)
    // CloudFront looks for the behaviour with the normalized path, and passes on the path as it was sent.
    const behavior = this.#behaviors.find((one) => one.matches(normalized(path)))
    if (!behavior?.methods.includes(method)) {
      outgoing.writeHead(403, { 'content-type': 'text/plain' })
      return void outgoing.end('This distribution is not configured to allow the HTTP request method.')
    }
    const answer = await this.#ask(behavior, incoming, behavior.rewrite(method, path), query)
    await send(answer, behavior, incoming, outgoing).catch((error: NodeJS.ErrnoException) => {
      if (!viewerLeft.includes(error.code ?? '')) throw error
    })
  }

  #ask(
    { origin }: Behavior,
    incoming: IncomingMessage,
    path: string,
    query: string,
  ): Promise<IncomingMessage> {
    const { method } = incoming
    const { host, connection, ...headers } = incoming.headers
    const toS3 = Object.entries(headers).filter(([name]) => passedToS3.includes(name))
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    // The path goes in by itself: a URL would lose its dots.
    const onward =
      'bucket' in origin
        ? request(this.#s3, {
            method,
            path: `/${origin.bucket}${path}`,
            headers: { ...Object.fromEntries(toS3), ...unsigned },
          })
        : request(`http://${origin.host}`, { method, path: path + query, headers })
    onward.on('response', resolve).on('error', reject)
    incoming.pipe(onward)
    return promise
  }
}

/** As RFC 3986 has it, for instance without dots. */
const normalized = (path: string) => new URL(`http://web${path}`).pathname

async function send(
  answer: IncomingMessage,
  behavior: Behavior,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { connection, 'keep-alive': _, ...fromOrigin } = answer.headers
  const headers: OutgoingHttpHeaders = fromOrigin
  for (const { name, value, override } of behavior.headers) {
    if (override || headers[name] === undefined) headers[name] = value
  }
  if (!behavior.compress || !compressible(answer, incoming)) {
    outgoing.writeHead(answer.statusCode ?? 502, headers)
    return pipeline(answer, outgoing)
  }
  const { 'content-length': length, ...others } = headers
  outgoing.writeHead(200, { ...others, 'content-encoding': 'br', vary: 'accept-encoding' })
  return pipeline(answer, createBrotliCompress(), outgoing)
}

function compressible({ statusCode, headers }: IncomingMessage, incoming: IncomingMessage): boolean {
  const size = Number(headers['content-length'])
  return (
    statusCode === 200 &&
    incoming.method === 'GET' &&
    /^(text\/|application\/(javascript|json)|image\/svg)/.test(headers['content-type'] ?? '') &&
    /\bbr\b/.test(String(incoming.headers['accept-encoding'])) &&
    size >= smallest &&
    size <= largest
  )
}
