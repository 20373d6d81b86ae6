import type { Server } from 'node:http'
import { createServer } from 'node:net'

/** Everything listens on the loopback interface only. */
export const host = '127.0.0.1'

/** A running server: its base URL, and how to stop it. */
export type Engine = { url: string; stop(): Promise<void> }

const names = ['api', 'mail', 'token', 'aws', 'dynamodb', 's3', 'directory', 'web'] as const

type Ports = Record<(typeof names)[number], number>

/** Chooses the API's port and the ports after it or, from 0, free ones. Throws if one is taken, with its use. */
export async function choosePorts(first: number): Promise<Ports> {
  const probes = await Promise.all(names.map((name, at) => probe(name, first === 0 ? 0 : first + at)))
  const ports = Object.fromEntries(probes.map(({ name, port }) => [name, port])) as Ports
  await Promise.all(probes.map(({ close }) => close()))
  return ports
}

function probe(name: string, port: number) {
  const server = createServer()
  return new Promise<{ name: string; port: number; close(): Promise<unknown> }>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE'
      reject(taken ? new Error(`Port ${port} (${name}) is taken: choose others with --port N.`) : error)
    })
    server.listen(port, host, () => {
      const address = server.address()
      if (typeof address !== 'object' || !address) return
      resolve({ name, port: address.port, close: () => new Promise((done) => server.close(done)) })
    })
  })
}

export function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
}
