import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import { type Engine, host } from './ports.ts'

const require = createRequire(import.meta.url)

/** Starts the mail server, which has an inbox page at `/` and lists sent e-mails at `/store`. */
export async function startMailServer(port: number): Promise<Engine> {
  // The package is CommonJS, and loaders differ in what they take for its default export.
  const { default: start } = require('aws-ses-v2-local') as {
    default(config: { host: string; port: number }): Promise<Server>
  }
  const server = await start({ host, port })
  return {
    url: `http://${host}:${port}`,
    stop: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
