import { type IncomingMessage, type OutgoingHttpHeaders, request, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { createBrotliCompress } from 'node:zlib'
import { unsigned } from '../engines/s3-and-sqs.ts'
import type { Behavior } from './distribution.ts'
import { splitTarget } from './paths.ts'

/** The headers of a viewer's request that CloudFront forwards to S3. */
const passedToS3 = ['if-modified-since', 'if-none-match', 'range']

/** The range of sizes in bytes that CloudFront compresses. */
const [smallest, largest] = [1000, 10_000_000]

/** The errors after a browser has closed the connection during an answer. */
const viewerLeft = ['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_UNABLE_TO_PIPE']

/** CloudFront in front of pages and API. The first behaviour whose pattern matches the path serves a request. */
export function webServer(behaviors: Behavior[], s3: string) {
  return async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const method = incoming.method ?? 'GET'
    const { path, query } = splitTarget(incoming.url)
    // CloudFront matches the normalized path, and forwards the path as it was sent.
    const behavior = behaviors.find((one) => one.matches(normalized(path)))
    if (!behavior?.methods.includes(method)) {
      outgoing.writeHead(403, { 'content-type': 'text/plain' })
      return void outgoing.end('This distribution is not configured to allow the HTTP request method.')
    }
    const { host, connection, ...headers } = incoming.headers
    const toS3 = Object.entries(headers).filter(([name]) => passedToS3.includes(name))
    const rewritten = behavior.rewrite(method, path)
    const { origin } = behavior
    // A URL would normalize the dots of the path.
    const onward =
      'bucket' in origin
        ? request(s3, {
            method,
            path: `/${origin.bucket}${rewritten}`,
            headers: { ...Object.fromEntries(toS3), ...unsigned },
          })
        : request(`http://${origin.host}`, { method, path: rewritten + query, headers })
    const answered = Promise.withResolvers<IncomingMessage>()
    onward.on('response', answered.resolve).on('error', answered.reject)
    incoming.pipe(onward)
    await send(await answered.promise, behavior, outgoing).catch((error: NodeJS.ErrnoException) => {
      if (!viewerLeft.includes(error.code ?? '')) throw error
    })
  }
}

/** The path without dot segments (RFC 3986). */
const normalized = (path: string) => new URL(`http://web${path}`).pathname

async function send(answer: IncomingMessage, behavior: Behavior, outgoing: ServerResponse): Promise<void> {
  const { connection, 'keep-alive': _, ...fromOrigin } = answer.headers
  const headers: OutgoingHttpHeaders = fromOrigin
  for (const { name, value, override } of behavior.headers) {
    if (override || headers[name] === undefined) headers[name] = value
  }
  if (!behavior.compress || !compressible(answer, outgoing.req)) {
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
